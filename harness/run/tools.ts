import { Inconclusive, InternalError, Interrupted, NotOurs, NotSafe } from '../../model/errors.ts'
import type { RecordedProvided } from '../../model/evidence.ts'
import type { Answered, Exchange } from '../../model/exchange.ts'
import { idOf, segmentOf } from '../../model/path-segment.ts'
import { entriesOf, isSuccess, nextPage } from '../../model/reads.ts'
import type {
  DeletionOptions,
  FileToUpload,
  OwnedResource,
  Tools,
} from '../../model/requirement.ts'
import type { ResourceProvider, SetUp } from '../../resources/provider.ts'
import { type Client, isAnswered } from '../http/client.ts'
import type { Environment } from '../http/environment.ts'
import { type Decision, isOwn, type Refused, type Withheld } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import type { Ownership } from '../safety/ownership.ts'
import { type RemovalParts, removeFile } from './cleanup.ts'

/** What the tools of every case of a run are made of. */
export interface Workbench {
  readonly client: Client
  readonly environment: Environment
  /** How files are removed. */
  readonly removal: Omit<RemovalParts, 'lookFirst'>
  /** A client with a connection of its own. */
  readonly openAlone: () => { readonly client: Client; close(): Promise<void> }
  readonly ledger: Ledger
  readonly provider: ResourceProvider
  readonly ownership: Ownership
  readonly runId: string
  /** Whether the target is known to let in requests without credentials. */
  readonly openToAll: () => boolean
  readonly bystanders: () => readonly OwnedResource[]
  /** Files that were made before they were needed: they go to the cases that ask first. */
  readonly spares: OwnedResource[]
  /** What of retrieve, content and list the target offers. */
  readonly offers: () => ReadonlySet<string>
  readonly placesOf: (id: string) => readonly number[]
  /** What is not sent for the sake of other people's files. */
  readonly withheld: Withheld
  /** How long a deletion may take to show in reads. */
  readonly settleMs: number
  /** The verifier's word, for the names of uploaded files. */
  readonly challenge?: string | undefined
  /** Told of every file that was provided. */
  readonly provided?: ((record: RecordedProvided) => void) | undefined
}

/** The tools of one case, and everything that was sent with them, set-up included. */
export interface CaseTools {
  readonly tools: Tools
  readonly sent: readonly Exchange[]
  /** The first deletion that named no file of this run and was answered with success. */
  culprit(): Answered | undefined
  /** When nothing of the case is under way any more. */
  atRest(): Promise<void>
  /** Removes the files that the case has made and not deleted; returns how many stay. */
  removeLeft(): Promise<number>
}

/** Files that a case may have at once, or why it may have none. */
type Room = number | { readonly none: string }

/** Makes the tools of one case. */
export type Toolbox = (requirement: string, caseKey: string, room?: Room) => CaseTools

/** Between two looks at something that has not settled. */
const LOOK_AGAIN_MS = 50
/** Pages of a list that are read, and octets: each may have 1 MiB. */
const MAX_PAGES = 1_000
const MAX_LIST_BYTES = 64 * 1024 * 1024

/**
 * Tools for the cases of one run. Steps of a case are numbered in the order of calls, so that the
 * same case always sends the same exchanges under the same numbers.
 */
export function createToolbox(bench: Workbench): Toolbox {
  let uploads = 0
  const run: RunState = {
    nextUpload() {
      uploads += 1
      return uploads
    },
    foreign: [],
    lastRepeat: Promise.resolve(),
    lastUpload: Promise.resolve(),
  }
  return (requirement, caseKey, room = Number.POSITIVE_INFINITY) =>
    toolsFor(bench, run, requirement, caseKey, room)
}

/** What the cases of a run share. */
interface RunState {
  nextUpload(): number
  /** Uploads that were answered with somebody else's id, each with what was read back; and the last one under way. */
  readonly foreign: (readonly Answered[])[]
  /** The last deletion of an id that is gone, where a careless lookup could take another: one at a time. */
  lastRepeat: Promise<unknown>
  lastUpload: Promise<unknown>
}

/** After so many, nothing more is uploaded. */
const MAX_FOREIGN = 3
/** Pages of a list that are read before a deletion that could take one of its files: of more, none is sent. */
const MAX_PAGES_BEFORE_A_REPEAT = 10

