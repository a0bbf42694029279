import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { json } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { openLedger } from '../../harness/safety/ledger.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { invoke } from '../cli/invoke.ts'
import { LEDGER_HEADER } from '../harness/made-up.ts'
import { ownFolder, runToEnd, start, startInShell } from './command-line.ts'
import { isDeletionOfFile } from './holding-back.ts'

const ESCAPE = '\u001b'
const FEW = ['--runs', '1', '--settle', '1ms']
const ONE = ['--only', 'deleted/status']

describe('the process of run', () => {
  it('ends with 0 where the target conforms, one line a family and the verdict last', async () => {
    const { code, stdout, stderr } = await runToEnd(['run', ...FEW])
    const lines = stdout.trimEnd().split('\n')
    const families = lines.flatMap((line) => /^ {2}(\S+) +\d+ passed\b/.exec(line)?.[1] ?? [])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(families.sort()).toEqual(catalogue.map(({ name }) => name).sort())
    expect(lines.at(-1)).toMatch(/^Verdict {3}conforming: /)
  })

  it('runs without the word run, too', async () => {
    const { code, stdout } = await runToEnd(ONE)
    expect(code).toBe(0)
    expect(stdout).toContain('conforming in what was selected')
  })

  it('ends with 1 where the target violates, the verdict last', async () => {
    const { code, stdout } = await runToEnd([
      'run',
      ...FEW,
      ...['-t', await serverWith(neverDeletes), '--only', 'deleted/'],
    ])
    expect(code).toBe(1)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Verdict {3}non-conforming: /)
  })

  it('ends with 2 and one line for a wrong flag, without a stack', async () => {
    const { code, stdout, stderr } = await runToEnd(['run', '--runs', 'many'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^delete-conformance: .*--runs.*many.*\n$/)
  })

  it('ends with 3 where nothing listens', async () => {
    const server = await startReferenceServer()
    await server.close()
    const { code, stdout } = await runToEnd(['run', ...ONE, '-t', server.url])
    expect(code).toBe(3)
    const [verdict, next] = stdout.trimEnd().split('\n').slice(-2)
    expect(verdict).toMatch(/^Verdict {3}inconclusive: .*refused/)
    expect(next).toBe(`Next      delete-conformance doctor -t ${server.url}`)
  })

  it.each([
    ['npx', { npm_command: 'exec' }, 'npx delete-conformance'],
    ['npm start', { npm_command: 'run-script', npm_lifecycle_event: 'start' }, 'npm start --'],
  ])('prints commands that can be copied, started by %s', async (_, env, words) => {
    const server = await startReferenceServer()
    await server.close()
    const { stdout } = await runToEnd(['run', ...ONE, '-t', server.url], env)
    expect(stdout).toContain(`Next      ${words} doctor -t ${server.url}\n`)
    expect((await runToEnd(['help', 'safty'], env)).stderr).toMatch(
      /^delete-conformance: help safty/,
    )
  })

  it('sends the same cases for the same seed, and others for another', async () => {
    const inProcess = (words: readonly string[]) => start(ownFolder(), words).ended
    const inThisOne = (words: readonly string[]) => invoke(...words)
    const first = await targetsOf('7', inProcess)
    const again = await targetsOf('7', inThisOne)
    const other = await targetsOf('8', inThisOne)
    expect(first).toHaveLength(15)
    expect(again).toEqual(first)
    expect(first.filter((target) => other.includes(target))).toEqual([])
  })
})

describe('colours', () => {
  it.each([
    ['no terminal', {}],
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }],
  ])('are left out with %s', async (_, env) => {
    // Some of its requirements are passed, and some are violated.
    const run = ['run', ...FEW, '-t', await serverWith(neverDeletes), '--only', 'deleted/']
    const commands = [run, ['requirements'], ['--help']]
    for (const { stdout, stderr } of await Promise.all(
      commands.map((words) => runToEnd(words, env)),
    )) {
      expect(stdout).not.toBe('')
      expect(stdout + stderr).not.toContain(ESCAPE)
    }
  })

  it('are there with FORCE_COLOR, and the text between them is the same', async () => {
    const words = ['requirements']
    const [plain, coloured] = [await runToEnd(words), await runToEnd(words, { FORCE_COLOR: '1' })]
    expect(coloured.stdout).toContain(`${ESCAPE}[`)
    expect(
      coloured.stdout
        .split(ESCAPE)
        .join('')
        .replaceAll(/\[\d+m/g, ''),
    ).toBe(plain.stdout)
  })

  it('are there or not as --color says, whatever the environment', async () => {
    const always = await runToEnd(['run', ...ONE, '--color', 'always'], { NO_COLOR: '1' })
    expect(always.stdout).toContain(`${ESCAPE}[`)
    const never = await runToEnd(['--color', 'never', 'run', ...ONE], { FORCE_COLOR: '1' })
    expect(never.stdout).not.toContain(ESCAPE)
  })

  it('are there with FORCE_COLOR in the lines of a run', async () => {
    const { code, stdout } = await runToEnd(['run', ...ONE], { FORCE_COLOR: '1' })
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').at(-1)).toContain(`${ESCAPE}[`)
  })
})

describe('--help', () => {
  it.each([
    ['--help', ['--help']],
    ['run --help', ['run', '--help']],
  ])('shows examples and exit codes: %s', async (_, words) => {
    const { code, stdout, stderr } = await runToEnd(words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Examples:\n +delete-conformance init\b/m)
    expect(stdout).toMatch(
      /^Exit codes: 0 conforms, 1 violates, 2 .*, 3 .*, 4 .*, 130 interrupted/m,
    )
  })
})

