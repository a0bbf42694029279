import type { Contract } from '../../model/contract.ts'
import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import type { RecordedProvided } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { IdFacts } from '../../model/id-scheme.ts'
import { segmentOf } from '../../model/path-segment.ts'
import type { DamageReport, NotSent, ReportedCapability } from '../../model/report.ts'
import type { CapabilityName, GenerationFacts, NeverIssuedId } from '../../model/requirement.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { createClient, type Upload } from '../http/client.ts'
import type { Environment } from '../http/environment.ts'
import { credentialNames, isAuthenticated, type Target } from '../http/target.ts'
import { createDamageCheck } from '../safety/damage-check.ts'
import { createDeleteGuard, createWithheld, type DeleteGuard } from '../safety/delete-guard.ts'
import type { Ledger, LedgerHeader, LedgerState } from '../safety/ledger.ts'
import { thisProcess } from '../safety/ledger-reader.ts'
import { idFactsOf } from '../safety/measure-ids.ts'
import { createOwnership } from '../safety/ownership.ts'
import { isUnexpectedRefusal } from './answers.ts'
import { cleanUp, MAX_ATTEMPTS } from './cleanup.ts'
import type { Examination } from './examiner.ts'
import { createListing, removeListed } from './listing.ts'
import { createPlaces, type Places } from './places.ts'
import { type Discovery, PREFLIGHT, preflight, TargetUnusable } from './preflight.ts'
import { PREFLIGHT_FILES } from './samples.ts'
import { octets } from './seed.ts'
import { createToolbox } from './tools.ts'
import type { TargetFacts, Workbench } from './workbench.ts'

export interface SessionOptions {
  readonly target: Target
  readonly tokenEnv: string
  readonly contract: Contract
  readonly provider: ResourceProvider
  readonly seed: string
  readonly runId: string
  /** Cases of a property. */
  readonly runs: number
  readonly concurrency: number
  /** Resources that may be there at once, bystanders among them. */
  readonly maxLive: number
  /** The one case to send, of the one requirement that probes. */
  readonly onlyCase?: string | undefined
  readonly disposable: boolean
  /** Time that a deletion may take to show in reads. */
  readonly settleMs: number
  /** Capabilities that the user declares. */
  readonly declaredCapabilities: readonly CapabilityName[]
  /** The verifier's word, which goes with every request and created resource. */
  readonly challenge?: string | undefined
  readonly openLedger: (header: LedgerHeader) => Ledger
  /** Odd names that are known to be nobody's id. */
  readonly reviewedNames: ReadonlySet<string>
  /** Makes up an id in the shape of a sample. */
  readonly makeUpId: (sample: DeleteGuard['sample'], octet: () => number) => NeverIssuedId
  /**
   * Opens the way to the target, once the ledger is open.
   *
   * @param files - state of the ledger as it goes on
   */
  readonly openEnvironment: (files: LedgerState) => Environment
  readonly record: (exchange: Exchange) => void
  readonly provided?: (record: RecordedProvided) => void
}

