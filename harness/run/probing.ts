import type {
  Cases,
  GenerationFacts,
  JudgeContext,
  ProbingRequirement,
} from '../../model/requirement.ts'
import { type CaseOutcome, type FailedCase, runCase } from './case.ts'
import { type CaseStatistics, countCases } from './case-statistics.ts'
import { type CaseStream, draw, listed } from './case-stream.ts'
import { fingerprintsOf } from './fingerprint.ts'
import type { Places } from './places.ts'
import { fastCheckSeed } from './seed.ts'
import { SelectionError } from './selection.ts'
import { type Shrunk, shrink, valueAt } from './shrinking.ts'
import type { Toolbox } from './tools.ts'

/** What every probing requirement of a run works with. */
export interface ProbingContext extends JudgeContext {
  readonly toolbox: Toolbox
  readonly places: Places
  readonly seed: string
  /** Cases a property. */
  readonly runs: number
  /** Requests under way at once; cases are twice as many, so that one is ready when an answer comes. */
  readonly concurrency: number
  /** The one case to send, by its key; all of them where it is undefined. */
  readonly onlyCase?: string | undefined
  factsFor(requirementId: string): GenerationFacts
  /** Whether a near-miss of a requirement has deleted a file: nothing new is sent for it. */
  nearMissesEnded(requirementId: string): boolean
  /** Told when a case is over, and how many there are to be. */
  readonly onCase: (done: number, planned: number) => void
}

/** What became of a requirement's cases; for a property, failing ones in their simplest form, too. */
export interface Probed {
  readonly planned: number
  /** Whether the rest of the cases was not sent: a near-miss had been answered with success. */
  readonly ended?: boolean
  readonly statistics: CaseStatistics
  readonly shrunk: readonly Shrunk[]
}

/** Ways to fail of which the simplest form is looked for; of the others, a case is shown as it is. */
const MAX_SHRUNK = 3

/**
 * Sends all cases of a requirement, several at once, and judges each.
 *
 * All of them, though some fail: behind one violation there may be another, and who knows the first
 * must see the second. The cases of a property go out in parallel, with the values that `fc.check` would
 * use, so that fast-check can take over at a failing one to shrink it.
 */
export async function probe(
  requirement: ProbingRequirement,
  context: ProbingContext,
): Promise<Probed> {
  const cases = requirement.cases(context.factsFor(requirement.id))
  if (context.onlyCase !== undefined) {
    const only = countCases(requirement.id)
    only.add(0, await runOnly(requirement, context, cases, context.onlyCase))
    return { planned: 1, statistics: only.statistics(), shrunk: [] }
  }
  if (cases.kind !== 'property') {
    const values = cases.kind === 'list' ? cases.values : [cases.value]
    const planned = values.length
    const statistics = await runCases(requirement, context, planned, listed(values))
    return { planned, ended: context.nearMissesEnded(requirement.id), statistics, shrunk: [] }
  }
  const { runs: planned, concurrency } = context
  const seed = fastCheckSeed(context.seed, requirement.id)
  const stream = draw(cases.arbitrary, seed, planned, concurrency)
  const statistics = await runCases(requirement, context, planned, stream)
  const simplest = (failed: FailedCase, kinds: readonly string[]) =>
    shrink(
      failed,
      cases.arbitrary,
      seed,
      (key, value) => runCase(requirement, context, context.toolbox, key, value, context.places),
      (other) => {
        const found = fingerprintsOf(requirement.id, other.violations)
        return kinds.every((kind) => found.includes(kind))
      },
    )
  // Simpler near-misses would be new ones, each of which could delete a file.
  if (context.nearMissesEnded(requirement.id))
    return { planned, ended: true, statistics, shrunk: [] }
  return { planned, statistics, shrunk: await shrinkEach(requirement, statistics, simplest) }
}

/** Shrinks the first case of each way to fail, one after the other. */
async function shrinkEach(
  { id }: ProbingRequirement,
  { failures }: CaseStatistics,
  simplest: (failed: FailedCase, kinds: readonly string[]) => Promise<Shrunk>,
): Promise<readonly Shrunk[]> {
  const shrunk: Shrunk[] = []
  const shown = new Set<string>()
  for (const failed of failures) {
    const kinds = fingerprintsOf(id, failed.violations).filter((kind) => !shown.has(kind))
    if (kinds.length === 0 || shrunk.length === MAX_SHRUNK) continue
    shrunk.push(await simplest(failed, kinds))
    for (const kind of kinds) shown.add(kind)
  }
  return shrunk
}

async function runOnly(
  requirement: ProbingRequirement,
  context: ProbingContext,
  cases: Cases<unknown>,
  key: string,
): Promise<CaseOutcome> {
  const { toolbox, places, seed } = context
  const [found] =
    cases.kind === 'property'
      ? valueAt(cases.arbitrary, fastCheckSeed(seed, requirement.id), key).map((value) => ({
          value,
        }))
      : (cases.kind === 'list' ? cases.values : [cases.value])
          .map((value, at) => ({ value, key: String(at) }))
          .filter((one) => one.key === key)
  if (found !== undefined) return runCase(requirement, context, toolbox, key, found.value, places)
  throw new SelectionError(`--replay ${requirement.id}:${key}: the requirement has no such case`)
}

/** Cases without an answer after which no more are sent: each may have cost the whole time limit. */
const MAX_UNANSWERED = 20

async function runCases(
  requirement: ProbingRequirement,
  context: ProbingContext,
  planned: number,
  stream: CaseStream,
): Promise<CaseStatistics> {
  const { toolbox, places, concurrency, onCase, nearMissesEnded } = context
  const outcomes = countCases(requirement.id)
  let done = 0
  let unanswered = 0
  let cutOff = false
  const worker = async () => {
    while (!cutOff && unanswered < MAX_UNANSWERED && !nearMissesEnded(requirement.id)) {
      const drawn = await stream.next()
      if (drawn === undefined) break
      const { position, value } = drawn
      const running = runCase(requirement, context, toolbox, String(position), value, places)
      const outcome = await running.catch((error: unknown) => {
        // What ends the run ends it for all of its workers.
        cutOff = true
        throw error
      })
      outcomes.add(position, outcome)
      done += 1
      onCase(done, planned)
      if (outcome.kind === 'inconclusive' && outcome.exchange?.failure !== undefined)
        unanswered += 1
      if (outcome.kind === 'inconclusive' && outcome.cutOff === true) cutOff = true
    }
  }
  const settled = await Promise.allSettled(
    Array.from(
      { length: requirement.oneByOne === true ? 1 : Math.min(2 * concurrency, planned) },
      worker,
    ),
  )
  await stream.end()
  // Every worker has come to rest before an error goes on, so that nothing is sent behind its back.
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  return outcomes.statistics()
}