function toolsFor(
  bench: Workbench,
  run: RunState,
  requirement: string,
  caseKey: string,
  room: Room,
): CaseTools {
  const { client } = bench
  const sent: Exchange[] = []
  let steps = 0
  let files = 0
  const step = () => ({ requirement, case: caseKey, step: steps++ })
  const underWay = new Set<Promise<Exchange>>()
  const exchanged = async (exchanging: Promise<Exchange>) => {
    underWay.add(exchanging)
    try {
      const exchange = await exchanging
      sent.push(exchange)
      return exchange
    } finally {
      underWay.delete(exchanging)
    }
  }
  const judged = async (exchanging: Promise<Exchange>) =>
    judgeable(await exchanged(exchanging), bench.openToAll())
  const get = (path: string) => judged(client.request(step(), { method: 'GET', path }))
  const { withheld } = bench
  const withhold = async (segment: string, refused: Refused): Promise<never> => {
    withheld.refused(requirement, segment, refused)
    throw new NotSafe(
      `not safe to send here: a careless server could take another file (${refused.reading})`,
    )
  }
  const noRoom = typeof room === 'object' ? room.none : undefined
  const none = async () => ({ refused: noRoom ?? '', notAsked: true }) as const
  const made: string[] = []
  const claims = new Map<string, readonly Answered[]>()
  const living = () => [...new Set(made)].filter((id) => bench.ledger.state.left.has(id))
  let culprit: Answered | undefined
  const sendDeletion = (over: Client, segment: string, options?: DeletionOptions) => {
    const id = idOf(segment)
    const isOwned = id !== undefined && bench.ledger.state.files.has(id)
    return isOwned
      ? deleteOwned(over, segment, id, options)
      : deleteNearMiss(over, segment, options)
  }
  const deleteOwned = async (
    over: Client,
    segment: string,
    id: string,
    options?: DeletionOptions,
  ): Promise<Answered> => {
    // A near-miss that was answered with success may have deleted it.
    const perhapsGone = culprit !== undefined && made.includes(id)
    const decision = perhapsGone ? over.decideAgain(id) : over.decide(segment, options)
    if (!decision.allowed) return withhold(segment, decision)
    if (decision.reason === 'repeat') return repeat(over, segment, id, options)
    return judged(over.delete(step(), segment, options))
  }
  /** Whether no file that is there could be taken for one of this run that is not. */
  const decideByList = async (over: Client, id: string): Promise<Decision> => {
    const decision = over.decideAgain(id)
    if (!decision.allowed || decision.reason !== 'repeat') return decision
    const { entries, complete } = entriesOf(await tools.look.list(MAX_PAGES_BEFORE_A_REPEAT))
    if (!complete) return { allowed: false, ...NO_LIST, witness: id }
    return over.decideAgain(
      id,
      entries.map((entry) => entry.id),
    )
  }
  /** One after the other, so that no more than one can take another file, and only where a read finds none. */
  const repeat = (over: Client, segment: string, id: string, options?: DeletionOptions) => {
    const sending = run.lastRepeat.then(async () => {
      const decision = await decideByList(over, id)
      if (!decision.allowed) return withhold(segment, decision)
      if (bench.offers().has('retrieve')) {
        const look = await exchanged(
          client.request(step(), { method: 'GET', path: `/${segmentOf(id)}` }),
        )
        if (!isAnswered(look) || isSuccess(look)) {
          return withhold(segment, { ...FOUND_AGAIN, witness: id })
        }
      }
      return judged(over.delete(step(), segment, options))
    })
    run.lastRepeat = sending.catch(() => undefined)
    return sending
  }
  /** Of what names no file of this run, the first success is the last that is sent. */
  const deleteNearMiss = async (over: Client, segment: string, options?: DeletionOptions) => {
    const decision = over.decide(segment, options)
    if (!decision.allowed) return withhold(segment, decision)
    const endedBy = () => (withheld.ended(requirement) ? ENDED : undefined)
    if (endedBy() !== undefined) throw new NotSafe(ENDED)
    const exchange = await exchanged(over.delete(step(), segment, { ...options, unless: endedBy }))
    if (exchange.failure?.kind === 'not-sent' && exchange.failure.message === ENDED) {
      throw new NotSafe(ENDED)
    }
    if (isAnswered(exchange) && isSuccess(exchange)) {
      culprit ??= exchange
      withheld.end(requirement)
    }
    return judgeable(exchange, bench.openToAll())
  }

  const setUp: SetUp = {
    runId: bench.runId,
    challenge: bench.challenge,
    get defaultName() {
      return `delete-conformance-${bench.runId}-${requirement.replace('/', '-')}-${caseKey.replace('/', '-')}-${files}.jsonl`
    },
    request: (request) => exchanged(client.request(step(), { ...request, unless: () => noRoom })),
    uploading() {
      const upload = run.nextUpload()
      bench.ledger.note({ event: 'uploading', upload })
      return {
        upload,
        refused: () => bench.ledger.note({ event: 'upload-refused', upload }),
      }
    },
    async claim(id, created, upload, way) {
      const read = (path: string) => exchanged(client.request(step(), { method: 'GET', path }))
      const { isOurs, reads } = await bench.ownership.claim(id, created, way, read)
      claims.set(id, [created, ...reads])
      if (isOurs) {
        bench.ledger.note({ event: 'owned', id, upload })
        return { id }
      }
      bench.ledger.note({ event: 'foreign', id, upload })
      run.foreign.push([created, ...reads])
      throw new NotOurs(
        `POST ${created.request.target} answered with the id of a file that is not this run's`,
        created,
      )
    },
    async provide(find) {
      const at = step()
      const provided = await bench.environment.provide(at, noRoom === undefined ? find : none)
      bench.provided?.({ ...at, provided })
      if ('refused' in provided) {
        throw new Inconclusive(provided.refused, undefined, provided.notAsked)
      }
      bench.ledger.note({ event: 'owned', id: provided.id })
      return provided
    },
  }

  /** Once an upload was answered with somebody else's id, one at a time. */
  const makeFile = (file?: FileToUpload): Promise<OwnedResource> => {
    if (run.foreign.length === 0) return bench.provider.create(setUp, file)
    const making = run.lastUpload.then(() => {
      const { foreign } = run
      if (foreign.length < MAX_FOREIGN) return bench.provider.create(setUp, file)
      const reason = `${MAX_FOREIGN} uploads were answered with ids of files that are not this run's`
      throw new NotOurs(reason, foreign[0]?.[0], true)
    })
    run.lastUpload = making.catch(() => undefined)
    return making
  }

  const tools: Tools = {
    runId: bench.runId,
    files: {
      async create(file): Promise<OwnedResource> {
        files += 1
        if (typeof room === 'number' && living().length >= room) {
          throw new InternalError(`${requirement}: a case has more than ${room} files at once`)
        }
        const spare = file === undefined && noRoom === undefined ? bench.spares.shift() : undefined
        const one = spare ?? (await makeFile(file))
        made.push(one.id)
        return one
      },
      async upload(file) {
        const { id } = await tools.files.create(file)
        const [answer] = claims.get(id) ?? []
        return { id, answer: answer as Answered }
      },
      async claim() {
        const [foreign] = run.foreign
        if (foreign !== undefined) return foreign
        try {
          const { id, answer } = await tools.files.upload()
          const path = `/${segmentOf(id)}`
          const file = await get(path)
          // A gateway may give files names of its own.
          const content = bench.offers().has('content') ? [await get(`${path}/content`)] : []
          return [answer, file, ...content]
        } catch (error) {
          if (error instanceof NotOurs) return run.foreign[0] ?? []
          throw error
        }
      },
      get bystanders() {
        return bench.bystanders()
      },
      placesOf: bench.placesOf,
    },
    send: {
      delete: (id, options) => tools.send.deleteSegment(segmentOf(id), options),
      deleteSegment: (segment, options) => sendDeletion(client, segment, options),
      allows(segment) {
        const decision = client.decide(segment)
        if (decision.allowed) return !isOwn(decision) && !withheld.ended(requirement)
        withheld.refused(requirement, segment, decision)
        return false
      },
      endNearMisses: () => withheld.end(requirement),
      async deleteAtOnce(ids) {
        const repeated = ids.find((id, at) => ids.indexOf(id) < at)
        if (repeated === undefined) return Promise.all(ids.map((id) => tools.send.delete(id)))
        // All but the first find it gone.
        const decision = await decideByList(client, repeated)
        if (!decision.allowed) return withhold(repeated, decision)
        return Promise.all(ids.map((id) => tools.send.delete(id)))
      },
      async deleteOnOneConnection(deletions) {
        const alone = bench.openAlone()
        try {
          const answers: Answered[] = []
          for (const { id, options } of deletions) {
            answers.push(await sendDeletion(alone.client, segmentOf(id), options))
          }
          return answers
        } finally {
          await alone.close()
        }
      },
      async method(method, id) {
        return judged(client.request(step(), { method, path: `/${segmentOf(id)}` }))
      },
    },
    look: {
      get offers() {
        return bench.offers()
      },
      retrieve: (id) => get(`/${segmentOf(id)}`),
      content: (id) => get(`/${segmentOf(id)}/content`),
      async list(most = MAX_PAGES) {
        const pages: Answered[] = []
        let after: string | undefined
        for (let bytes = 0; pages.length < most && bytes < MAX_LIST_BYTES; ) {
          const page = await get(
            `?limit=100${after === undefined ? '' : `&after=${segmentOf(after)}`}`,
          )
          pages.push(page)
          bytes += page.response.body.byteLength
          after = nextPage(pages)
          if (after === undefined) break
        }
        return pages
      },
      async until(look, isSo) {
        const begunMs = lastEndMs(sent)
        for (;;) {
          const seen = await look()
          if (isSo(seen) || lastEndMs(sent) - begunMs >= bench.settleMs) return seen
          await bench.environment.pause(LOOK_AGAIN_MS)
        }
      },
    },
  }
  const atRest = async () => {
    await Promise.allSettled(underWay)
  }
  const removeLeft = async () => {
    const lookFirst = culprit !== undefined
    try {
      for (const id of living()) await removeFile({ ...bench.removal, lookFirst }, step, id)
    } catch (error) {
      // They are removed at the end.
      if (!(error instanceof Interrupted)) throw error
    }
    return living().length
  }
  return { tools, sent, culprit: () => culprit, atRest, removeLeft }
}

