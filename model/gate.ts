import type { RunVerdict, Verdict } from './verdict.ts'

/** Known violation that a team accepts until a day. */
export interface Waiver {
  readonly requirement: string
  /** Limits the waiver to one violation; without it, the waiver covers all of the requirement. */
  readonly fingerprint?: string
  readonly reason: string
  readonly owner: string
  /** Last day of validity, `YYYY-MM-DD`, UTC. */
  readonly expires: string
  /** Line in its file, from 1. */
  readonly line: number
}

/** Reason why a violation is accepted. */
export type Excuse =
  | ({ readonly by: 'waiver' } & Pick<Waiver, 'reason' | 'owner' | 'expires' | 'line'>)
  | { readonly by: 'baseline' }

/**
 * - `open`: every violation was accepted
 * - `closed`: some violation was not
 * - `undecided`: something could not be judged and had to be
 * - `stale`: a waiver matches no violation
 */
export type GateVerdict = 'open' | 'closed' | 'undecided' | 'stale'

/** Answer to: is the target worse than what was accepted? Says nothing of conformance. */
export interface Gate {
  readonly verdict: GateVerdict
  /** Sentences that justify the verdict. */
  readonly reasons: readonly string[]
  /** File and number of waivers. */
  readonly waivers?: { readonly file: string; readonly entries: number }
  /** Earlier report; `started` is ISO 8601, UTC. */
  readonly baseline?: { readonly file: string; readonly target: string; readonly started: string }
  /** Requirements with a violation that was not accepted. */
  readonly fresh: readonly string[]
  /** Requirements with a violation that a waiver covers. */
  readonly waived: readonly string[]
  /** Requirements with a violation that the baseline has. */
  readonly known: readonly string[]
  /** Requirements that the baseline has as violated and that pass now. */
  readonly fixed: readonly string[]
  /** Waivers that match no violation. */
  readonly stale: readonly Waiver[]
}

/**
 * - `better`, `worse`: another verdict, or other violations
 * - `new`, `gone`: in one report only
 * - `unclear`: was violated, and could not be judged again
 * - `same`
 */
export type Change = 'better' | 'worse' | 'new' | 'gone' | 'unclear' | 'same'

/** Changes in the order in which they are shown. */
export const CHANGES: readonly Change[] = ['worse', 'better', 'new', 'gone', 'unclear', 'same']

/** One requirement in two reports. */
export interface ComparedRequirement {
  readonly id: string
  readonly title: string
  readonly change: Change
  readonly before?: Verdict
  readonly after?: Verdict
  /** A violation, or the reason of the verdict, in words. */
  readonly note?: string
}

/** Two reports side by side. */
export interface Comparison {
  readonly before: ComparedRun
  readonly after: ComparedRun
  /** Differing options or documents, each of which may be why verdicts differ. */
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
