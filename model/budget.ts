/** What a run may spend, as far as the user has said so. */
export interface Budget {
  /** Requests; each attempt counts, and so does the removal of the run's files. */
  readonly maxRequests?: number
  /** Files that are uploaded or handed over. */
  readonly maxFiles?: number
  /** From the first look at the target until no more requests are begun, but for removals at the end. */
  readonly deadlineMs?: number
}
