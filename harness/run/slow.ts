/** A target that needs more time limits than this for a preflight would need hours for a run. */
export const MAX_LIMITS = 3

/** Requests in a row that a target does not answer in time before a run gives it up. */
export const MAX_LATE = 20

/** Times that errors take longer than successes where they are to blame. */
export const SLOWER = 10

/** Share of the time that errors take where they are to blame for it. */
export const MOSTLY = 0.8

/** Explains why a run ends: errors take too long. */
export function slowErrors(how: string): string {
  return `errors are slow on this target: ${how}, and a run asks for hundreds; a log that draws a traceback for each error does this: choose a plainer one, or raise --timeout`
}

export function seconds(ms: number): string {
  return ms < 100 ? `${Math.ceil(ms)} ms` : `${(ms / 1_000).toPrecision(2)} s`
}
