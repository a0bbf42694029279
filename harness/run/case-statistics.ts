import type { CaseOutcome, FailedCase } from './case.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { sampleFailures } from './sample.ts'

/** What became of the cases of a requirement: numbers, and the cases that a report shows. */
export interface CaseStatistics {
  readonly passed: number
  readonly failed: number
  readonly inconclusive: number
  readonly setAside: number
  /** The first failing cases, and the first for each kind of violation. */
  readonly failures: readonly FailedCase[]
  /** The first case that could not be judged. */
  readonly undecided: Unjudged | undefined
  /** The first case that was set aside. */
  readonly aside: Unjudged | undefined
}

type Unjudged = Extract<CaseOutcome, { readonly reason: string }>

/** Counts outcomes as they come. Of what passed, a long run keeps nothing. */
interface CaseCounter {
  /** @param position - of the case in its list; the first is by position, whichever ends first */
  add(position: number, outcome: CaseOutcome): void
  statistics(): CaseStatistics
}

/** Failing cases that a report shows in any case; of the others, those that fail in another way. */
const SHOWN_FAILURES = 5

interface Placed<T> {
  readonly position: number
  readonly outcome: T
}

export function countCases(requirement: string): CaseCounter {
  const counts = { passed: 0, failed: 0, inconclusive: 0, 'set-aside': 0 }
  const failures = sampleFailures<Placed<FailedCase>>(
    SHOWN_FAILURES,
    (a, b) => a.position - b.position,
    ({ outcome }) => fingerprintsOf(requirement, outcome.violations),
  )
  const unjudged: Partial<Record<CaseOutcome['kind'], Placed<Unjudged>>> = {}
  return {
    add(position, outcome) {
      const { kind } = outcome
      counts[kind] += 1
      if (kind === 'failed') failures.add({ position, outcome })
      else if (kind !== 'passed' && position < (unjudged[kind]?.position ?? Infinity)) {
        unjudged[kind] = { position, outcome }
      }
    },
    statistics: () => ({
      passed: counts.passed,
      failed: counts.failed,
      inconclusive: counts.inconclusive,
      setAside: counts['set-aside'],
      failures: failures.kept().map(({ outcome }) => outcome),
      undecided: unjudged.inconclusive?.outcome,
      aside: unjudged['set-aside']?.outcome,
    }),
  }
}
