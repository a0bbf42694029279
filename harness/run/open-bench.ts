import type { Contract } from '../../model/contract.ts'
import type { RecordedProvided } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import { isSuccess } from '../../model/reads.ts'
import type { Observation } from '../../model/report.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { type Client, createClient, type Upload } from '../http/client.ts'
import type { Environment } from '../http/environment.ts'
import { credentialNames, type Target } from '../http/target.ts'
import { createDamageCheck } from '../safety/damage-check.ts'
import { createDeleteGuard, createWithheld, type DeleteGuard } from '../safety/delete-guard.ts'
import type { Ledger, LedgerHeader, LedgerState } from '../safety/ledger.ts'
import { thisProcess } from '../safety/ledger-reader.ts'
import { createOwnership } from '../safety/ownership.ts'
import { cleanUp, MAX_ATTEMPTS } from './cleanup.ts'
import { isInDoubt } from './deletions.ts'
import { createDeletionTimes } from './deletion-times.ts'
import { type Fit, fitted } from './fit.ts'
import { createLosses, type Losses } from './losses.ts'
import { createSilence, type Silence } from './silence.ts'
import { MAX_LATE, MAX_LIMITS, SLOWER, seconds, slowErrors } from './slow.ts'
import { createWatch } from './watch.ts'
import type { TargetFacts, Workbench } from './workbench.ts'

export interface BenchOptions {
  readonly target: Target
  readonly tokenEnv: string
  /** Environment variable of the second account's token. */
  readonly secondTokenEnv: string
  readonly contract: Contract
  readonly provider: ResourceProvider
  readonly runId: string
  readonly concurrency: number
  readonly disposable: boolean
  /** Time that a deletion may take to show in reads. */
  readonly settleMs: number
  /** Time after the last deletion until deleted files are looked at again; 0 for no such look. */
  readonly lingerMs: number
  readonly seed: string
  /** Whether a requirement of the run looks at deleted files later. */
  readonly looksLater: boolean
  /** Word of the verifier, which goes with every request and created resource. */
  readonly challenge?: string | undefined
  /** Whether an id that is new to the run is its own where nothing can be read back; yes by default. */
  readonly trustsNew?: (() => boolean) | undefined
  /** Odd names that are known to be nobody's id. */
  readonly reviewedNames: ReadonlySet<string>
  readonly openLedger: (header: LedgerHeader) => Ledger
  /**
   * Opens the way to the target, once the ledger is open.
   *
   * @param files - state of the ledger as it goes on
   */
  readonly openEnvironment: (files: LedgerState) => Environment
  readonly record: (exchange: Exchange) => void
  readonly provided?: (record: RecordedProvided) => void
}

interface OpenBench {
  readonly bench: Workbench
  /** Form of uploads and parameters of the list, for the run to fit to the target. */
  readonly fit: Fit
  readonly guard: DeleteGuard
  readonly others: ReturnType<typeof createDamageCheck>
  /** Facts of the workbench, for the preflight to fill in. */
  readonly found: Mutable<TargetFacts>
  readonly clock: ReturnType<typeof answerClock>
  readonly losses: Losses
  readonly silence: Silence
  /** Gives what was noticed in exchanges until now. */
  observations(): readonly Observation[]
  /** Makes a client for what must be done after an interruption, too. */
  lastClient(): Client
  cleanUpAll(): Promise<readonly string[]>
}

/** Attempts to remove what a case has left: at the end there are more. */
const ATTEMPTS_IN_A_CASE = 3

