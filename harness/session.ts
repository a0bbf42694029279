import type { Contract } from '../model/contract.ts'
import type { RecordedHandOver } from '../model/evidence.ts'
import type { Exchange } from '../model/exchange.ts'
import type { ReportedCapability } from '../model/report.ts'
import type {
  CapabilityName,
  GenerationFacts,
  NeverIssuedId,
  OwnedFile,
} from '../model/requirement.ts'
import { nameLeft } from './broken-off.ts'
import { createClient, type Upload } from './client.ts'
import type { Examination } from './examiner.ts'
import { Interrupted, RunInterrupted } from './inconclusive.ts'
import type { Ledger, LedgerHeader, LedgerState } from './ledger.ts'
import type { Outside } from './outside.ts'
import { createPermits, type Permits } from './permit.ts'
import { PREFLIGHT, preflight, TargetUnusable } from './preflight.ts'
import { thisProcess } from './running-process.ts'
import { octets } from './seed.ts'
import type { FileSupply } from './supply.ts'
import { sweep } from './sweep.ts'
import { isAuthenticated, type Target } from './target.ts'
import { createToolbox, isUnexpectedRefusal } from './tools.ts'

export interface SessionOptions {
  readonly target: Target
  readonly tokenEnv: string
  readonly contract: Contract
  readonly supply: FileSupply
  readonly seed: string
  /** The unguessable name of the run. */
  readonly mark: string
  /** Cases a property. */
  readonly runs: number
  readonly concurrency: number
  /** The one case to send, of the one requirement that probes. */
  readonly onlyCase?: string | undefined
  readonly disposable: boolean
  /** How long a deletion may take to show in reads. */
  readonly settleMs: number
  /** Capabilities that the user says the target has. */
  readonly declaredCapabilities: readonly CapabilityName[]
  /** The verifier's word, which goes with every request and file. */
  readonly challenge?: string | undefined
  readonly openLedger: (header: LedgerHeader) => Ledger
  /** Odd names that are known to be nobody's id. */
  readonly reviewedNames: ReadonlySet<string>
  /** Makes up an id in the shape of a sample. */
  readonly makeUpId: (sample: string | undefined, octet: () => number) => NeverIssuedId
  /**
   * Opens the way to the target; only when the ledger is there.
   *
   * @param files - the ledger as it goes on
   */
  readonly openOutside: (files: LedgerState) => Outside
  /** Told of every exchange. */
  readonly record: (exchange: Exchange) => void
  /** Told of every file that was handed over. */
  readonly handedOver?: (record: RecordedHandOver) => void
}

/** A target with a ledger open: everything that requirements are examined with. */
export interface Session {
  readonly mark: string
  readonly ledger: Ledger
  readonly capabilities: readonly ReportedCapability[]
  readonly examination: Examination
  /** Removes the files of the run; returns what is left. */
  sweep(): Promise<readonly string[]>
  /** Ends connections and ledger. */
  close(): Promise<void>
}

/**
 * Opens a session: ledger first, then connections, then a look at what the target offers.
 *
 * @throws TargetUnusable if the target does not answer or lets nobody in; everything is closed then
 * @throws RunInterrupted if the signal was aborted meanwhile
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { target, contract, seed, mark } = options
  const ledger = options.openLedger({
    ledger: 1,
    target: target.url,
    collection: contract.collection,
    mark,
    started: new Date().toISOString(),
    process: thisProcess(),
  })
  const permits = createPermits({
    mark,
    disposable: options.disposable,
    collection: contract.collection,
    reviewed: options.reviewedNames,
    owns: (id) => ledger.state.files.has(id),
    ownedIds: () => ledger.state.left,
  })
  const outside = options.openOutside(ledger.state)
  const uploads = new Map<string, Upload>()
  const { collection } = contract
  const clientOver = (way: Outside) =>
    createClient({ ...options, outside: way, ledger, permits, collection, uploads })
  const client = clientOver(outside)
  const close = async () => {
    await outside.close()
    ledger.close()
  }
  const sweepAll = () =>
    sweep({
      client: clientOver(outside.uninterrupted()),
      ledger,
      concurrency: options.concurrency,
      uncertain: 'leave',
      search: 'unanswered',
    })

  let openToAll = false
  let bystanders: readonly OwnedFile[] = []
  const openAlone = () => {
    const alone = outside.alone()
    return { client: clientOver(alone), close: () => alone.close() }
  }
  const toolbox = createToolbox({
    client,
    outside,
    openAlone,
    ledger,
    supply: options.supply,
    mark,
    openToAll: () => openToAll,
    bystanders: () => bystanders,
    settleMs: options.settleMs,
    challenge: options.challenge,
    handedOver: options.handedOver,
  })
  try {
    const discovery = await preflight({
      client,
      supply: options.supply,
      caseTools: toolbox(PREFLIGHT, '0'),
      neverIssuedId: minted(options, permits, PREFLIGHT, 0).id,
      tokenEnv: options.tokenEnv,
      authenticated: isAuthenticated(target),
      hasToken: target.authorization !== undefined,
      hasSecondToken: target.secondAuthorization !== undefined,
      declared: new Set(options.declaredCapabilities),
    })
    bystanders = discovery.bystanders
    openToAll = !isAuthenticated(target)
    const supply =
      discovery.noFiles === undefined
        ? options.supply
        : { ...options.supply, kind: 'none' as const, reason: discovery.noFiles }
    const { capabilities } = discovery
    const offers = new Set(capabilities.flatMap(({ name, available }) => (available ? [name] : [])))
    const examination: Examination = {
      contract,
      capabilities,
      disposable: options.disposable,
      toolbox,
      supply,
      seed,
      runs: options.runs,
      onlyCase: options.onlyCase,
      concurrency: options.concurrency,
      factsFor: (requirementId): GenerationFacts => ({
        mark,
        disposable: options.disposable,
        neverIssuedId: (ordinal) => minted(options, permits, requirementId, ordinal),
        sampleId: options.supply.sampleId(),
        concurrency: options.concurrency,
        offers,
      }),
      refused: (exchange) => isUnexpectedRefusal(exchange, openToAll),
    }
    return { mark, ledger, capabilities, examination, sweep: sweepAll, close }
  } catch (error) {
    const left = await sweepAll()
    await close()
    if (error instanceof Interrupted) throw new RunInterrupted(left)
    if (error instanceof TargetUnusable) {
      throw new TargetUnusable(error.message, left, ledger.state.files.size)
    }
    throw nameLeft(error, left, ledger.path)
  }
}

function minted(
  { makeUpId, supply, seed }: SessionOptions,
  permits: Permits,
  requirementId: string,
  ordinal: number,
): NeverIssuedId {
  const source = octets(seed, `${requirementId}:never-issued:${ordinal}`)
  const made = makeUpId(supply.sampleId(), source)
  permits.mint(made.id)
  return made
}
