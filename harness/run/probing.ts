import { SelectionError } from '../../model/errors.ts'
import type { Cases, GenerationFacts, ProbingRequirement } from '../../model/requirement.ts'
import { type CaseContext, type CaseOutcome, type FailedCase, runCase } from './case.ts'
import { type CaseStatistics, countCases } from './case-statistics.ts'
import { type CaseStream, draw, listed } from './case-stream.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { isUnanswered } from './losses.ts'
import type { SecondTries } from './second-tries.ts'
import { fastCheckSeed } from './seed.ts'
import { type Shrunk, shrink, valueAt, withoutAgain } from './shrinking.ts'

/** Surroundings that all probing requirements of a run share. */
export interface ProbingContext extends CaseContext {
  readonly seed: string
  /** Cases a property. */
  readonly runs: number
  /** Requests under way at once. There are twice as many cases, so that one is ready for each answer. */
  readonly concurrency: number
  /** Key of the one case to send; undefined for all. */
  readonly onlyCase?: string | undefined
  factsFor(requirementId: string): GenerationFacts
  /** Says why nothing new is sent, if the target is too slow. */
  readonly tooSlow?: (() => string | undefined) | undefined
  /** Sends cases again whose requests were not answered. */
  readonly secondTries?: SecondTries | undefined
  /** Tells whether a near-miss of a requirement deleted a file: the requirement sends nothing new. */
  nearMissesEnded(requirementId: string): boolean
  /** Told when a case is over, and how many are planned. */
  readonly onCase: (done: number, planned: number) => void
}

const NEAR_MISS = 'a deletion of an id that is no file of this run succeeded'

/** Outcomes of a requirement's cases. */
export interface Probed {
  readonly planned: number
  /** Reason why the rest of the cases was not sent: a near-miss that succeeded, or a slow target. */
  readonly ended?: string | undefined
  readonly statistics: CaseStatistics
  /** Simplest forms of failing cases of a property. */
  readonly shrunk: readonly Shrunk[]
}

/**
 * Sends all cases of a requirement, several at once, and judges each.
 *
 * A failure does not stop it: behind one violation may be another, which must show even to those who
 * know the first. The cases of a property have the values that `fc.check` would use, so that they go out in
 * parallel and fast-check can still shrink a failing one.
 */
export async function probe(
  requirement: ProbingRequirement,
  context: ProbingContext,
): Promise<Probed> {
  const { id } = requirement
  const { onlyCase, concurrency } = context
  const cases = requirement.cases(context.factsFor(id))
  const seed = fastCheckSeed(context.seed, id)
  if (onlyCase !== undefined) {
    const found = valuesAt(cases, seed, onlyCase)
    if (found.length === 0) {
      throw new SelectionError(`--replay ${id}:${onlyCase}: the requirement has no such case`)
    }
    const only = countCases(id)
    const first = await runCase(requirement, context, onlyCase, found[0])
    const [outcome = first] = await triedAgain(requirement, context, [first])
    only.add(0, outcome)
    return { planned: 1, statistics: only.statistics(), shrunk: [] }
  }
  const isProperty = cases.kind === 'property'
  const values = isProperty ? [] : valuesOf(cases)
  const planned = isProperty ? Math.ceil(context.runs * cases.share) : values.length
  const stream = isProperty ? draw(cases.arbitrary, seed, planned, concurrency) : listed(values)
  const statistics = await runCases(requirement, context, planned, stream)
  const ended = context.nearMissesEnded(id) ? NEAR_MISS : context.tooSlow?.()
  // Simpler near-misses would be new ones, each of which could delete a file.
  if (!isProperty || ended !== undefined) return { planned, ended, statistics, shrunk: [] }
  const simplest = (failed: FailedCase, kinds: readonly string[]) =>
    shrink(
      failed,
      cases.arbitrary,
      seed,
      (key, value) => runCase(requirement, context, key, value),
      ({ violations }) => {
        const found = fingerprintsOf(id, violations)
        return kinds.every((kind) => found.includes(kind))
      },
    )
  return { planned, statistics, shrunk: await shrinkEach(id, statistics.failures, simplest) }
}

/** Finds the value of one case; gives none if there is no such case. */
function valuesAt(cases: Cases<unknown>, seed: number, key: string): readonly unknown[] {
  return cases.kind === 'property'
    ? valueAt(cases.arbitrary, seed, key)
    : valuesOf(cases).filter((_, at) => String(at) === withoutAgain(key))
}

function valuesOf(
  cases: Exclude<Cases<unknown>, { readonly kind: 'property' }>,
): readonly unknown[] {
  return cases.kind === 'list' ? cases.values : [cases.value]
}

/** Unanswered cases after which no more are sent: each may have taken the whole time limit. */
const MAX_UNANSWERED = 20

async function runCases(
  requirement: ProbingRequirement,
  context: ProbingContext,
  planned: number,
  stream: CaseStream,
): Promise<CaseStatistics> {
  const { id, oneByOne } = requirement
  const outcomes = countCases(id)
  const lost: { readonly position: number; readonly outcome: CaseOutcome }[] = []
  let done = 0
  let unanswered = 0
  let cutOff = false
  const worker = async () => {
    while (!cutOff && unanswered < MAX_UNANSWERED && goesOn(requirement, context)) {
      const drawn = await stream.next()
      if (drawn === undefined) break
      const { position, value } = drawn
      const running = runCase(requirement, context, String(position), value)
      const outcome = await running.catch((error: unknown) => {
        // An error that ends the run ends it for all workers.
        cutOff = true
        throw error
      })
      if (isUnanswered(outcome)) lost.push({ position, outcome })
      else outcomes.add(position, outcome)
      done += 1
      context.onCase(done, planned)
      if (outcome.kind !== 'inconclusive') continue
      if (outcome.exchange?.failure !== undefined) unanswered += 1
      if (outcome.cutOff === true) cutOff = true
    }
  }
  const isSingle = oneByOne === true || context.concurrency === 1
  const length = isSingle ? 1 : Math.min(2 * context.concurrency, planned)
  const settled = await Promise.allSettled(Array.from({ length }, worker))
  await stream.end()
  // All workers are at rest before an error goes on, so that none sends afterwards.
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  // Not in the order of their ends, which is chance.
  lost.sort((one, other) => one.position - other.position)
  const again = await triedAgain(
    requirement,
    context,
    lost.map(({ outcome }) => outcome),
  )
  for (const [at, { position, outcome }] of lost.entries()) {
    outcomes.add(position, again[at] ?? outcome)
  }
  return outcomes.statistics()
}

/** Sends cases again whose requests were not answered; gives what counts in place of each. */
async function triedAgain(
  requirement: ProbingRequirement,
  context: ProbingContext,
  outcomes: readonly CaseOutcome[],
): Promise<readonly CaseOutcome[]> {
  const { secondTries } = context
  if (secondTries === undefined) return outcomes
  return secondTries.of(
    outcomes,
    ({ value }, key) => runCase(requirement, context, key, value),
    // At the end, a case deletes what is there once.
    () => requirement.turn === undefined && goesOn(requirement, context),
  )
}

function goesOn({ id }: ProbingRequirement, context: ProbingContext): boolean {
  return !context.nearMissesEnded(id) && context.tooSlow?.() === undefined
}

/** Ways to fail that are shrunk; of the others, a case is shown as it is. */
const MAX_SHRUNK = 3

/** Shrinks the first case of each way to fail, one after the other. */
async function shrinkEach(
  id: string,
  failures: readonly FailedCase[],
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
