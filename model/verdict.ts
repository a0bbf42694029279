import type { Level } from './requirement.ts'

/**
 * - `passed`: judged, and in order
 * - `failed`: violates a MUST
 * - `warned`: violates a SHOULD
 * - `inconclusive`: could not be judged
 * - `inapplicable`: needs something that the target or the document lacks, or never occurred
 */
export type Verdict = 'passed' | 'failed' | 'warned' | 'inconclusive' | 'inapplicable'

export const VERDICTS: readonly Verdict[] = [
  'passed',
  'failed',
  'warned',
  'inconclusive',
  'inapplicable',
]

/** Gives the verdict on a violated requirement. */
export function violated(level: Level): Verdict {
  return level === 'MUST' ? 'failed' : 'warned'
}

export function isViolated({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === 'failed' || verdict === 'warned'
}

/** Verdict of a whole run. */
export type RunVerdict = 'conforming' | 'non-conforming' | 'inconclusive'