/** A target with a ledger open: everything that requirements are examined with. */
export interface Session {
  readonly runId: string
  readonly ledger: Ledger
  readonly capabilities: readonly ReportedCapability[]
  /** What the ids of the target were found to be. */
  readonly ids: IdFacts
  readonly examination: Examination
  /** Why nothing but one deletion is judged, where the target has none. */
  readonly noDeletion: readonly string[]
  /** What was not sent for the sake of other people's files. */
  notSent(): readonly NotSent[]
  /** Looks for the files of others that were listed before; undefined where nothing was. */
  others(): Promise<DamageReport | undefined>
  /** Removes the files of the run; returns what is left. */
  cleanUp(): Promise<readonly string[]>
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
  const { target, provider, runId, settleMs } = options
  const opened = open(options)
  const { ledger, environment, guard, others, withheld, found, bench, cleanUpAll } = opened
  const listing = createListing(runId)
  const close = async () => {
    await environment.close()
    ledger.close()
  }
  try {
    const toolbox = createToolbox(bench)
    const before = await listing.read(toolbox)
    others.remember(before)
    const discovery = await preflight({
      ...options,
      client: bench.client,
      caseTools: toolbox(PREFLIGHT, '0', PREFLIGHT_FILES),
      underWay: opened.clock.underWay,
      unanswered: listing.unanswered,
      neverIssuedId: minted(options, guard, PREFLIGHT, 0).id,
    })
    const { capabilities, noFiles } = discovery
    found.bystanders = discovery.bystanders
    found.openToAll = !isAuthenticated(target)
    found.offers = new Set(capabilities.flatMap(({ name, available }) => (available ? [name] : [])))
    const noDeletion = discovery.noDeletion && {
      reason: `the target has no deletion: ${discovery.noDeletion.shown}`,
      provedWith: discovery.noDeletion.need,
    }
    const ids = idsOf(discovery)
    const places = await placesBeside(ledger.state.left.size, options.maxLive)
    const examination: Examination = {
      ...options,
      readings: provider.api.readings,
      provider: noFiles === undefined ? provider : { ...provider, none: noFiles },
      capabilities,
      noDeletion,
      toolbox,
      places,
      factsFor: (requirementId): GenerationFacts => ({
        runId,
        disposable: options.disposable,
        neverIssuedId: (ordinal) => minted(options, guard, requirementId, ordinal),
        idsGuessable: ids.guessable,
        smallIsOwn: discovery.smallIsOwn,
        runs: options.runs,
        concurrency: options.concurrency,
        places: options.maxLive - places.kept,
        offers: found.offers,
      }),
      nearMissesEnded: withheld.ended,
      refused: (exchange) => isUnexpectedRefusal(exchange, found.openToAll),
    }
    const lastToolbox = () => createToolbox({ ...bench, client: opened.lastClient() })
    return {
      runId,
      ledger,
      capabilities,
      ids,
      examination,
      noDeletion: noDeletion === undefined ? [] : [noDeletion.reason],
      notSent: withheld.notSent,
      others: () => others.check(() => listing.read(lastToolbox())),
      async cleanUp() {
        const left = await cleanUpAll()
        if (!found.offers.has('list') || 'unread' in before || !before.complete) return left
        const canRead = found.offers.has('retrieve')
        const settle = () => environment.uninterrupted().pause(settleMs)
        const parts = { ledger, listing, toolbox: lastToolbox(), canRead, settle }
        return removeListed({ ...parts, cleanUp: cleanUpAll }, left)
      },
      close,
    }
  } catch (error) {
    const left = await cleanUpAll()
    await close()
    if (error instanceof Interrupted) throw new RunInterrupted(left)
    if (error instanceof TargetUnusable) {
      throw new TargetUnusable(error.message, left, ledger.state.files.size)
    }
    throw nameLeft(error, left, ledger.path)
  }
}

/** Attempts to remove what a case has left: at the end there are more. */
const ATTEMPTS_IN_A_CASE = 3

