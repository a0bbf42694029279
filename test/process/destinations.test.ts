import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder, start, startInShell } from './command-line.ts'

const FEW = ['run', '--only', 'deleted/status', '--report']

/** Whole JUnit report of one passed requirement, among other text. */
const JUNIT = /<\?xml .*<testcase .*<\/testsuites>\n/s

/** Runs within a shell that redirects the output. */
async function run(script: string, word: string, folder = ownFolder()) {
  const ending = await startInShell(folder, script, [...FEW, word]).ended
  return { ...ending, textOf: (name: string) => readFileSync(join(folder, name), 'utf8') }
}

// Other systems have other names for the open files of a process.
describe.skipIf(process.platform !== 'linux')('a report goes to', () => {
  it('standard output that is a pipe', async () => {
    const { code, textOf } = await run('"$@" | cat > got', 'junit=/dev/stdout')
    expect(textOf('got')).toMatch(JUNIT)
    expect(code).toBe(0)
  })

  it.each([
    ['/dev/stdout', '"$@" > got'],
    ['/dev/fd/1', '"$@" > got'],
    ['/proc/self/fd/1', '"$@" >> got'],
  ])('%s that is a file, between what else is said there', async (name, script) => {
    const { code, textOf } = await run(script, `junit=${name}`)
    expect(textOf('got')).toMatch(/^delete-conformance .*Verdict {3}conforming/s)
    expect(textOf('got')).toMatch(JUNIT)
    expect(textOf('got').endsWith(`\nReports   ${name}\n`)).toBe(true)
    expect(code).toBe(0)
  })

  it('/dev/stderr, and nothing else does', async () => {
    const { code, textOf } = await run('"$@" 2> got', 'junit=/dev/stderr')
    expect(textOf('got').replace(JUNIT, '')).toBe('')
    expect(code).toBe(0)
  })

  it('another file that the shell has opened', async () => {
    const { code, textOf } = await run('"$@" 7> got', 'junit=/dev/fd/7')
    expect(textOf('got').replace(JUNIT, '')).toBe('')
    expect(code).toBe(0)
  })

  it('a pipe that somebody reads', async () => {
    const script = 'mkfifo pipe; cat pipe > got & "$@"; code=$?; wait; exit $code'
    const { code, textOf } = await run(script, 'junit=pipe')
    expect(textOf('got').replace(JUNIT, '')).toBe('')
    expect(code).toBe(0)
  })

  it('/dev/null', async () => {
    expect(await run('"$@"', 'junit=/dev/null')).toMatchObject({ code: 0, stderr: '' })
  })

  it('no file that is not open', async () => {
    const { code, stderr } = await run('"$@"', 'junit=/dev/fd/77')
    expect(stderr).toContain('--report junit=/dev/fd/77: the file cannot be written (ENOENT)')
    expect(code).toBe(2)
  })
})

it('a report without a name of its own goes through no link of the current folder', async () => {
  const folder = ownFolder()
  writeFileSync(join(folder, 'victim'), 'mine')
  symlinkSync('victim', join(folder, 'report.html'))
  expect(await start(folder, [...FEW, 'html']).ended).toMatchObject({
    code: 2,
    stdout: '',
    stderr:
      'delete-conformance: --report html: found a symbolic link, accepted is a regular file or a new one\n',
  })
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine')
  expect(readdirSync(folder).sort()).toEqual(['report.html', 'victim'])
})
