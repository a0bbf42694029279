import type { Contract } from '../../model/contract.ts'
import { InternalError } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { familyOf, type Invariant } from '../../model/requirement.ts'
import type { Violation } from '../../model/violation.ts'
import { Undecidable } from '../../spec/body-check.ts'
import { isThrottled } from './answers.ts'
import { firstViolations, sampleFailures } from './failure-sample.ts'
import { fingerprintsOf } from './fingerprint.ts'

/** Answers that an invariant judged. */
export interface Observed {
  readonly judged: number
  readonly failed: number
  /** A sample: those of the shortest requests, and the shortest of each fingerprint. */
  readonly violations: readonly Violation[]
  /** Number of answers that could not be judged, and the reason for the first. */
  readonly undecided?: { readonly count: number; readonly first: Undecidable } | undefined
}

/** Judges answers as they come, and keeps none that is in order. */
export interface Observer {
  see(exchange: Exchange): void
  readonly observed: Observed
}

/** Failing answers that are always kept: those to the shortest requests, which show a fault best. */
const KEPT_FAILURES = 3

/** @param refused - tells whether an exchange was refused for want of rights: no answer of the operation */
export function createObserver(
  requirement: Invariant,
  contract: Contract,
  refused: (exchange: Exchange) => boolean,
): Observer {
  const { id, scope } = requirement
  const kept = sampleFailures<readonly Violation[]>(KEPT_FAILURES, byTargetLength, (violations) =>
    fingerprintsOf(id, violations),
  )
  let judged = 0
  let failed = 0
  let undecided: Observed['undecided']
  const isInScope = (exchange: Exchange): exchange is Answered =>
    exchange.purpose !== 'set-up' &&
    isAnswered(exchange) &&
    !isThrottled(exchange) &&
    !refused(exchange) &&
    (scope === 'run' || familyOf(exchange.requirement) === familyOf(id)) &&
    requirement.appliesTo(exchange, contract)
  return {
    see(exchange) {
      if (!isInScope(exchange)) return
      try {
        const found = firstViolations(requirement.judge(exchange, contract))
        judged += 1
        if (found.length === 0) return
        failed += 1
        kept.add(found)
      } catch (error) {
        if (!(error instanceof Undecidable)) {
          throw new InternalError(`${id}: ${(error as Error).message}`, { cause: error })
        }
        undecided = { count: (undecided?.count ?? 0) + 1, first: undecided?.first ?? error }
      }
    },
    get observed() {
      return { judged, failed, violations: kept.kept().flat(), undecided }
    },
  }
}

function byTargetLength([a]: readonly Violation[], [b]: readonly Violation[]): number {
  const length = (one: Violation | undefined) => one?.exchange.request.target.length ?? 0
  return length(a) - length(b)
}
