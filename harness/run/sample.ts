import type { Violation } from '../../model/violation.ts'

/** Failures that are kept for the report: they tell all that went wrong, however many there are. */
export interface FailureSample<T> {
  add(failure: T): void
  /** The foremost, and the foremost of each kind, in order. */
  kept(): readonly T[]
}

/**
 * Keeps of any number of failures the foremost few, and of each kind of violation the foremost one.
 *
 * @param few - how many are kept in any case
 * @param order - what comes first; the same for failures in any order of arrival
 * @param kindsOf - the fingerprints of a failure's violations
 */
export function sampleFailures<T>(
  few: number,
  order: (a: T, b: T) => number,
  kindsOf: (failure: T) => readonly string[],
): FailureSample<T> {
  const foremost: T[] = []
  const ofKind = new Map<string, T>()
  return {
    add(failure) {
      insert(foremost, failure, order)
      if (foremost.length > few) foremost.pop()
      for (const kind of kindsOf(failure)) {
        const before = ofKind.get(kind)
        if (before === undefined ? ofKind.size < MAX_KINDS : order(failure, before) < 0) {
          ofKind.set(kind, failure)
        }
      }
    },
    kept: () => [...new Set([...foremost, ...ofKind.values()])].sort(order),
  }
}

export function insert<T>(sorted: T[], one: T, order: (a: T, b: T) => number): void {
  const at = sorted.findIndex((other) => order(one, other) < 0)
  sorted.splice(at < 0 ? sorted.length : at, 0, one)
}

/** Kinds that are kept apart: a target that finds more ways to be wrong is not told about to the end. */
export const MAX_KINDS = 50

/** Violations of one case, or of one answer, that are kept: a body of 1 MiB can hold a hundred thousand. */
export const MAX_VIOLATIONS = 100

/** The first of the violations that a judge has found, where they are too many to tell. */
export function firstViolations(violations: readonly Violation[]): readonly Violation[] {
  return violations.length > MAX_VIOLATIONS ? violations.slice(0, MAX_VIOLATIONS) : violations
}
