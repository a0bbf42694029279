import { describe, expect, it, onTestFinished } from 'vitest'
import { json } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { runToEnd } from './command-line.ts'
import { isDeletionOfFile } from './holding-back.ts'

const ESCAPE = '\u001b'
const FEW = ['--runs', '5']

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
    const { code, stdout } = await runToEnd([...FEW, '--only', 'not-found/'])
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
    const { code, stdout } = await runToEnd(['run', ...FEW, '-t', server.url])
    expect(code).toBe(3)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Verdict {3}inconclusive: .*refused/)
  })

  it('sends the same cases for the same seed, and others for another', async () => {
    const [first = [], again, other = []] = await Promise.all(['7', '7', '8'].map(targetsOf))
    expect(first).toHaveLength(51)
    expect(again).toEqual(first)
    // Before all cases, an id of letters alone that is nobody's is asked for.
    expect(first.filter((target) => other.includes(target))).toEqual(['/v1/files/RUN'])
  })
})

describe('colours', () => {
  it.each([
    ['no terminal', {}],
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }],
  ])('are left out with %s', async (_, env) => {
    const violated = ['run', ...FEW, '-t', await serverWith(neverDeletes), '--only', 'deleted/']
    const commands = [['run', ...FEW], violated, ['requirements'], ['--help']]
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

  it('are there with FORCE_COLOR in the lines of a run', async () => {
    const { code, stdout } = await runToEnd(['run', ...FEW], { FORCE_COLOR: '1' })
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
    expect(stdout).toMatch(/^Examples:\n +delete-conformance run\b/m)
    expect(stdout).toMatch(
      /^Exit codes: 0 conforms, 1 violates, 2 .*, 3 .*, 4 .*, 130 interrupted/m,
    )
  })
})

/** Request targets of all deletions of a run, but for those of files that were there, in order of spelling. */
/** What names no file, with the run id taken out of it. */
async function targetsOf(seed: string): Promise<readonly string[]> {
  const targets: string[] = []
  const url = await serverWith((handle) => async (request) => {
    if (request.method === 'DELETE' && !request.target.includes('/file-')) {
      // The run id is the run's own, and letters like its own may stand beside it.
      targets.push(request.target.replaceAll(/[g-z]{16,}/g, 'RUN'))
    }
    return handle(request)
  })
  const words = ['run', '-t', url, '--seed', seed, '--runs', '50', '--only', 'not-found/any-string']
  const { code } = await runToEnd(words)
  expect(code).toBe(0)
  return targets.sort()
}

/** Answers that it has deleted what it has not. */
const neverDeletes: Alteration = (handle, store) => async (request) =>
  isDeletionOfFile(request, store) ? json(200, { deleted: false }) : handle(request)

async function serverWith(...alterations: readonly Alteration[]): Promise<string> {
  const server = await startReferenceServer({ alterations })
  onTestFinished(() => server.close())
  return server.url
}
