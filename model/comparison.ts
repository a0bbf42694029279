import type { RunVerdict, Verdict } from './verdict.ts'

/**
 * - `better`, `worse`: the verdict, or what is violated
 * - `new`, `gone`: the requirement is in one report only
 * - `unclear`: was violated, and could not be judged again
 * - `same`
 */
export type Change = 'better' | 'worse' | 'new' | 'gone' | 'unclear' | 'same'

/** In the order in which they are told. */
export const CHANGES: readonly Change[] = ['worse', 'better', 'new', 'gone', 'unclear', 'same']

/** What became of a requirement from one report to another. */
export interface ComparedRequirement {
  readonly id: string
  readonly title: string
  readonly change: Change
  readonly before?: Verdict
  readonly after?: Verdict
  /** In words: a violation, or the reason of a verdict. */
  readonly note?: string
}

/** Two reports side by side. */
export interface Comparison {
  readonly before: ComparedRun
  readonly after: ComparedRun
  /** Other choices or documents, because of which verdicts may differ. */
  readonly differences: readonly string[]
  readonly requirements: readonly ComparedRequirement[]
  readonly totals: Readonly<Record<Change, number>>
}

export interface ComparedRun {
  readonly target: string
  /** ISO 8601, UTC. */
  readonly started: string
  readonly verdict: RunVerdict
}
