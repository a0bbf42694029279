import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder, start, startInShell } from './command-line.ts'

const FEW = ['run', '--only', 'deleted/status']

/** Whole JUnit report of one passed requirement, among other text. */
const JUNIT = /<\?xml .*<testcase .*<\/testsuites>\n/s

/** Counts whole JUnit reports. */
function reportsIn(text: string): number {
  return text.match(/<\?xml .*?<testcase .*?<\/testsuites>\n/gs)?.length ?? 0
}

/** Runs within a shell that redirects the output. */
async function run(script: string, ...words: readonly string[]) {
  const folder = ownFolder()
  const reports = words.flatMap((word) => ['--report', word])
  const ending = await startInShell(folder, script, [...FEW, ...reports]).ended
  return { ...ending, textOf: (name: string) => readFileSync(join(folder, name), 'utf8') }
}

// Other systems have other names for the open files of a process.
describe.skipIf(process.platform !== 'linux')('a report goes to', () => {
  it('standard output that is a pipe', async () => {
    const { code, textOf } = await run('"$@" | cat > got', 'junit=/dev/stdout')
    expect(textOf('got')).toMatch(JUNIT)
    expect(code).toBe(0)
  })

  it('any name of a standard output that is a file, between what else is said there', async () => {
    const names = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']
    const { code, textOf } = await run('"$@" > got', ...names.map((name) => `junit=${name}`))
    expect(textOf('got')).toMatch(/^delete-conformance .*Verdict {3}conforming/s)
    expect(reportsIn(textOf('got'))).toBe(3)
    expect(textOf('got').endsWith(`\nReports   ${names.join(', ')}\n`)).toBe(true)
    expect(code).toBe(0)
  })

  it('standard error, a file that the shell has opened, a pipe that somebody reads, and nowhere', async () => {
    const script =
      'mkfifo pipe; cat pipe > piped & "$@" 2> err 7> opened; code=$?; wait; exit $code'
    const names = ['/dev/stderr', '/dev/fd/7', 'pipe', '/dev/null']
    const { code, textOf } = await run(script, ...names.map((name) => `junit=${name}`))
    for (const got of ['err', 'opened', 'piped']) expect(textOf(got).replace(JUNIT, '')).toBe('')
    expect(code).toBe(0)
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
  expect(await start(folder, [...FEW, '--report', 'html']).ended).toMatchObject({
    code: 2,
    stdout: '',
    stderr:
      'delete-conformance: --report html: found a symbolic link, accepted is a regular file or a new one\n',
  })
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine')
  expect(readdirSync(folder).sort()).toEqual(['report.html', 'victim'])
})
