import fc from 'fast-check'
import type { Contract } from '../model/contract.ts'
import type { Cases, GenerationFacts, ProbingRequirement } from '../model/requirement.ts'
import { type CaseOutcome, runCase } from './case.ts'
import { fastCheckSeed } from './seed.ts'
import { SelectionError } from './selection.ts'
import { type Shrunk, shrink, valueAt } from './shrinking.ts'
import type { Toolbox } from './tools.ts'

/** What every probing requirement of a run works with. */
export interface ProbingContext {
  readonly contract: Contract
  readonly toolbox: Toolbox
  readonly seed: string
  /** Cases a property. */
  readonly runs: number
  /** Cases under way at once. */
  readonly concurrency: number
  /** The one case to send, by its key; all of them where it is undefined. */
  readonly onlyCase?: string | undefined
  factsFor(requirementId: string): GenerationFacts
  /** Told when a case is over, and how many there are to be. */
  readonly onCase: (done: number, planned: number) => void
}

/** The outcomes of a requirement's cases, in order; for a property, the shrunk form of the first failing one. */
export interface Probed {
  readonly planned: number
  readonly outcomes: readonly CaseOutcome[]
  readonly shrunk?: Shrunk
}

/**
 * Sends all cases of a requirement, several at once, and judges each.
 *
 * A list is gone through to its end. A property stops at its first failing case, which is shrunk:
 * what `fc.sample` gives for a seed are the values that `fc.check` would use, so the cases can go out
 * in parallel and fast-check takes over at the failing one.
 */
export async function probe(
  requirement: ProbingRequirement,
  context: ProbingContext,
): Promise<Probed> {
  const cases = requirement.cases(context.factsFor(requirement.id))
  if (context.onlyCase !== undefined) {
    return { planned: 1, outcomes: [await runOnly(requirement, context, cases, context.onlyCase)] }
  }
  if (cases.kind === 'example') {
    return { planned: 1, outcomes: await runCases(requirement, context, [cases.value], false) }
  }
  if (cases.kind === 'list') {
    const outcomes = await runCases(requirement, context, cases.values, false)
    return { planned: cases.values.length, outcomes }
  }
  const seed = fastCheckSeed(context.seed, requirement.id)
  const values = fc.sample(cases.arbitrary, { seed, numRuns: context.runs })
  const outcomes = await runCases(requirement, context, values, true)
  const failed = outcomes.find(({ kind }) => kind === 'failed')
  if (failed?.kind !== 'failed') return { planned: values.length, outcomes }
  const shrunk = await shrink(failed, cases.arbitrary, seed, (key, value) =>
    runCase(requirement, context.contract, context.toolbox, key, value),
  )
  return { planned: values.length, outcomes, shrunk }
}

async function runOnly(
  requirement: ProbingRequirement,
  { contract, toolbox, seed }: ProbingContext,
  cases: Cases<unknown>,
  key: string,
): Promise<CaseOutcome> {
  const [found] =
    cases.kind === 'property'
      ? valueAt(cases.arbitrary, fastCheckSeed(seed, requirement.id), key).map((value) => ({
          value,
        }))
      : (cases.kind === 'list' ? cases.values : [cases.value])
          .map((value, at) => ({ value, key: String(at) }))
          .filter((one) => one.key === key)
  if (found !== undefined) return runCase(requirement, contract, toolbox, key, found.value)
  throw new SelectionError(`--replay ${requirement.id}:${key}: the requirement has no such case`)
}

/** Cases without an answer after which no more are sent: each may have cost the whole time limit. */
const MAX_UNANSWERED = 20

async function runCases(
  requirement: ProbingRequirement,
  { contract, toolbox, concurrency, onCase }: ProbingContext,
  values: readonly unknown[],
  stopAtFailure: boolean,
): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = []
  let next = 0
  let done = 0
  let stopped = false
  let unanswered = 0
  const worker = async () => {
    while (!stopped && next < values.length) {
      const index = next
      next += 1
      const outcome = await runCase(requirement, contract, toolbox, String(index), values[index])
      outcomes[index] = outcome
      done += 1
      onCase(done, values.length)
      if (outcome.kind === 'failed' && stopAtFailure) stopped = true
      if (outcome.kind === 'inconclusive' && outcome.exchange?.failure !== undefined)
        unanswered += 1
      if (unanswered >= MAX_UNANSWERED) stopped = true
    }
  }
  const settled = await Promise.allSettled(
    Array.from(
      { length: requirement.oneByOne === true ? 1 : Math.min(concurrency, values.length) },
      worker,
    ),
  )
  // Every worker has come to rest before an error goes on, so that nothing is sent behind its back.
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  return outcomes
}