/** Opens ledger, guard and connections, and joins them to a workbench. */
function open(options: SessionOptions) {
  const { target, provider, runId, disposable, settleMs, concurrency } = options
  const { collection } = options.contract
  const file = options.openLedger({
    ledger: 2,
    target: target.url,
    collection,
    runId,
    started: new Date().toISOString(),
    process: thisProcess(),
    credentials: credentialNames(target, options.tokenEnv),
  })
  const { files } = file.state
  const others = createDamageCheck(files)
  const { wasListed } = others
  const reviewed = options.reviewedNames
  const owns = (id: string) => files.has(id)
  const guard = createDeleteGuard({ wasListed, runId, disposable, collection, reviewed, owns })
  for (const id of provider.samples) guard.learn(id)
  const ledger: Ledger = { ...file, note: noting(file, guard) }

  const environment = options.openEnvironment(ledger.state)
  const clock = answerClock()
  const record = (exchange: Exchange) => {
    options.record(exchange)
    others.see(exchange)
    clock.see(exchange)
  }
  const { api } = provider
  const shared = { ...options, ...api, ledger, guard, collection, record }
  const uploads = new Map<string, Upload>()
  const clientOver = (way: Environment) => createClient({ ...shared, environment: way, uploads })
  const client = clientOver(environment)
  const lastClient = () => clientOver(environment.uninterrupted())

  const withheld = createWithheld(disposable)
  const found: Mutable<TargetFacts> = { offers: new Set(), openToAll: false, bystanders: [] }
  const bench: Workbench = {
    ...options,
    client,
    environment,
    removal: {
      client,
      api,
      ledger,
      pause: environment.pause,
      attempts: ATTEMPTS_IN_A_CASE,
      canRead: () => found.offers.has('retrieve'),
      uncertain: 'leave',
    },
    openAlone() {
      const alone = environment.alone()
      return { client: clientOver(alone), close: () => alone.close() }
    },
    ledger,
    ownership: createOwnership({ runId, api, files, wasListed }),
    found,
    placesOf: guard.placesOf,
    withheld,
  }
  const cleanUpAll = () =>
    cleanUp({
      ...bench.removal,
      client: lastClient(),
      pause: environment.uninterrupted().pause,
      attempts: MAX_ATTEMPTS,
      settleMs,
      concurrency,
      lookFirst: withheld.anyEnded(),
      search: 'in doubt',
    })
  return {
    ledger,
    guard,
    environment,
    others,
    withheld,
    found,
    clock,
    bench,
    lastClient,
    cleanUpAll,
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Measures how long requests have been under way, those at once counted once. */
function answerClock() {
  let [ms, lastEndMs, answers] = [0, 0, 0]
  return {
    see({ startedAtMs, durationMs, response }: Exchange) {
      const endMs = startedAtMs + durationMs
      ms += Math.max(0, endMs - Math.max(startedAtMs, lastEndMs))
      lastEndMs = Math.max(lastEndMs, endMs)
      if (response !== undefined) answers += 1
    },
    underWay: () => ({ ms, answers }),
  }
}

/** Makes places for the resources of a run, some of which are there to its end. */
async function placesBeside(kept: number, maxLive: number): Promise<Places> {
  const places = createPlaces(maxLive)
  await places.take(kept)
  places.give(kept, kept)
  return places
}

function idsOf({ samples, equalContent }: Discovery): IdFacts {
  const facts = idFactsOf(samples)
  if (equalContent !== 'one file') return facts
  return { ...facts, finding: [...facts.finding, 'files of equal content are one file'] }
}

/** Makes the guard learn what the ledger notes. */
export function noting({ note }: Ledger, guard: DeleteGuard): Ledger['note'] {
  return (entry) => {
    note(entry)
    if (entry.event === 'answered') guard.learn(entry.id)
    if (entry.event === 'owned') guard.own(entry.id)
    if (entry.event === 'deleted') guard.forget(entry.id)
  }
}

/** Ids of one shape that are made up until one is safe to send. */
const MAX_MADE_UP = 100

/** Makes up an id that no server has issued, and tells the guard. */
function minted(
  { makeUpId, seed }: SessionOptions,
  guard: DeleteGuard,
  requirementId: string,
  ordinal: number,
): NeverIssuedId {
  const source = octets(seed, `${requirementId}:never-issued:${ordinal}`)
  let made = makeUpId(guard.sample, source)
  for (let tried = 0; tried < MAX_MADE_UP; tried += 1) {
    guard.mint(made.id)
    if (guard.decide(segmentOf(made.id)).allowed) return made
    made = makeUpId(tried < MAX_MADE_UP / 2 ? guard.sample : undefined, source)
  }
  return made
}
