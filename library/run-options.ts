import type { Progress } from '../model/progress.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { type OptionValues, settings } from '../settings/table.ts'
import type { Files } from './files.ts'
import type { LoadedContract } from './load-contract.ts'

/** Options of a run; defaults are those of the command line. */
export interface RunOptions {
  /**
   * Base URL of the server, without the documented path. Without it, the embedded reference server is tested.
   * `undefined` is refused: an unset variable must not test another server than you mean.
   */
  readonly target?: string | URL
  /** Bearer token; `null` for none. @defaultValue that in the variable `tokenEnv`, if any */
  readonly token?: string | null | undefined
  /** Bearer token of another account; `null` for none. @defaultValue that in `secondTokenEnv`, if any */
  readonly secondToken?: string | null | undefined
  /**
   * Environment variable of the token. Reports name it, and commands in them read the token from it.
   *
   * @defaultValue `CONFORMANCE_TOKEN`
   */
  readonly tokenEnv?: string | undefined
  /** Environment variable of the second token. @defaultValue `CONFORMANCE_SECOND_TOKEN` */
  readonly secondTokenEnv?: string | undefined
  /**
   * Header fields for every request; reports name them without their values. `User-Agent` replaces the
   * program's own.
   */
  readonly header?: Readonly<Record<string, string>> | undefined
  /**
   * Names of `header` whose values are secret, beside `Authorization`, `Cookie`, `Proxy-Authorization`,
   * `X-Api-Key` and likely names (`X-…-Token`).
   *
   * @defaultValue none
   */
  readonly secretHeader?: readonly string[] | undefined
  /** Certificate authority to trust, in PEM. */
  readonly ca?: string | undefined
  /** Whether any TLS certificate is accepted. @defaultValue false */
  readonly insecure?: boolean | undefined
  /** Contract that answers are compared with. @defaultValue that of the shipped document */
  readonly contract?: LoadedContract | undefined
  /** Source of files to delete. @defaultValue `upload` */
  readonly files?: Files | undefined
  /** Fields of the form that uploads a file: `purpose=assistants`. @defaultValue those that the target takes */
  readonly uploadField?: readonly string[] | undefined
  /** Name of uploaded files, with `{run-id}` in it. @defaultValue one that the target takes */
  readonly uploadName?: string | undefined
  /** Media type of uploaded files. @defaultValue one that the target takes */
  readonly uploadType?: string | undefined
  /** Content of uploaded files, with `{run-id}` in it, or `@FILE`. @defaultValue one that the target takes */
  readonly uploadContent?: string | undefined
  /** Requirements to test, by the beginnings of their ids. @defaultValue all */
  readonly only?: readonly string[] | undefined
  /** Requirements to leave out, by the beginnings of their ids. @defaultValue none */
  readonly skip?: readonly string[] | undefined
  /** Cases of each property. @defaultValue 100 */
  readonly runs?: number | undefined
  /** Whole number of up to 64 bits that the cases follow from. @defaultValue a fresh one */
  readonly seed?: string | number | bigint | undefined
  /** Whether a violated SHOULD fails the run, too. @defaultValue false */
  readonly strict?: boolean | undefined
  /** Requests under way at once. @defaultValue 16 */
  readonly concurrency?: number | undefined
  /** Most requests a second. @defaultValue no bound */
  readonly rate?: number | undefined
  /** Most requests, retries and cleanup included. @defaultValue no bound */
  readonly maxRequests?: number | undefined
  /** Most files that are uploaded or provided. @defaultValue no bound */
  readonly maxFiles?: number | undefined
  /** Most files that exist at once. @defaultValue 32 */
  readonly maxLive?: number | undefined
  /** Time after which no request starts, except for cleanup: `30s`, `10m`. @defaultValue no bound */
  readonly deadline?: string | undefined
  /** Time that one request may take. @defaultValue `10s` */
  readonly timeout?: string | undefined
  /** Time that a deletion may take to show in reads. @defaultValue `5s` */
  readonly settle?: string | undefined
  /** Time after the last deletion until deleted files are looked at again; `0` for none. @defaultValue `3s` */
  readonly linger?: string | 0 | undefined
  /** Statuses that must be seen, or the run is inconclusive. @defaultValue none */
  readonly expectStatus?: readonly number[] | undefined
  /** Capabilities of the target beside deletion. @defaultValue detected */
  readonly capabilities?: readonly CapabilityName[] | undefined
  /**
   * Whether no file on the target matters. Then ids that could be somebody else's may be deleted.
   *
   * @defaultValue false; true for the embedded server
   */
  readonly disposable?: boolean | undefined
  /**
   * Whether to upload nothing, and to delete nothing that exists: for a first look at production. The run then
   * tests only how deletions of missing files are answered.
   *
   * @defaultValue false
   */
  readonly readOnly?: boolean | undefined
  /**
   * New or empty folder for report, document and evidence, which `delete-conformance verify` checks. Without
   * it, the run keeps only a ledger, and only if files could not be removed.
   */
  readonly out?: string | undefined
  /** Interrupts the run, which removes its files and then rejects. */
  readonly signal?: AbortSignal | undefined
  /** Called while the run goes on. If it throws, the run is interrupted and rejects with that error. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Options that have no kind in the table of settings. */
const OTHERS: Readonly<Record<Exclude<keyof RunOptions, keyof OptionValues>, true>> = {
  target: true,
  token: true,
  secondToken: true,
  header: true,
  ca: true,
  contract: true,
  files: true,
  signal: true,
  onProgress: true,
}

/** Names of all options. */
export const OPTION_NAMES: readonly string[] = [
  ...Object.keys(OTHERS),
  ...settings.filter(({ library }) => library === true).map(({ key }) => key),
]
