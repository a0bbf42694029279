/** What a run is made with unless its caller says otherwise, on the command line or in a program. */
export const DEFAULTS = {
  tokenEnv: 'CONFORMANCE_TOKEN',
  secondTokenEnv: 'CONFORMANCE_SECOND_TOKEN',
  /** Cases a property. */
  runs: 100,
  /** Requests under way at once. */
  concurrency: 16,
  /** Files that may be there at once: sixteen are deleted at once beside eight that stay, and some to spare. */
  maxLive: 32,
  /** For one request. */
  timeoutMs: 10_000,
  /** For a deletion to show in reads. */
  settleMs: 5_000,
} as const

/** The highest values that are accepted. */
export const LIMITS = {
  runs: 1_000_000,
  /** Requests and files of a budget. */
  budget: 1_000_000_000,
  /** Files at once: seven stay to the end, and a case may need three. */
  fewestLive: 10,
  mostLive: 10_000,
  concurrency: 256,
  durationMs: 3_600_000,
  ratePerSecond: 100_000,
  /** Characters; leaves 7,400 octets of a request line for what follows the prefix. */
  basePath: 512,
} as const
