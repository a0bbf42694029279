import { afterAll, describe, type TestContext, test } from 'vitest'
import { gated } from '../harness/gate/gate.ts'
import { chosenFamilies } from '../harness/run/run.ts'
import { isBroughtAlong, narrowed } from '../harness/run/selection.ts'
import { isWrongInput, RunInterrupted, UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import type { Family } from '../model/requirement.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { printable } from '../reporters/printable.ts'
import { resultBlock } from '../reporters/terminal.ts'
import { isToldElsewhere, standingOf } from '../reporters/wording.ts'
import { catalogue, catalogueFor } from '../suites/catalogue.ts'
import { acceptedBy } from './accepted.ts'
import { choicesOf } from './choices.ts'
import { checkedContract, run } from './run.ts'
import type { RunOptions } from './run-options.ts'
import { framesAbove, withFrames } from './user-frames.ts'

/** Options of {@link conformance}: those of a run, and files of accepted violations. */
export interface ConformanceOptions extends RunOptions {
  /** Base URL of the server, without the documented path. */
  readonly target: string | URL
  /** File of waivers: violations that are accepted, each with its reason, owner and last day. */
  readonly waivers?: string | undefined
  /** Report of an earlier run, whose violations are accepted; the cases are those of that run. */
  readonly baseline?: string | undefined
}

/**
 * Registers a vitest test for each requirement, in a test file:
 *
 * ```ts
 * import { conformance } from 'delete-conformance/vitest'
 *
 * conformance({ target: 'http://localhost:8080' })
 * ```
 *
 * There is one run for each call. The first test begins it, with those requirements alone whose tests will run
 * (`-t`, `.only`) and what these need. A violated MUST fails its test; a violated SHOULD annotates it, which the
 * reporters `verbose` and `junit` show, or fails it with `strict`. What does not apply is skipped with the reason. If
 * the tests are cut off (Ctrl-C, `bail`), the run removes its files; only in the pool `threads`, which hears of no
 * signal, Ctrl-C outside watch mode leaves them to `delete-conformance cleanup`.
 *
 * vitest shards files: to share the requirements out, choose some of them with `only` in each of several files.
 *
 * @throws UsageError if an option is unknown or its value is not accepted. What shows later fails the first test.
 */
export function conformance(options: ConformanceOptions): void {
  const frames = framesAbove(conformance)
  try {
    registerTests(suiteOf(options), frames)
  } catch (error) {
    throw atUser(error, frames)
  }
}

/** Requirements to register tests for, and the run that judges them. */
export interface RegisteredRun {
  readonly families: readonly Family[]
  /** Patterns of the chosen requirements; none for all. */
  readonly only: readonly string[]
  /** Whether a violated SHOULD fails its test. */
  readonly strict: boolean
  /** Makes the run. */
  examine(only: readonly string[], signal: AbortSignal): Promise<Report>
}

function suiteOf({ waivers, baseline, ...options }: ConformanceOptions): RegisteredRun {
  // Tests of the embedded server would pass whatever yours does.
  if (!('target' in options)) throw new UsageError('target: found none; accepted is a URL')
  const { only, skip, strict, readOnly } = choicesOf(options)
  const { contract, seed } = options
  const families = contract === undefined ? catalogue : catalogueFor(checkedContract(contract))
  return {
    families: chosenFamilies({ catalogue: families, only, skip, shard: undefined, readOnly }),
    only,
    strict,
    async examine(chosen, cancelled) {
      const accepted = await acceptedBy({ waivers, baseline })
      const signal = AbortSignal.any([cancelled, ...(options.signal ? [options.signal] : [])])
      const cases = { seed: seed ?? accepted?.baseline?.report.seed }
      const report = await run({ ...options, ...cases, only: chosen, signal })
      return accepted === undefined ? report : gated(report, accepted)
    },
  }
}

const WHOLE = 'the run as a whole can be judged, and leaves no file'

/**
 * Registers the tests of a run.
 *
 * @param frames - stack of the errors of failing tests
 */
export function registerTests(
  { families, only, strict, examine }: RegisteredRun,
  frames: string,
): void {
  const ids = new Map<string, string>()
  const limitless = { timeout: 0 }
  /** Whether the last test has told of files that are left: `-t` and `bail` leave it out. */
  let isTold = false
  /** Aborted if vitest or the process ends the run, and not the user's own signal. */
  let cutOff: AbortSignal | undefined
  let began: { readonly by: TestContext['task']; readonly report: Promise<Report> } | undefined

  const reportFor = async ({ task, signal, skip }: TestContext): Promise<Report> => {
    if (began === undefined) {
      const names = namesToRun(task)
      const chosen = [...ids].flatMap(([name, id]) => (names.includes(name) ? [id] : []))
      const isWhole = names.includes(WHOLE) || chosen.length === ids.size
      const report = untilEnded(signal, (either) => {
        cutOff = either
        return examine(isWhole ? only : chosen, either)
      })
      began = { by: task, report }
    }
    try {
      return await began.report
    } catch (error) {
      // A run that the user's own signal ends was not judged: skipped tests would pass.
      if (error instanceof RunInterrupted && cutOff?.aborted === true) skip(error.message)
      // Told once; a test that is tried again tells it again.
      if (began.by !== task) skip(`there is no run: ${began.by.name} says why`)
      throw atUser(error, frames)
    }
  }

  describe('conformance', () => {
    // A test that is cancelled does not wait for the end of what it does.
    afterAll(async () => {
      const ended = await began?.report.catch((error: unknown) => error)
      if (ended instanceof RunInterrupted && ended.left.length > 0) throw atUser(ended, frames)
      if (isTold || ended === undefined || ended instanceof Error) return
      const [left] = filesLeft(ended as Report)
      if (left !== undefined) throw failure(left, frames)
    }, 0)
    const chosen = narrowed(families, (one) => !isBroughtAlong(one, only))
    for (const { name, requirements } of chosen) {
      describe(name, () => {
        for (const { id, level, title } of requirements) {
          const titled = `${title} (${id}, ${level})`
          ids.set(titled, id)
          test(titled, limitless, async (context) => {
            const problem = await problemOf(await reportFor(context), id, strict, context)
            if (problem !== undefined) throw failure(problem, frames)
            // Some projects require an assertion of each test.
            context.expect(problem).toBeUndefined()
          })
        }
      })
    }
    test(WHOLE, limitless, async (context) => {
      const problem = problemOfAll(await reportFor(context))
      isTold = true
      if (problem !== undefined) throw failure(problem, frames)
      context.expect(problem).toBeUndefined()
    })
  })
}

/** Ways in which a process of vitest is told to end: Ctrl-C goes to all of a terminal, and the main one just goes. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']

/** Does something that is aborted if this process is to end, or by a signal. */
async function untilEnded<T>(
  cancelled: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  for (const name of ENDINGS) process.on(name, abort)
  try {
    return await act(AbortSignal.any([cancelled, controller.signal]))
  } finally {
    for (const name of ENDINGS) process.off(name, abort)
  }
}

/** Lists the names of the tests of this run that vitest does not leave out. */
function namesToRun({ name, suite }: TestContext['task']): readonly string[] {
  const ours = name === WHOLE ? suite : suite?.suite
  const all = (ours?.tasks ?? []).flatMap((one) => (one.type === 'suite' ? one.tasks : [one]))
  return all.filter(({ mode }) => mode !== 'skip' && mode !== 'todo').map((one) => one.name)
}

/** Says why the test of a requirement fails; skips it if it cannot be judged here. */
async function problemOf(
  report: Report,
  requirement: string,
  strict: boolean,
  { skip, annotate }: TestContext,
): Promise<string | undefined> {
  const result = report.requirements.find(({ id }) => id === requirement)
  if (result === undefined) return `${requirement}: the report has no result`
  const { verdict, reason = '' } = result
  // vitest has no "not applicable": the closest is a skipped test with its reason.
  if (verdict === 'inapplicable') skip(printable(reason))
  // The test of the finding that blocks it fails in its place.
  if (isToldElsewhere(report, result)) skip(printable(reason))
  if (verdict === 'passed') return undefined
  const text = resultBlock(report, result)
  if (verdict === 'inconclusive') {
    // vitest shows what is the same for many tests once.
    return result.exchanges.length === 0 ? `inconclusive: ${printable(reason)}` : text
  }
  const isAccepted = standingOf(result) !== undefined
  if (!isAccepted && (verdict === 'failed' || strict)) return text
  await annotate(text, 'warning')
  return undefined
}

const lines = (texts: readonly string[]) => texts.map(printable).join('\n')

function problemOfAll(report: Report): string | undefined {
  const { gate, verdict, reasons } = report
  const isJudged = gate === undefined ? verdict !== 'inconclusive' : gate.verdict === 'open'
  const why = isJudged ? [] : [lines(gate?.reasons ?? reasons)]
  const problems = [...why, ...filesLeft(report)]
  return problems.length === 0 ? undefined : problems.join('\n')
}

/** Names the files that are left, and the command that removes them. */
function filesLeft({ files, target }: Report): readonly string[] {
  if (files.left.length === 0) return []
  const cleanup = cleanupCommand(target.url, files.ledger ?? '')
  return [`files left behind: ${files.left.map(printable).join(', ')}; remove with: ${cleanup}`]
}

/** Makes the error of a failing test. */
function failure(text: string, frames: string): Error {
  return withFrames(Object.assign(new Error(text), { name: 'ConformanceError' }), frames)
}

/** Gives an error the user's frames; one of this program keeps its own, which a report of it needs. */
function atUser(error: unknown, frames: string): unknown {
  const isUsers = isWrongInput(error) || error instanceof RunInterrupted
  return isUsers ? withFrames(error, frames) : error
}
