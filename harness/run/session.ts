import type { Contract } from '../../model/contract.ts'
import { Inconclusive, Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import type { RecordedProvided } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { IdFacts } from '../../model/id-scheme.ts'
import { holdsRunId } from '../../model/ownership.ts'
import { isUsableId, segmentOf } from '../../model/path-segment.ts'
import { entriesOf, isSuccess } from '../../model/reads.ts'
import type { DamageReport, NotSent, ReportedCapability } from '../../model/report.ts'
import type {
  CapabilityName,
  GenerationFacts,
  NeverIssuedId,
  OwnedResource,
} from '../../model/requirement.ts'
import { RUN_ID } from '../../model/run-id.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { createClient, type Upload } from '../http/client.ts'
import type { Environment } from '../http/environment.ts'
import { credentialNames, isAuthenticated, type Target } from '../http/target.ts'
import { createDamageCheck, type ListRead } from '../safety/damage-check.ts'
import { createDeleteGuard, createWithheld, type DeleteGuard } from '../safety/delete-guard.ts'
import type { Ledger, LedgerHeader, LedgerState } from '../safety/ledger.ts'
import { thisProcess } from '../safety/ledger-reader.ts'
import { idFactsOf } from '../safety/measure-ids.ts'
import { createOwnership } from '../safety/ownership.ts'
import { cleanUp, MAX_ATTEMPTS } from './cleanup.ts'
import type { Examination } from './examiner.ts'
import { createPlaces } from './places.ts'
import {
  type Discovery,
  mayPass,
  PREFLIGHT,
  PREFLIGHT_FILES,
  preflight,
  TargetUnusable,
} from './preflight.ts'
import { octets } from './seed.ts'
import { createToolbox, isUnexpectedRefusal, type Toolbox, type Workbench } from './tools.ts'

export interface SessionOptions {
  readonly target: Target
  readonly tokenEnv: string
  readonly contract: Contract
  readonly provider: ResourceProvider
  readonly seed: string
  /** The unguessable name of the run. */
  readonly runId: string
  /** Cases a property. */
  readonly runs: number
  readonly concurrency: number
  /** Files that may be there at once, bystanders among them. */
  readonly maxLive: number
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
  readonly makeUpId: (sample: DeleteGuard['sample'], octet: () => number) => NeverIssuedId
  /**
   * Opens the way to the target; only when the ledger is there.
   *
   * @param files - the ledger as it goes on
   */
  readonly openEnvironment: (files: LedgerState) => Environment
  /** Told of every exchange. */
  readonly record: (exchange: Exchange) => void
  /** Told of every file that was provided. */
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
  const { target, contract, seed, runId } = options
  const file = options.openLedger({
    ledger: 2,
    target: target.url,
    collection: contract.collection,
    runId,
    started: new Date().toISOString(),
    process: thisProcess(),
    credentials: credentialNames(target, options.tokenEnv),
  })
  const others = createDamageCheck(file.state.files)
  const guard = createDeleteGuard({
    wasListed: others.wasListed,
    runId: runId,
    disposable: options.disposable,
    collection: contract.collection,
    reviewed: options.reviewedNames,
    owns: (id) => file.state.files.has(id),
  })
  const ledger: Ledger = { ...file, note: noting(file, guard) }
  for (const id of options.provider.samples) guard.learn(id)
  const environment = options.openEnvironment(ledger.state)
  const uploads = new Map<string, Upload>()
  const { collection } = contract
  const clientOver = (way: Environment) =>
    createClient({ ...options, environment: way, ledger, guard, collection, uploads, record })
  let [underWayMs, lastEndMs, answers] = [0, 0, 0]
  const record = (exchange: Exchange) => {
    options.record(exchange)
    others.see(exchange)
    const endMs = exchange.startedAtMs + exchange.durationMs
    underWayMs += Math.max(0, endMs - Math.max(exchange.startedAtMs, lastEndMs))
    lastEndMs = Math.max(lastEndMs, endMs)
    if (exchange.response !== undefined) answers += 1
  }
  const client = clientOver(environment)
  const close = async () => {
    await environment.close()
    ledger.close()
  }
  const lastClient = () => clientOver(environment.uninterrupted())
  const cleanUpAll = () =>
    cleanUp({
      ...bench.removal,
      client: lastClient(),
      pause: environment.uninterrupted().pause,
      attempts: MAX_ATTEMPTS,
      settleMs: options.settleMs,
      concurrency: options.concurrency,
      lookFirst: withheld.anyEnded(),
      search: 'in doubt',
    })

  const places = createPlaces(options.maxLive)
  const withheld = createWithheld(options.disposable)
  const spares: OwnedResource[] = []
  let offers: ReadonlySet<string> = new Set()
  let openToAll = false
  let bystanders: readonly OwnedResource[] = []
  const openAlone = () => {
    const alone = environment.alone()
    return { client: clientOver(alone), close: () => alone.close() }
  }
  const bench: Workbench = {
    client,
    environment,
    removal: {
      client,
      ledger,
      pause: environment.pause,
      attempts: ATTEMPTS_IN_A_CASE,
      canRead: () => offers.has('retrieve'),
      uncertain: 'leave',
    },
    openAlone,
    ledger,
    provider: options.provider,
    ownership: createOwnership({
      runId: runId,
      files: ledger.state.files,
      wasListed: others.wasListed,
    }),
    runId,
    openToAll: () => openToAll,
    bystanders: () => bystanders,
    spares,
    offers: () => offers,
    placesOf: guard.placesOf,
    withheld,
    settleMs: options.settleMs,
    challenge: options.challenge,
    provided: options.provided,
  }
  const toolbox = createToolbox(bench)
  let lists = 0
  let unanswered: string | undefined
  let listEnds = false
  const readList = async (over: Toolbox): Promise<ListRead> => {
    for (let attempt = 1; ; attempt += 1) {
      const { list, trouble } = await readListOnce(over)
      if (trouble === undefined || attempt === MAX_ATTEMPTS_TO_LIST || !mayPass(trouble))
        return list
    }
  }
  const readListOnce = async (over: Toolbox): Promise<{ list: ListRead; trouble?: Exchange }> => {
    const { tools } = over('set-up/others', String(lists++), 0)
    try {
      const pages = await tools.look.list(MAX_OTHERS_PAGES)
      const trouble = pages.find((page) => !isSuccess(page))
      if (trouble !== undefined) {
        return { list: { unread: `the list answered ${trouble.response.status}` }, trouble }
      }
      const { entries, complete } = entriesOf(pages)
      const ids = entries.flatMap(({ id, name }) => (RUN_ID.test(name) ? [] : [id]))
      const ours = entries.filter(({ name }) => name.toLowerCase().includes(runId))
      return { list: { ids, ours, complete } }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error
      const { exchange: trouble } = error
      const { kind, message = error.message } = trouble?.failure ?? {}
      const unreachable = kind === 'refused' || kind === 'dns' || kind === 'tls'
      if (unreachable && lists === 1) throw new TargetUnusable(message)
      unanswered = message
      return { list: { unread: message }, ...(trouble && { trouble }) }
    }
  }
  /**
   * Files that the list shows under the run id when all are removed: of uploads that were refused and stored all
   * the same, which are removed now; and such as were deleted in word alone.
   */
  const removeListed = async (left: readonly string[]): Promise<readonly string[]> => {
    if (!offers.has('list') || !listEnds) return left
    const over = createToolbox({ ...bench, client: lastClient() })
    const listed = async () => {
      const list = await readList(over)
      return 'unread' in list ? [] : list.ours.filter(({ id }) => !left.includes(id))
    }
    const { files } = ledger.state
    const { retrieve } = over('set-up/others', String(lists++), 0).tools.look
    const isThere = async (id: string) => {
      try {
        const file = await retrieve(id)
        // A careless lookup may show another in its place.
        return isSuccess(file) && holdsRunId(file, runId)
      } catch (error) {
        if (error instanceof Inconclusive) return false
        throw error
      }
    }
    const shown = async () => {
      const found: { readonly id: string; readonly name: string }[] = []
      for (const file of (await listed()).slice(0, MAX_LOOKED_FOR)) {
        const isUnsure = files.has(file.id) && offers.has('retrieve')
        if (!isUnsure || (await isThere(file.id))) found.push(file)
      }
      return found
    }
    if ((await shown()).length === 0) return left
    await environment.uninterrupted().pause(options.settleMs)
    for (const { id } of await shown()) {
      if (isUsableId(id) && (!files.has(id) || offers.has('retrieve'))) {
        ledger.note({ event: 'owned', id })
      }
    }
    const unremoved = await cleanUpAll()
    const still = (await shown()).filter(({ id }) => !unremoved.includes(id))
    // The ledger stays for them.
    if (still.length > 0) ledger.note({ event: 'uploading', upload: 0 })
    return [...unremoved, ...still.map(({ name }) => `a file that is listed as ${name}`)]
  }
  try {
    const before = await readList(toolbox)
    listEnds = 'ids' in before && before.complete
    others.remember(before)
    const discovery = await preflight({
      client,
      provider: options.provider,
      caseTools: toolbox(PREFLIGHT, '0', PREFLIGHT_FILES),
      runId,
      underWay: () => ({ ms: underWayMs, answers }),
      timeoutMs: target.timeoutMs,
      unanswered,
      neverIssuedId: minted(options, guard, PREFLIGHT, 0).id,
      tokenEnv: options.tokenEnv,
      authenticated: isAuthenticated(target),
      hasToken: target.authorization !== undefined,
      hasSecondToken: target.secondAuthorization !== undefined,
      declared: new Set(options.declaredCapabilities),
    })
    bystanders = discovery.bystanders
    spares.push(...discovery.spares)
    const kept = [...ledger.state.left].filter((id) => !spares.some((spare) => spare.id === id))
    await places.take(kept.length)
    places.give(kept.length, kept.length)
    const ids = factsOf(discovery)
    openToAll = !isAuthenticated(target)
    const provider =
      discovery.noFiles === undefined
        ? options.provider
        : { ...options.provider, kind: 'none' as const, reason: discovery.noFiles }
    const { capabilities } = discovery
    const noDeletion = discovery.noDeletion && {
      reason: `the target has no deletion: ${discovery.noDeletion.shown}`,
      provedWith: discovery.noDeletion.need,
    }
    offers = new Set(capabilities.flatMap(({ name, available }) => (available ? [name] : [])))
    const examination: Examination = {
      contract,
      capabilities,
      noDeletion,
      disposable: options.disposable,
      toolbox,
      places,
      provider,
      seed,
      runs: options.runs,
      onlyCase: options.onlyCase,
      concurrency: options.concurrency,
      factsFor: (requirementId): GenerationFacts => ({
        runId,
        disposable: options.disposable,
        neverIssuedId: (ordinal) => minted(options, guard, requirementId, ordinal),
        idsGuessable: ids.guessable,
        smallIsOwn: discovery.smallIsOwn,
        runs: options.runs,
        concurrency: options.concurrency,
        places: options.maxLive - places.kept,
        offers,
      }),
      nearMissesEnded: withheld.ended,
      refused: (exchange) => isUnexpectedRefusal(exchange, openToAll),
    }
    return {
      runId,
      ledger,
      capabilities,
      ids,
      examination,
      noDeletion: noDeletion === undefined ? [] : [noDeletion.reason],
      notSent: withheld.notSent,
      others: () => others.check(() => readList(createToolbox({ ...bench, client: lastClient() }))),
      cleanUp: async () => removeListed(await cleanUpAll()),
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

function factsOf({ samples, equalContent }: Discovery): IdFacts {
  const facts = idFactsOf(samples)
  if (equalContent !== 'one file') return facts
  return { ...facts, finding: [...facts.finding, 'files of equal content are one file'] }
}

/** Attempts to remove what a case has left: at the end there are more. */
const ATTEMPTS_IN_A_CASE = 3
/** Times that the list is read for them where the target fails. */
const MAX_ATTEMPTS_TO_LIST = 3
/** Pages of the list that are read for the files of others, before the first deletion and at the end. */
const MAX_OTHERS_PAGES = 100

/** Files that the list shows at the end and that are looked for one by one. */
const MAX_LOOKED_FOR = 50

/** Has the guard know what the ledger knows. */
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
