import type { Violation } from '../../model/violation.ts'

/** Violations of one case, or of one answer, that are kept: a body of 1 MiB can hold a hundred thousand. */
const MAX_VIOLATIONS = 100

/** The first of the violations that a judge has found, where they are too many to tell. */
export function tellingOnes(violations: readonly Violation[]): readonly Violation[] {
  return violations.length > MAX_VIOLATIONS ? violations.slice(0, MAX_VIOLATIONS) : violations
}
