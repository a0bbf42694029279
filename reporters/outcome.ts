import type { Report, RequirementResult } from '../model/report.ts'
import { excerpt } from './excerpt.ts'

/** What a verdict is to programs that know tests and nothing of levels. */
export type Outcome = 'passed' | 'failed' | 'undecided' | 'skipped'

export function outcomeOf({ options }: Report, { verdict }: RequirementResult): Outcome {
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

/** A result in one line: its first violation, or the reason of its verdict. */
export function inShort({ violations, reason = '' }: RequirementResult): string {
  const [first] = violations
  if (first === undefined) return excerpt(reason)
  const { where, expected, received } = first
  return `${excerpt(where, 200)}: expected ${excerpt(expected, 200)}, received ${excerpt(received, 200)}`
}
