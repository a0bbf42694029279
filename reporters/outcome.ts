import type { Report, RequirementResult } from '../model/report.ts'
import { excerpt } from './excerpt.ts'
import { excusesOf, standingOf } from './standing.ts'

/** What a verdict is to programs that know tests and nothing of levels. */
export type Outcome = 'passed' | 'failed' | 'undecided' | 'skipped'

export function outcomeOf({ options }: Report, result: RequirementResult): Outcome {
  const { verdict } = result
  // What was accepted is shown, and breaks no build.
  if (standingOf(result) !== undefined) return 'skipped'
  switch (verdict) {
    case 'passed':
      return 'passed'
    case 'failed':
      return 'failed'
    case 'warned':
      return options.strict ? 'failed' : 'passed'
    case 'inconclusive':
      return 'undecided'
    case 'inapplicable':
      return 'skipped'
  }
}

/** A result in one line: its first violation, or the reason of its verdict; and why it was accepted. */
export function inShort(result: RequirementResult): string {
  const standing = standingOf(result)
  if (standing === undefined) return firstViolation(result)
  return `${standing}, ${excusesOf(result).join('; ')}: ${firstViolation(result)}`
}

function firstViolation({ violations, reason = '' }: RequirementResult): string {
  // What nothing excuses says more than what is known.
  const first = violations.find(({ excuse }) => excuse === undefined) ?? violations[0]
  if (first === undefined) return excerpt(reason)
  const { where, expected, received } = first
  return `${excerpt(where, 200)}: expected ${excerpt(expected, 200)}, received ${excerpt(received, 200)}`
}
