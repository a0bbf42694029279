import { neverIssuedId } from '../fixtures/never-issued-id.ts'
import { REVIEWED_NAMES } from '../fixtures/odd-names.ts'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { startReferenceServer } from '../fixtures/server/reference-server.ts'
import type { ConformanceOptions } from '../harness/conformance.ts'
import { freshSeed, markOf } from '../harness/seed.ts'
import { select } from '../harness/selection.ts'
import { catalogue } from '../suites/catalogue.ts'
import { DEFAULT_TOKEN_ENV, embeddedTarget, targetFrom } from './connection-options.ts'
import { contractFrom } from './contract.ts'
import { type OutputFolder, outputFolder } from './output-folder.ts'
import type { RunFlags } from './run-options.ts'
import { supplyFrom } from './supply.ts'

/** A run that is ready to begin. */
export interface PreparedRun {
  readonly options: Omit<ConformanceOptions, 'signal'>
  /** Whether the target is the embedded reference server. */
  readonly embedded: boolean
  readonly folder: OutputFolder
  /** Stops the embedded server. */
  close(): Promise<void>
}

/**
 * Turns flags into a run: loads the document, checks everything that can be checked without a
 * request, and starts the embedded reference server where no target is given.
 *
 * @throws UsageError, DocumentError or SelectionError if something is not usable
 */
export async function prepare(flags: RunFlags): Promise<PreparedRun> {
  const contract = await contractFrom(flags)
  const supply = supplyFrom(flags.files)
  select(catalogue, flags.only, flags.skip)
  const seed = flags.seed ?? freshSeed()
  const server =
    flags.target === undefined
      ? await startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
      : undefined
  try {
    const target =
      server === undefined
        ? targetFrom(flags.target ?? '', flags, '--target')
        : embeddedTarget(server.url, flags)
    const folder = outputFolder(flags.out, `${markOf(seed)}-${process.pid}`)
    return {
      options: {
        target,
        tokenEnv: flags.tokenEnv ?? DEFAULT_TOKEN_ENV,
        contract,
        supply,
        seed,
        runs: flags.runs,
        concurrency: flags.concurrency,
        ratePerSecond: flags.rate,
        strict: flags.strict ?? false,
        settleMs: flags.settle,
        declaredCapabilities: flags.capabilities,
        disposable: flags.disposable ?? server !== undefined,
        expectedStatuses: flags.expectStatus,
        ledgerPath: folder.ledgerPath,
        reviewedNames: new Set(REVIEWED_NAMES.map(({ id }) => id)),
        makeUpId: neverIssuedId,
        catalogue,
        only: flags.only,
        skip: flags.skip,
      },
      embedded: server !== undefined,
      folder,
      close: async () => server?.close(),
    }
  } catch (error) {
    await server?.close()
    throw error
  }
}