/** Why no more near-misses are sent. */
const ENDED = 'not sent: one before it was answered with success'
const NO_LIST = { reading: 'no list that shows all files' } as const
const FOUND_AGAIN = { allowed: false, reading: 'a read of it after its deletion' } as const

/**
 * When the last answer of a case had come. Time passes by what was recorded, so that whoever reads the
 * record sees the same time pass.
 */
function lastEndMs(sent: readonly Exchange[]): number {
  return Math.max(...sent.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs))
}

/** What a judge may be given: an answer, from the operation and not from a bouncer. */
function judgeable(exchange: Exchange, openToAll: boolean): Answered {
  if (!isAnswered(exchange)) {
    throw new Inconclusive(reasonFor(exchange), exchange)
  }
  const { status } = exchange.response
  if (isUnexpectedRefusal(exchange, openToAll)) {
    throw new Inconclusive(`answered ${status}: the credentials are not accepted`, exchange)
  }
  if (isThrottled(exchange)) {
    throw new Inconclusive(`answered ${status} after ${exchange.attempts} attempts`, exchange)
  }
  return exchange
}

/** Why there is no answer. */
function reasonFor({ failure }: Exchange): string {
  const message = failure?.message ?? 'nothing came'
  return failure?.kind === 'not-sent' ? message : `no answer: ${message}`
}

/**
 * Whether the target put a request off (RFC 9110 §15.6.4, RFC 6585 §4), or says that it cannot answer now: that is
 * no answer of the operation.
 */
export function isThrottled({ response }: Exchange): boolean {
  return response?.status === 429 || response?.status === 503
}

/** Whether the target did not let a request in. */
export function isRefusal({ response }: Exchange): boolean {
  return response?.status === 401 || response?.status === 403
}

/** Whether a refusal says nothing of the operation: it was asked with what should have let it in. */
export function isUnexpectedRefusal(exchange: Exchange, openToAll: boolean): boolean {
  if (!isRefusal(exchange)) return false
  const { credentials } = exchange.request
  return (
    credentials === 'configured' ||
    (credentials === 'none' && !openToAll && exchange.purpose !== 'negative')
  )
}
