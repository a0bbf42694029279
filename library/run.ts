import { randomUUID } from 'node:crypto'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { type ReferenceServer, startReferenceServer } from '../fixtures/server/reference-server.ts'
import { type Redaction, redactionOf } from '../harness/http/redaction.ts'
import type { ConformanceOptions } from '../harness/run/run.ts'
import { freshSeed } from '../harness/run/seed.ts'
import { select } from '../harness/run/selection.ts'
import { openLedger } from '../harness/safety/ledger.ts'
import { RunInterrupted, UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { neverIssuedId } from '../suites/arbitraries/never-issued-id.ts'
import { REVIEWED_NAMES } from '../suites/arbitraries/odd-names.ts'
import { catalogue } from '../suites/catalogue.ts'
import { carryOut } from './carry-out.ts'
import { type Choices, choicesOf } from './choices.ts'
import { providerOf } from './files.ts'
import { type LoadedContract, loadContract } from './load-contract.ts'
import { openRunFolder } from './run-folder.ts'
import type { RunOptions } from './run-options.ts'
import { documentTexts, refuseCredentialsIn, secretsOf } from './secrets.ts'
import { embeddedTarget, targetAt } from './target.ts'

/**
 * Tests a target, or the embedded reference server, as `delete-conformance run` does.
 *
 * Nothing is written to the terminal, the process is never ended, and when the promise is settled
 * nothing is open. A target that violates, cannot be reached or lets nobody in is no error: the report
 * says so. The requirements are those that this package ships, since `verify` knows no others.
 *
 * Credentials are in no report and no error, however the target spells them.
 *
 * @throws UsageError if an option is unknown or not what it may be, `out` cannot be written, a credential is
 *   too short to be kept out of reports, or something that they show holds one
 * @throws SelectionError if `only` or `skip` names no requirement, or they leave none
 * @throws LedgerError if the ledger of files cannot be written; nothing was sent then, or the files of
 *   the run are removed
 * @throws EvidenceError if evidence cannot be written, or was removed; the files of the run are removed
 * @throws RunInterrupted if the signal was aborted before everything was judged; the files of the run
 *   are removed, but for those that it names
 * @throws InternalError on a fault of this program; the files of the run are removed, and where they are
 *   not, the message of this error and of those above names them
 */
export async function run(options: RunOptions = {}): Promise<Report> {
  const choices = choicesOf(options)
  const names = sourcesOf(choices)
  const redaction = redactionOf(secretsOf({ ...choices, url: choices.target }, names))
  try {
    return await carryOutAsChosen(options, choices, redaction)
  } catch (error) {
    redaction.error(error)
    throw error
  }
}

async function carryOutAsChosen(
  options: RunOptions,
  choices: Choices,
  redaction: Redaction,
): Promise<Report> {
  select(WIRING.catalogue, choices.only, choices.skip)
  const provider = providerOf(options.files)
  const contract = await contractOf(options)
  if (options.signal?.aborted) throw new RunInterrupted([])
  const interruption = followed(options.signal)
  const server = choices.target === undefined ? await startEmbeddedServer() : undefined
  try {
    const target =
      server === undefined
        ? targetAt(choices.target ?? '', choices, sourcesOf(choices))
        : embeddedTarget(server.url, choices)
    refuseCredentialsIn(
      [
        ['target', target.url],
        ['out', choices.out ?? ''],
        ...provider.samples.map((id) => ['files', id] as const),
        ...documentTexts('contract', contract),
      ],
      redaction,
    )
    const seed = choices.seed ?? freshSeed()
    const folder = openRunFolder(choices.out, `${seed}-${randomUUID()}`, 'out')
    return await carryOut(
      {
        ...conformanceOptions(choices),
        target,
        contract,
        provider,
        seed,
        ledgerPath: folder.ledgerPath,
        openLedger: (header) => openLedger(folder.ledgerPath, header),
      },
      {
        folder,
        document: contract.documentOctets,
        interruption,
        onProgress: options.onProgress ?? (() => undefined),
      },
    )
  } finally {
    interruption.release()
    await server?.close()
  }
}

/** The options that credentials come from, for messages. */
function sourcesOf({ tokenSource, secondTokenSource }: Choices) {
  return {
    url: 'target',
    token: tokenSource,
    secondToken: secondTokenSource,
    header: 'headers',
    secretHeader: 'secretHeaders',
  }
}

/** What follows from the choices alone. */
function conformanceOptions(choices: Choices) {
  return {
    tokenEnv: choices.tokenEnv,
    secondTokenEnv: choices.secondTokenEnv,
    runs: choices.runs,
    concurrency: choices.concurrency,
    maxLive: choices.maxLive,
    ratePerSecond: choices.ratePerSecond,
    budget: choices.budget,
    strict: choices.strict,
    settleMs: choices.settleMs,
    declaredCapabilities: choices.capabilities,
    disposable: choices.disposable,
    expectedStatuses: choices.expectedStatuses,
    only: choices.only,
    skip: choices.skip,
    ...WIRING,
  } satisfies Partial<ConformanceOptions>
}

async function contractOf({ contract }: RunOptions): Promise<LoadedContract> {
  if (contract === undefined) return loadContract()
  if (contract?.documentOctets instanceof Uint8Array) return contract
  throw new UsageError('contract: accepted is what loadContract gives')
}

/** A signal of a run's own, which follows the caller's. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Interrupts the run for another reason. */
  abort(): void
  /** Lets go of the caller's signal. */
  release(): void
}

/** The caller's signal may live on for long: nothing of a run may stay with it. */
export function followed(signal: AbortSignal | undefined): Interruption {
  const own = new AbortController()
  const abort = () => own.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  return { signal: own.signal, abort, release: () => signal?.removeEventListener('abort', abort) }
}

/** Starts the server that is tested where no target is given: it asks for tokens and knows ids from others. */
export function startEmbeddedServer(): Promise<ReferenceServer> {
  return startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
}

/** What every run has, whoever starts it or holds it again: the requirements, and how ids are made up. */
export const WIRING: Pick<ConformanceOptions, 'catalogue' | 'reviewedNames' | 'makeUpId'> = {
  catalogue,
  reviewedNames: new Set(REVIEWED_NAMES.map(({ id }) => id)),
  makeUpId: neverIssuedId,
}