/** Opens ledger, guard and connections, and joins them to a workbench. */
export function openBench(options: BenchOptions): OpenBench {
  const { target, runId, disposable, settleMs, concurrency } = options
  const { provider, fit } = fitted(options.provider)
  const { collection } = options.contract
  const file = options.openLedger({
    ledger: 2,
    target: target.url,
    collection,
    runId,
    started: new Date().toISOString(),
    process: thisProcess(),
    credentials: credentialNames(target, options.tokenEnv, options.secondTokenEnv),
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
  const drops = dropCounter()
  const watch = createWatch(
    options.seed,
    options.lingerMs,
    (exchange) => found.answers.isDeleted(exchange) && files.has(exchange.id ?? ''),
  )
  const losses = createLosses()
  const silence = createSilence()
  const times = createDeletionTimes()
  // A preflight may end before it says so.
  let wasRead = false
  const record = (exchange: Exchange) => {
    options.record(exchange)
    wasRead ||= exchange.action === 'retrieve' && isSuccess(exchange)
    others.see(exchange)
    clock.see(exchange)
    for (const observer of [drops, losses, silence, times, watch]) observer.see(exchange)
    const aside = options.looksLater ? watch.requests(found.offers) : undefined
    if (aside !== undefined) environment.keepAside(aside)
  }
  const { api } = provider
  const shared = { ...options, ...api, ledger, guard, collection, record }
  const uploads = new Map<string, Upload>()
  const clientOver = (way: Environment) => createClient({ ...shared, environment: way, uploads })
  const client = clientOver(environment)
  const lastClient = () => clientOver(environment.uninterrupted())

  const withheld = createWithheld(disposable, provider.readOnly)
  const found: Mutable<TargetFacts> = {
    offers: new Set(),
    openToAll: false,
    bystanders: [],
    accountsApart: false,
    answers: { isDeleted: isSuccess },
  }
  const bench: Workbench = {
    ...options,
    provider,
    client,
    environment,
    removal: {
      client,
      api,
      ledger,
      pause: environment.pause,
      attempts: ATTEMPTS_IN_A_CASE,
      canRead: () => wasRead || found.offers.has('retrieve'),
      uncertain: 'leave',
    },
    openAlone() {
      const alone = environment.alone()
      return { client: clientOver(alone), close: () => alone.close() }
    },
    ledger,
    ownership: createOwnership({ runId, api, files, wasListed, trustsNew: options.trustsNew }),
    found,
    placesOf: guard.placesOf,
    watch,
    withheld,
    inDoubt: new Set(),
  }
  const cleanUpAll = () =>
    cleanUp({
      ...bench.removal,
      client: lastClient(),
      pause: environment.uninterrupted().pause,
      attempts: MAX_ATTEMPTS,
      settleMs,
      concurrency,
      lookFirst: (id) => withheld.anyEnded() || isInDoubt(bench, id),
      search: 'in doubt',
    })
  const observations = () => [drops, losses, times, watch].flatMap((one) => one.observations())
  return {
    bench,
    fit,
    guard,
    others,
    found,
    clock,
    losses,
    silence,
    observations,
    lastClient,
    cleanUpAll,
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Measures how long requests have been under way, those at once counted once, and how long errors take. */
function answerClock() {
  let [ms, errorsMs, lastEndMs, answers, lateInARow] = [0, 0, 0, 0, 0]
  let followsError = false
  let successMs: number | undefined
  const taken = { errors: { count: 0, ms: 0 }, others: { count: 0, ms: 0 } }
  return {
    see({ startedAtMs, durationMs, response, failure }: Exchange) {
      const endMs = startedAtMs + durationMs
      const tookMs = Math.max(0, endMs - Math.max(startedAtMs, lastEndMs))
      const isError = response !== undefined && response.status >= 400
      ms += tookMs
      // Some servers answer an error at once, and are busy with its log while the next request waits.
      if (isError || followsError) errorsMs += tookMs
      followsError = isError
      lastEndMs = Math.max(lastEndMs, endMs)
      lateInARow = failure?.kind === 'timeout' ? lateInARow + 1 : 0
      if (response === undefined) return
      answers += 1
      const kind = taken[isError ? 'errors' : 'others']
      kind.count += 1
      kind.ms += durationMs
      if (!isError) successMs = Math.min(durationMs, successMs ?? durationMs)
    },
    underWay: () => ({ ms, errorsMs, answers, errors: taken.errors.count, successMs }),
    /** Says why the run would not end: errors take too long, or nothing is answered any more. */
    tooSlow(timeoutMs: number): string | undefined {
      if (lateInARow >= MAX_LATE) {
        return `${lateInARow} requests in a row were not answered within ${seconds(timeoutMs)}`
      }
      const { errors, others } = taken
      const [error, other] = [errors, others].map((one) => one.ms / Math.max(1, one.count))
      if (error === undefined || other === undefined || others.count === 0) return undefined
      const isLong = ms > MAX_LIMITS * timeoutMs && error > timeoutMs / MAX_LIMITS
      if (!isLong || error < SLOWER * other) return undefined
      return slowErrors(`an error takes ${seconds(error)}, and a success ${seconds(other)}`)
    },
  }
}

/** Counts connections that the target closed without saying so, so that a request on them was lost. */
function dropCounter() {
  const lost = new Set<string>()
  let count = 0
  return {
    see({ requirement, case: caseKey, request, response, failure }: Exchange) {
      const key = JSON.stringify([requirement, caseKey, request.method, request.target])
      if (failure?.kind === 'dropped') lost.add(key)
      // A target that ends the connection because of a request does so again.
      else if (response !== undefined && lost.delete(key)) count += 1
    },
    observations: (): readonly Observation[] => (count === 0 ? [] : [{ ...CLOSED, count }]),
  }
}

const CLOSED: Pick<Observation, 'about' | 'text'> = {
  about: 'Closed',
  text: 'the target closed a connection after an answer, without the "Connection: close" by which clients know (RFC 9112 §9.6, SHOULD); what was lost with it was sent anew',
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
