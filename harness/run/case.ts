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
import type {
  JudgeContext,
  Need,
  ProbingRequirement,
  Requirement,
} from '../../model/requirement.ts'
import type { Blocker, Violation } from '../../model/violation.ts'
import { Undecidable } from '../../spec/body-check.ts'
import { firstViolations } from './failure-sample.ts'
import type { Places } from './places.ts'
import type { Toolbox } from './tools.ts'

/** Outcome of one case. */
export type CaseOutcome = {
  readonly key: string
  readonly value: unknown
  /** Everything that was sent, set-up included; empty for a case that passed. */
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
      /** Whether it could have hit other people's files. */
      readonly notSafe?: boolean
      /** Requirement that says all that there is to say. */
      readonly blockedBy?: string
    }
)

export type FailedCase = Extract<CaseOutcome, { readonly kind: 'failed' }>

/** Surroundings that all cases of a run share. */
export interface CaseContext extends JudgeContext {
  readonly toolbox: Toolbox
  readonly places: Places
  readonly told?: Told
}

/** Violations that requirements of a run have told. */
export interface Told {
  /** Keeps those of a case. */
  keep(requirement: Requirement, violations: readonly Violation[]): void
  /** Finds another requirement that has told the same, or will. */
  by(
    requirement: ProbingRequirement,
    violation: Violation,
    sent: readonly Exchange[],
  ): string | undefined
  /** Tells whether a requirement was judged and is not violated. */
  isFine(requirementId: string): boolean
}

/** Errors that end the run. */
const FATAL = [Interrupted, EvidenceError, LedgerError, InternalError]

/**
 * Probes and judges one case, and removes the files that it leaves.
 *
 * @throws InternalError if probe or judge throws anything unexpected
 * @throws Interrupted if the run was interrupted
 * @throws EvidenceError or LedgerError if the run cannot be recorded
 */
export async function runCase(
  requirement: ProbingRequirement,
  context: CaseContext,
  key: string,
  value: unknown,
): Promise<CaseOutcome> {
  const { toolbox, places } = context
  const wanted = placesOf(requirement, value)
  const noPlace = await places.take(wanted)
  const [held, room] = noPlace === undefined ? [wanted, wanted] : [0, { none: noPlace }]
  const { tools, sent, culprit, atRest, removeLeft } = toolbox(requirement.id, key, room)
  const one = { key, value, sent }
  /** Fails, unless other requirements tell all of it. */
  const violatedBy = (violations: readonly Violation[]) => {
    const blockers = violations.map((violation) =>
      blockerOf(requirement, violation, sent, context.told),
    )
    const own = violations.filter((_, at) => blockers[at] === undefined)
    const [blocker] = blockers
    if (own.length === 0 && blocker !== undefined) {
      const { id: blockedBy, why } = blocker
      return { kind: 'inconclusive', reason: REASONS[why], blockedBy } as const
    }
    context.told?.keep(requirement, own)
    return { kind: 'failed', violations: firstViolations(own) } as const
  }
  try {
    const answers = await requirement.probe(tools, value)
    const judgement = requirement.judge(answers, context, value)
    if ('inapplicable' in judgement) throw new NotSafe(judgement.inapplicable)
    if ('undecided' in judgement) throw new Inconclusive(judgement.undecided, answers[0])
    if (judgement.length > 0) return { ...one, ...violatedBy(judgement) }
    // A long run keeps nothing of what passed.
    return { ...one, sent: [], kind: 'passed' }
  } catch (error) {
    if (error instanceof SetAside) {
      const { message: reason, exchange } = error
      return { ...one, kind: 'set-aside', reason, exchange }
    }
    if (error instanceof NotSafe) {
      const exchange = culprit()
      // A near-miss that succeeded ended the case: that is the violation.
      if (exchange !== undefined) {
        return { ...one, ...violatedBy(context.answers.expectRefused(exchange)) }
      }
      return { ...one, kind: 'set-aside', reason: error.message, notSafe: true }
    }
    if (error instanceof Inconclusive) {
      const { message: reason, exchange, cutOff } = error
      return { ...one, kind: 'inconclusive', reason, cutOff, ...(exchange && { exchange }) }
    }
    if (error instanceof Undecidable) {
      return { ...one, kind: 'inconclusive', reason: error.message, exchange: error.exchange }
    }
    if (FATAL.some((kind) => error instanceof kind)) throw error
    const { message } = error as Error
    throw new InternalError(`${requirement.id}, case ${key}: ${message}`, { cause: error })
  } finally {
    // A case that ends early must not go on sending while the next one runs.
    await atRest()
    places.give(held, await removeLeft())
  }
}

const REASONS: Readonly<Record<Blocker['why'], string>> = {
  known: 'nothing is wrong beyond what is told elsewhere',
  alike: 'a deletion and a missing file are answered alike',
}

/** Finds what blocks a violation; undefined where it has to be told here. */
function blockerOf(
  requirement: ProbingRequirement,
  violation: Violation,
  sent: readonly Exchange[],
  told: Told | undefined,
): Blocker | undefined {
  const { blockedBy } = violation
  if (blockedBy?.id === requirement.id) return undefined
  if (blockedBy !== undefined) {
    const isOwn = blockedBy.why === 'known' && told?.isFine(blockedBy.id) === true
    return isOwn ? undefined : blockedBy
  }
  const id = told?.by(requirement, violation, sent)
  return id === undefined ? undefined : { id, why: 'known' }
}

const RESOURCES: readonly Need[] = ['resource', 'many-resources', 'content-choice']

/** Counts the files that a case may have at once. */
function placesOf({ holds, needs = [] }: ProbingRequirement, value: unknown): number {
  if (holds !== undefined) return holds(value)
  return needs.some((need) => RESOURCES.includes(need)) ? 1 : 0
}
