import type { Progress } from '../model/progress.ts'
import type { CapabilityName } from '../model/requirement.ts'
import type { Files } from './files.ts'
import type { LoadedContract } from './load-contract.ts'

/** How a target is tested. Everything has the default that it has on the command line. */
export interface RunOptions {
  /**
   * Base URL of the server, without the documented path. Without this option the embedded reference
   * server is tested; `undefined` is refused, so that a variable that is not set tests no other server.
   */
  readonly target?: string | URL
  /** Bearer token; `null` for none. Without it, what stands in the variable `tokenEnv`, if anything. */
  readonly token?: string | null | undefined
  /** Bearer token of another account; `null` for none. Without it, that in `secondTokenEnv`. */
  readonly secondToken?: string | null | undefined
  /**
   * The environment variable of the token. Reports and the commands in them name it, never the token;
   * where `token` is given, it is where a replay on the command line takes the token from.
   *
   * @defaultValue `CONFORMANCE_TOKEN`
   */
  readonly tokenEnv?: string | undefined
  /** The same for the second account. @defaultValue `CONFORMANCE_SECOND_TOKEN` */
  readonly secondTokenEnv?: string | undefined
  /**
   * Header fields for every request; reports name them without their values. `User-Agent` replaces the
   * program's own.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Names of those of `headers` whose values are secret, and taken out of whatever the target answers:
   * beside `Authorization`, `Cookie`, `Proxy-Authorization`, `X-Api-Key`, and likely names (`X-…-Token`).
   *
   * @defaultValue none
   */
  readonly secretHeaders?: readonly string[] | undefined
  /** A certificate authority to trust, in PEM. */
  readonly ca?: string | undefined
  /** Accept any TLS certificate. @defaultValue false */
  readonly insecure?: boolean | undefined
  /** What the answers are held against. @defaultValue that of the shipped document */
  readonly contract?: LoadedContract | undefined
  /** Where files to delete come from. @defaultValue `upload` */
  readonly files?: Files | undefined
  /** Beginnings of ids: only these requirements. @defaultValue all */
  readonly only?: readonly string[] | undefined
  /** Beginnings of ids: not these requirements. @defaultValue none */
  readonly skip?: readonly string[] | undefined
  /** Cases of each property. @defaultValue 100 */
  readonly runs?: number | undefined
  /** Send the same cases again: a whole number of up to 64 bits. @defaultValue a fresh one */
  readonly seed?: string | number | bigint | undefined
  /** A violated SHOULD fails the run, too. @defaultValue false */
  readonly strict?: boolean | undefined
  /** Requests under way at once. @defaultValue 16 */
  readonly concurrency?: number | undefined
  /** Requests a second, at most. @defaultValue no bound */
  readonly ratePerSecond?: number | undefined
  /** Requests at most, retries and the removal of files included. @defaultValue no bound */
  readonly maxRequests?: number | undefined
  /** Files that are uploaded or provided, at most. @defaultValue no bound */
  readonly maxFiles?: number | undefined
  /** Files that are there at once, at most. @defaultValue 32 */
  readonly maxLive?: number | undefined
  /** No request is begun after so many milliseconds, but to remove files. @defaultValue no bound */
  readonly deadlineMs?: number | undefined
  /** For one request, in milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined
  /** How long a deletion may take to show in reads, in milliseconds. @defaultValue 5000 */
  readonly settleMs?: number | undefined
  /** Statuses without which the run is inconclusive. @defaultValue none */
  readonly expectedStatuses?: readonly number[] | undefined
  /** What the target is declared to have beside deletion. @defaultValue found out */
  readonly capabilities?: readonly CapabilityName[] | undefined
  /**
   * No file on the target matters: ids that look like numbers may be deleted.
   *
   * @defaultValue false; true for the embedded server
   */
  readonly disposable?: boolean | undefined
  /**
   * A new or empty folder for report, document and evidence, which `delete-conformance verify` accepts.
   * Without it nothing is kept but the ledger of files that could not be removed.
   */
  readonly out?: string | undefined
  /** Interrupts the run: its files are removed before it rejects. */
  readonly signal?: AbortSignal | undefined
  /** Told while the run goes on. What it throws interrupts the run, and is what it rejects with. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

const NAMES: Readonly<Record<keyof RunOptions, true>> = {
  target: true,
  token: true,
  secondToken: true,
  tokenEnv: true,
  secondTokenEnv: true,
  headers: true,
  secretHeaders: true,
  ca: true,
  insecure: true,
  contract: true,
  files: true,
  only: true,
  skip: true,
  runs: true,
  seed: true,
  strict: true,
  concurrency: true,
  ratePerSecond: true,
  maxRequests: true,
  maxFiles: true,
  maxLive: true,
  deadlineMs: true,
  timeoutMs: true,
  settleMs: true,
  expectedStatuses: true,
  capabilities: true,
  disposable: true,
  out: true,
  signal: true,
  onProgress: true,
}

/** The names of all options. */
export const OPTION_NAMES: readonly string[] = Object.keys(NAMES)

/** What a target can be declared to have beside deletion. */
export const CAPABILITIES: readonly CapabilityName[] = [
  'retrieve',
  'content',
  'list',
  'auth',
  'second-account',
]

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
