import type { RunVerdict, Verdict } from './verdict.ts'

/** A named exception: a violation that a team lives with, until a day. */
export interface Waiver {
  readonly requirement: string
  /** The one violation that is meant; without it, every violation of the requirement is. */
  readonly fingerprint?: string
  readonly reason: string
  readonly owner: string
  /** The last day on which it holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string
  /** Where it stands in its file, from 1. */
  readonly line: number
}

/** Why a violation is nothing new. */
export type Excuse =
  | ({ readonly by: 'waiver' } & Pick<Waiver, 'reason' | 'owner' | 'expires' | 'line'>)
  | { readonly by: 'baseline' }

/**
 * - `open`: nothing is violated but what was accepted
 * - `closed`: something is violated that was not
 * - `undecided`: what had to be judged could not be
 * - `stale`: a waiver excuses nothing any more
 */
export type GateVerdict = 'open' | 'closed' | 'undecided' | 'stale'

/** Whether a target is worse than what was accepted. Says nothing of whether it conforms. */
export interface Gate {
  readonly verdict: GateVerdict
  /** Why, in sentences. */
  readonly reasons: readonly string[]
  /** File and number of the waivers. */
  readonly waivers?: { readonly file: string; readonly entries: number }
  readonly baseline?: ReportedBaseline
  /** Requirements with a violation that nothing excuses. */
  readonly fresh: readonly string[]
  /** Requirements of which a waiver excuses violations. */
  readonly waived: readonly string[]
  /** Requirements that are violated as the baseline has it. */
  readonly known: readonly string[]
  /** Requirements that the baseline has as violated, and that passed. */
  readonly fixed: readonly string[]
  /** Waivers that excuse nothing any more. */
  readonly stale: readonly Waiver[]
}

/** The report that a run was held against. */
interface ReportedBaseline {
  readonly file: string
  readonly target: string
  /** ISO 8601, UTC. */
  readonly started: string
}

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
