import type { Contract } from '../../model/contract.ts'
import { InternalError } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { familyOf, type Invariant } from '../../model/requirement.ts'
import type { Violation } from '../../model/violation.ts'
import { Undecidable } from '../../spec/schema.ts'
import { isThrottled } from './answers.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { firstViolations, sampleFailures } from './sample.ts'

/** What a watching requirement has seen. */
export interface Observed {
  readonly judged: number
  readonly failed: number
  /** Of the failing answers to the shortest requests, and of the shortest of each kind. */
  readonly violations: readonly Violation[]
  /** Answers that could not be judged, where there are any, and why not the first of them. */
  readonly undecided?: { readonly count: number; readonly first: Undecidable } | undefined
}

/** Judges answers as they come, so that nothing has to be kept of those that are in order. */
export interface Observer {
  see(exchange: Exchange): void
  readonly observed: Observed
}

/** Failing answers that are kept in any case: those to the shortest requests, which say it best. */
const KEPT_FAILURES = 3

/** @param refused - whether an exchange was refused for want of rights, which says nothing of the operation */
export function createObserver(
  requirement: Invariant,
  contract: Contract,
  refused: (exchange: Exchange) => boolean,
): Observer {
  const family = familyOf(requirement.id)
  const kept = sampleFailures<readonly Violation[]>(KEPT_FAILURES, byTargetLength, (violations) =>
    fingerprintsOf(requirement.id, violations),
  )
  let judged = 0
  let failed = 0
  let undecided: Observed['undecided']
  const inScope = (exchange: Exchange): exchange is Answered =>
    exchange.purpose !== 'set-up' &&
    isAnswered(exchange) &&
    !isThrottled(exchange) &&
    !refused(exchange) &&
    (requirement.scope === 'run' || familyOf(exchange.requirement) === family) &&
    requirement.appliesTo(exchange, contract)
  return {
    see(exchange) {
      if (!inScope(exchange)) return
      const found = judge(requirement, exchange, contract)
      if (found instanceof Undecidable) {
        undecided = { count: (undecided?.count ?? 0) + 1, first: undecided?.first ?? found }
        return
      }
      judged += 1
      if (found.length === 0) return
      failed += 1
      kept.add(found)
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

function judge(
  requirement: Invariant,
  exchange: Answered,
  contract: Contract,
): readonly Violation[] | Undecidable {
  try {
    return firstViolations(requirement.judge(exchange, contract))
  } catch (error) {
    if (error instanceof Undecidable) return error
    throw new InternalError(`${requirement.id}: ${(error as Error).message}`, { cause: error })
  }
}
