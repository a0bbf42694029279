import type { Level } from './requirement.ts'

/**
 * - `passed`: judged, and nothing was wrong
 * - `failed`: a MUST is violated
 * - `warned`: a SHOULD is violated
 * - `inconclusive`: could not be judged
 * - `inapplicable`: needs what the target or the document does not have, or was never observed
 */
export type Verdict = 'passed' | 'failed' | 'warned' | 'inconclusive' | 'inapplicable'

export const VERDICTS: readonly Verdict[] = [
  'passed',
  'failed',
  'warned',
  'inconclusive',
  'inapplicable',
]

/** The verdict that a violation gives a requirement of this level. */
export function violated(level: Level): Verdict {
  return level === 'MUST' ? 'failed' : 'warned'
}

/** What a run says of the target as a whole. */
export type RunVerdict = 'conforming' | 'non-conforming' | 'inconclusive'