const HAS_TERMINALS = existsSync('/usr/bin/script') && process.platform === 'linux'

describe.skipIf(!HAS_TERMINALS)('a long line', () => {
  it('of a message goes on below, and is whole elsewhere', async () => {
    const words = ['run', '--only', 'nothing']
    const onTerminal = 'script -qec "stty cols 60; $*" /dev/null'
    const { stdout } = await startInShell(ownFolder(), onTerminal, words).ended
    const lines = stdout.trimEnd().split('\r\n')
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.slice(1).every((line) => /^ {2}\S.{0,57}$/.test(line))).toBe(true)
    const { stderr } = await runToEnd(words)
    expect(stderr.trimEnd()).toBe(lines.map((line) => line.trim()).join(' '))
  })

  it('goes on below its beginning on a terminal, and is whole in a pipe', async () => {
    const server = await startReferenceServer({ alterations: [neverDeletes] })
    onTestFinished(() => server.close())
    const words = ['run', ...FEW, '-t', server.url, '--only', 'deleted/flag,deleted/status']
    const onTerminal = 'script -qec "stty cols 60; $*" /dev/null'
    const shown = await startInShell(ownFolder(), onTerminal, words).ended
    const piped = await startInShell(ownFolder(), '"$@" | cat', words).ended
    const verdict = /^Verdict .*(?:\n {10}.*)*/m
    const plain = (text: string) =>
      verdict.exec(stripVTControlCharacters(text).replaceAll('\r', ''))?.[0] ?? ''
    expect(plain(piped.stdout).split('\n')).toHaveLength(1)
    expect(plain(shown.stdout).split('\n').length).toBeGreaterThan(1)
    expect(
      Math.max(
        ...plain(shown.stdout)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60)
  })
})

// From util-linux: gives a command a terminal, and types its own input there.
describe.skipIf(!HAS_TERMINALS)('cleanup on a terminal', () => {
  it.each([
    ['y', 0, '1 file to remove, 0 left'],
    ['YES', 0, '1 file to remove, 0 left'],
  ])('asks, shows the target, and goes on after %s', async (answer, code, result) => {
    const { ending, question, requests } = await cleanUpOnTerminal(`${answer}\\n`)
    expect(ending.stdout).toContain(question)
    expect(ending.stdout).toContain(result)
    expect(ending.code).toBe(code)
    expect(requests.length).toBeGreaterThan(0)
  })

  it.each([
    ['no', 'n\\n'],
    ['nothing', '\\n'],
    ['the end of input', ''],
  ])('asks, and sends nothing after %s', async (_, typed) => {
    const { ending, question, requests } = await cleanUpOnTerminal(typed)
    expect(ending.stdout).toContain(question)
    expect(ending.stdout).toContain('nothing was sent')
    expect(ending.code).toBe(3)
    expect(requests).toEqual([])
  })

  it('does not ask where its output goes elsewhere', async () => {
    const { ending, requests } = await cleanUpOnTerminal('y\\n', '>out')
    expect(ending.stdout).toContain('accepted is -t URL')
    expect(ending.code).toBe(2)
    expect(requests).toEqual([])
  })
})

/** Cleans up a file at a terminal where somebody types. */
async function cleanUpOnTerminal(typed: string, redirection = '') {
  const requests: string[] = []
  const server = await startReferenceServer({
    alterations: [
      (handle) => (request) => {
        requests.push(request.method)
        return handle(request)
      },
    ],
  })
  onTestFinished(() => server.close())
  const [filename, content] = [`${LEDGER_HEADER.runId}.jsonl`, Buffer.from('{}\n')]
  const file = server.store.add({ account: 'everybody', filename, purpose: 'batch', content })
  const folder = ownFolder()
  const ledger = openLedger(join(folder, 'run.ledger'), { ...LEDGER_HEADER, target: server.url })
  ledger.note({ event: 'owned', id: file.id })
  const script = `printf '${typed}' | script -qec "$* ${redirection}" /dev/null`
  const words = ['cleanup', 'run.ledger', '-H', 'x-tenant:7']
  const ending = await startInShell(folder, script, words).ended
  const question = `Remove the files of this ledger from ${server.url}, sending x-tenant? [y/N] `
  return { ending, question, requests }
}

/** Lists the targets of deletions that name no file, sorted, without the run id. */
async function targetsOf(
  seed: string,
  run: (words: readonly string[]) => Promise<{ readonly code: number | undefined }>,
): Promise<readonly string[]> {
  const targets: string[] = []
  const url = await serverWith((handle) => async (request) => {
    if (request.method === 'DELETE' && !request.target.includes('/file-')) {
      targets.push(request.target)
    }
    return handle(request)
  })
  const folder = ownFolder()
  const report = join(folder, 'report.json')
  const only = ['--only', 'not-found/any-string', '--report', `json=${report}`]
  const words = ['run', '-t', url, '--seed', seed, '--runs', '20', ...only]
  expect(await run(words)).toMatchObject({ code: 0 })
  const { runId } = JSON.parse(readFileSync(report, 'utf8')) as { runId: string }
  return targets.map((target) => target.replaceAll(runId, 'RUN')).sort()
}

/** Answers deletions with a success, but deletes nothing. */
const neverDeletes: Alteration = (handle, store) => async (request) =>
  isDeletionOfFile(request, store) ? json(200, { deleted: false }) : handle(request)

async function serverWith(...alterations: readonly Alteration[]): Promise<string> {
  const server = await startReferenceServer({ alterations })
  onTestFinished(() => server.close())
  return server.url
}
