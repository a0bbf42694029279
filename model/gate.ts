import type { Report } from './report.ts'

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

/** What was accepted before the run, by whom and until when, or as it was. */
export interface Accepted {
  readonly waivers?: {
    readonly file: string
    /** The file as it was read. */
    readonly text: string
    readonly entries: readonly Waiver[]
  }
  readonly baseline?: { readonly file: string; readonly report: Report }
}

/** Why a violation is nothing new. */
export type Excuse =
  | ({ readonly by: 'waiver' } & Pick<Waiver, 'reason' | 'owner' | 'expires' | 'line'>)
  | { readonly by: 'baseline' }

/**
 * - `open`: nothing is violated but what was accepted
 * - `closed`: something is violated that was not
 * - `undecided`: what had to be judged could not be
 * - `outdated`: a waiver excuses nothing any more
 */
export type GateVerdict = 'open' | 'closed' | 'undecided' | 'outdated'

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
export interface ReportedBaseline {
  readonly file: string
  readonly target: string
  /** ISO 8601, UTC. */
  readonly started: string
}
