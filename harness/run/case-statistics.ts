import type { CaseOutcome, FailedCase } from './case.ts'
import { sampleFailures } from './failure-sample.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { isUnanswered } from './losses.ts'

/** Numbers of cases by outcome, and the cases that a report shows. */
export interface CaseStatistics {
  readonly passed: number
  readonly failed: number
  readonly inconclusive: number
  readonly setAside: number
  /** First failing cases, and the first of each fingerprint. */
  readonly failures: readonly FailedCase[]
  /** First case that could not be judged, for another reason than a blocking finding; one that was answered first. */
  readonly undecided: Unjudged | undefined
  /** Whether all of these were not judged because a request was not answered. */
  readonly isUnanswered: boolean
  /** First case that a finding blocks, and all such findings. */
  readonly blocked: Unjudged | undefined
  readonly blockedBy: readonly string[]
  /** First case that was set aside. */
  readonly aside: Unjudged | undefined
}

type Unjudged = Extract<CaseOutcome, { readonly reason: string }>

interface CaseCounter {
  /** @param position - of the case in its list: the first case is the first there, not the first to end */
  add(position: number, outcome: CaseOutcome): void
  statistics(): CaseStatistics
}

/** Failing cases that a report always shows; of the others, those with new fingerprints. */
const SHOWN_FAILURES = 5

interface Placed<T> {
  readonly position: number
  readonly outcome: T
}

/** Counts outcomes as they come, and keeps only those that a report shows. */
export function countCases(requirement: string): CaseCounter {
  const counts = { passed: 0, failed: 0, inconclusive: 0, 'set-aside': 0 }
  const failures = sampleFailures<Placed<FailedCase>>(
    SHOWN_FAILURES,
    (a, b) => a.position - b.position,
    ({ outcome }) => fingerprintsOf(requirement, outcome.violations),
  )
  const unjudged: Partial<
    Record<CaseOutcome['kind'] | 'blocked' | 'unanswered', Placed<Unjudged>>
  > = {}
  const blockedBy = new Set<string>()
  return {
    add(position, outcome) {
      const { kind } = outcome
      counts[kind] += 1
      if (kind === 'failed') failures.add({ position, outcome })
      else if (kind !== 'passed') {
        const blocker = outcome.blockedBy
        if (blocker !== undefined) blockedBy.add(blocker)
        const own = isUnanswered(outcome) ? 'unanswered' : kind
        const as = blocker === undefined ? own : 'blocked'
        if (position < (unjudged[as]?.position ?? Infinity)) unjudged[as] = { position, outcome }
      }
    },
    statistics() {
      const { 'set-aside': setAside, ...others } = counts
      return {
        ...others,
        setAside,
        failures: failures.kept().map(({ outcome }) => outcome),
        undecided: (unjudged.inconclusive ?? unjudged.unanswered)?.outcome,
        isUnanswered: unjudged.inconclusive === undefined && unjudged.unanswered !== undefined,
        blocked: unjudged.blocked?.outcome,
        blockedBy: [...blockedBy].sort(),
        aside: unjudged['set-aside']?.outcome,
      }
    },
  }
}
