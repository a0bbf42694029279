import type { Violation } from '../../model/violation.ts'

/** Sample of any number of failures, for a report. */
interface FailureSample<T> {
  add(failure: T): void
  /** Gives the kept failures, in order. */
  kept(): readonly T[]
}

/** Most fingerprints that are kept apart. */
const MAX_KINDS = 50

/**
 * Keeps the first `few` failures, plus the first of each fingerprint (at most 50).
 *
 * @param order - of two failures, whichever comes in first
 * @param kindsOf - fingerprints of a failure's violations
 */
export function sampleFailures<T>(
  few: number,
  order: (a: T, b: T) => number,
  kindsOf: (failure: T) => readonly string[],
): FailureSample<T> {
  let first: readonly T[] = []
  const firstOfKind = new Map<string, T>()
  return {
    add(failure) {
      first = [...first, failure].sort(order).slice(0, few)
      for (const kind of kindsOf(failure)) {
        const before = firstOfKind.get(kind)
        if (before === undefined ? firstOfKind.size < MAX_KINDS : order(failure, before) < 0) {
          firstOfKind.set(kind, failure)
        }
      }
    },
    kept: () => [...new Set([...first, ...firstOfKind.values()])].sort(order),
  }
}

/** Most violations of one case or answer: a body of 1 MiB can hold a hundred thousand. */
const MAX_VIOLATIONS = 100

/** Keeps the first of the violations that a judge has found. */
export function firstViolations(violations: readonly Violation[]): readonly Violation[] {
  return violations.slice(0, MAX_VIOLATIONS)
}
