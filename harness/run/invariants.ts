import type { Contract } from '../../model/contract.ts'
import { InternalError } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { kindOf } from '../../model/learnt.ts'
import { familyOf, type Invariant } from '../../model/requirement.ts'
import type { Violation } from '../../model/violation.ts'
import { Undecidable } from '../../spec/body-check.ts'
import { isThrottled } from './answers.ts'
import { firstViolations, sampleFailures } from './failure-sample.ts'
import { fingerprintsOf } from './fingerprint.ts'
import type { Unanswered } from './losses.ts'

/** Answers that an invariant judged. */
export interface Observed {
  readonly judged: number
  readonly failed: number
  /** A sample: those of the shortest requests, and the shortest of each fingerprint. */
  readonly violations: readonly Violation[]
  /** Exchanges that led to them, if they are known. */
  readonly exchanges?: readonly Exchange[]
  /** Number of answers that could not be judged, and the reason for the first. */
  readonly undecided?:
    | {
        readonly count: number
        readonly first: Pick<Undecidable, 'message'> & { readonly exchange: Exchange }
      }
    | undefined
  /** Number of answers in which nothing is wrong but what other requirements say, and these. */
  readonly known: { readonly count: number; readonly by: readonly string[] }
}

/** Judges answers as they come, and keeps none that is in order. */
export interface Observer {
  see(exchange: Exchange): void
  /** Sums up what was observed until now; what others tell until now counts as known. */
  observed(): Observed
}

/** Failing answers that are always kept: those to the shortest requests, which show a fault best. */
const KEPT_FAILURES = 3
/** Kinds of violations that are kept apart; a target that makes up more tells them itself. */
const MAX_KINDS = 1_000
/** Kind of violations that no other requirement tells. */
const OWN = ''

/**
 * @param refused - tells whether an exchange was refused for want of rights: no answer of the operation
 * @param toldBy - names another requirement that tells a violation
 */
export function createObserver(
  requirement: Invariant,
  contract: Contract,
  refused: (exchange: Exchange) => boolean,
  toldBy: (violation: Violation) => string | undefined = () => undefined,
): Observer {
  const { id, scope, form } = requirement
  const sample = () =>
    sampleFailures<readonly Violation[]>(KEPT_FAILURES, byTargetLength, (violations) =>
      fingerprintsOf(id, violations),
    )
  let judged = 0
  let undecided: Observed['undecided']
  const kinds = new Map<
    string,
    { readonly count: number; readonly kept: ReturnType<typeof sample> }
  >()
  const isInScope = (exchange: Exchange): exchange is Answered =>
    exchange.purpose !== 'set-up' &&
    isAnswered(exchange) &&
    !isThrottled(exchange) &&
    !refused(exchange) &&
    (scope === 'run' || familyOf(exchange.requirement) === familyOf(id)) &&
    requirement.appliesTo(exchange, contract)
  const keep = (found: readonly Violation[]) => {
    const of = form === true ? found.map(kindOf).join('\n') : OWN
    const key = kinds.has(of) || kinds.size < MAX_KINDS ? of : OWN
    const { count, kept } = kinds.get(key) ?? { count: 0, kept: sample() }
    kept.add(found)
    kinds.set(key, { count: count + 1, kept })
  }
  return {
    see(exchange) {
      if (!isInScope(exchange)) return
      try {
        const found = firstViolations(requirement.judge(exchange, contract))
        judged += 1
        if (found.length > 0) keep(found)
      } catch (error) {
        if (!(error instanceof Undecidable)) {
          throw new InternalError(`${id}: ${(error as Error).message}`, { cause: error })
        }
        undecided = { count: (undecided?.count ?? 0) + 1, first: undecided?.first ?? error }
      }
    },
    observed() {
      const shown = sample()
      const known = { count: 0, by: new Set<string>() }
      let failed = 0
      for (const [of, { count, kept }] of kinds) {
        const own = kept
          .kept()
          .map((found) => found.filter((one) => of === OWN || toldBy(one) === undefined))
          .filter((found) => found.length > 0)
        if (own.length > 0) {
          failed += count
          for (const found of own) shown.add(found)
          continue
        }
        known.count += count
        for (const found of kept.kept()) for (const one of found) known.by.add(toldBy(one) ?? '')
      }
      return {
        judged: judged - known.count,
        failed,
        violations: shown.kept().flat(),
        undecided,
        known: { count: known.count, by: [...known.by].sort() },
      }
    },
  }
}

/** Adds to what an invariant has observed the deletions that were not answered. */
export function withUnanswered(
  { id, judgeUnanswered }: Invariant,
  observed: Observed,
  { never, perhaps }: Unanswered,
): Observed {
  if (judgeUnanswered === undefined) return observed
  const shown = sampleFailures<readonly Violation[]>(KEPT_FAILURES, byTargetLength, (violations) =>
    fingerprintsOf(id, violations),
  )
  for (const { exchange } of never) shown.add(judgeUnanswered(exchange))
  const violations = shown.kept().flat()
  const isShown = (one: Exchange) => violations.some(({ exchange }) => exchange === one)
  const [exchange] = perhaps
  const first = exchange && { message: `no answer: ${exchange.failure?.message}`, exchange }
  return {
    ...observed,
    judged: observed.judged + never.length,
    failed: observed.failed + never.length,
    violations: [...observed.violations, ...violations],
    // They show what led to it.
    exchanges: never
      .filter((one) => isShown(one.exchange))
      .flatMap((one) => one.sent.filter((sent) => sent.case === one.exchange.case)),
    undecided: first === undefined ? observed.undecided : { count: perhaps.length, first },
  }
}

function byTargetLength([a]: readonly Violation[], [b]: readonly Violation[]): number {
  const length = (one: Violation | undefined) => one?.exchange.request.target.length ?? 0
  return length(a) - length(b)
}
