import {
  EvidenceError,
  Inconclusive,
  InternalError,
  Interrupted,
  LedgerError,
  NotSafe,
  SetAside,
} from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import { expectRefused } from '../../model/reads.ts'
import type { JudgeContext, ProbingRequirement } from '../../model/requirement.ts'
import type { Violation } from '../../model/violation.ts'
import { Undecidable } from '../../spec/schema.ts'
import type { Places } from './places.ts'
import { firstViolations } from './sample.ts'
import type { Toolbox } from './tools.ts'

/** What became of one case. */
export type CaseOutcome = {
  readonly key: string
  readonly value: unknown
  /** Everything sent, set-up included, where there is something to show. */
  readonly sent: readonly Exchange[]
} & (
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly violations: readonly Violation[] }
  | {
      readonly kind: 'inconclusive' | 'set-aside'
      readonly reason: string
      readonly exchange?: Exchange
      /** Whether the budget of the run is used up. */
      readonly cutOff?: boolean
      /** Whether it was kept back for the sake of other people's files. */
      readonly notSafe?: boolean
    }
)

export type FailedCase = Extract<CaseOutcome, { readonly kind: 'failed' }>

/** Files that a case may have at once. */
function placesOf({ holds, needs = [] }: ProbingRequirement, value: unknown): number {
  if (holds !== undefined) return holds(value)
  return needs.some((need) => need === 'resource' || need === 'content-choice') ? 1 : 0
}

/**
 * Probes and judges one case, and removes the files that it has left.
 *
 * @throws InternalError if the probe or the judge throws what is no verdict on the target
 * @throws Interrupted if the run was interrupted
 * @throws EvidenceError or LedgerError if what happens cannot be kept
 */
export async function runCase(
  requirement: ProbingRequirement,
  context: JudgeContext,
  toolbox: Toolbox,
  key: string,
  value: unknown,
  places: Places,
): Promise<CaseOutcome> {
  const wanted = placesOf(requirement, value)
  const noPlace = await places.take(wanted)
  const held = noPlace === undefined ? wanted : 0
  const room = noPlace === undefined ? wanted : { none: noPlace }
  const { tools, sent, culprit, atRest, removeLeft } = toolbox(requirement.id, key, room)
  try {
    const answers = await requirement.probe(tools, value)
    const judgement = requirement.judge(answers, context, value)
    if ('inapplicable' in judgement) throw new NotSafe(judgement.inapplicable)
    if ('undecided' in judgement) {
      const exchange = answers[0]
      return {
        kind: 'inconclusive',
        key,
        value,
        sent,
        reason: judgement.undecided,
        ...(exchange && { exchange }),
      }
    }
    return judgement.length === 0
      ? // Of what passed, a long run keeps nothing.
        { kind: 'passed', key, value, sent: [] }
      : { kind: 'failed', key, value, sent, violations: firstViolations(judgement) }
  } catch (error) {
    if (error instanceof Interrupted) throw error
    if (error instanceof EvidenceError || error instanceof LedgerError) throw error
    if (error instanceof SetAside) {
      return { kind: 'set-aside', key, value, sent, reason: error.message }
    }
    if (error instanceof NotSafe) {
      const exchange = culprit()
      // What was answered with success ended the case, and is what is wrong in it.
      if (exchange !== undefined) {
        return { kind: 'failed', key, value, sent, violations: expectRefused(exchange) }
      }
      return { kind: 'set-aside', key, value, sent, reason: error.message, notSafe: true }
    }
    if (error instanceof Inconclusive) {
      const { message: reason, exchange, cutOff } = error
      const why = { reason, cutOff, ...(exchange && { exchange }) }
      return { kind: 'inconclusive', key, value, sent, ...why }
    }
    if (error instanceof Undecidable) {
      const { message: reason, exchange } = error
      return { kind: 'inconclusive', key, value, sent, reason, exchange }
    }
    if (error instanceof InternalError) throw error
    const { message } = error as Error
    throw new InternalError(`${requirement.id}, case ${key}: ${message}`, { cause: error })
  } finally {
    // A case that ends early must not go on sending behind the next one's back.
    await atRest()
    places.give(held, await removeLeft())
  }
}
