import type { RecordedHandOver } from '../model/evidence.ts'
import { type Answered, type Exchange, headerValues } from '../model/exchange.ts'
import { idOf, segmentOf } from '../model/path-segment.ts'
import { isSuccess, nextPage } from '../model/reads.ts'
import type { DeletionOptions, OwnedFile, Tools } from '../model/requirement.ts'
import { type Client, isAnswered } from './client.ts'
import { Inconclusive, NotSafe } from './inconclusive.ts'
import { InternalError } from './internal-error.ts'
import type { Ledger } from './ledger.ts'
import type { Outside } from './outside.ts'
import type { Decision } from './safety/guard.ts'
import type { FileSupply, SetUp } from './supply.ts'

/** Why a segment is not sent. */
export type Refused = Extract<Decision, { readonly allowed: false }>

/** What the tools of every case of a run are made of. */
export interface Workbench {
  readonly client: Client
  readonly outside: Outside
  /** A client with a connection of its own. */
  readonly openAlone: () => { readonly client: Client; close(): Promise<void> }
  readonly ledger: Ledger
  readonly supply: FileSupply
  readonly mark: string
  /** Whether the target is known to let in requests without credentials. */
  readonly openToAll: () => boolean
  readonly bystanders: () => readonly OwnedFile[]
  /** Files that were made before they were needed: they go to the cases that ask first. */
  readonly spares: OwnedFile[]
  /** What of retrieve, content and list the target offers. */
  readonly offers: () => ReadonlySet<string>
  readonly placesOf: (id: string) => readonly number[]
  /** What is not sent for the sake of other people's files. */
  readonly heldBack: HeldBack
  /** How long a deletion may take to show in reads. */
  readonly settleMs: number
  /** The verifier's word, for the names of uploaded files. */
  readonly challenge?: string | undefined
  /** Told of every file that was handed over. */
  readonly handedOver?: ((record: RecordedHandOver) => void) | undefined
}

/** The tools of one case, and everything that was sent with them, set-up included. */
export interface CaseTools {
  readonly tools: Tools
  readonly sent: readonly Exchange[]
  /** When nothing of the case is under way any more. */
  atRest(): Promise<void>
}

/** Makes the tools of one case. */
export type Toolbox = (requirement: string, caseKey: string) => CaseTools

/** What a run does not send, so that nobody else's files are lost. */
export interface HeldBack {
  refused(requirement: string, segment: string, refusal: Refused): void
  /** A near-miss of a requirement has deleted a file: no more of them is sent. */
  end(requirement: string): void
  ended(requirement: string): boolean
  /** Whether any has deleted a file. */
  anyEnded(): boolean
}

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
  const nextUpload = () => {
    uploads += 1
    return uploads
  }
  return (requirement, caseKey) => toolsFor(bench, nextUpload, requirement, caseKey)
}

function toolsFor(
  bench: Workbench,
  nextUpload: () => number,
  requirement: string,
  caseKey: string,
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
  const { heldBack } = bench
  const keepBack = async (segment: string, refused: Refused): Promise<never> => {
    heldBack.refused(requirement, segment, refused)
    throw new NotSafe(
      `not safe to send here: a careless server could take another file (${refused.reading})`,
    )
  }
  /** Of what names no file of this run, the first success is the last that is sent. */
  const sendDeletion = async (over: Client, segment: string, options?: DeletionOptions) => {
    const decision = over.decide(segment, options)
    if (!decision.allowed) return keepBack(segment, decision)
    if (decision.reason === 'owned') {
      const id = idOf(segment)
      const gone = id !== undefined && bench.ledger.state.files.get(id) === 'gone'
      const answer = await judged(over.delete(step(), segment, options))
      if (gone && isSuccess(answer)) over.distrust()
      return answer
    }
    if (heldBack.ended(requirement)) {
      throw new NotSafe('not sent: one before it was answered with success')
    }
    const exchange = await exchanged(over.delete(step(), segment, options))
    if (isAnswered(exchange) && isSuccess(exchange)) heldBack.end(requirement)
    return judgeable(exchange, bench.openToAll())
  }

  const setUp: SetUp = {
    mark: bench.mark,
    challenge: bench.challenge,
    get defaultName() {
      return `delete-conformance-${bench.mark}-${requirement.replace('/', '-')}-${caseKey.replace('/', '-')}-${files}.jsonl`
    },
    request: (request) => exchanged(client.request(step(), request)),
    uploading() {
      const upload = nextUpload()
      bench.ledger.note({ event: 'uploading', upload })
      return {
        upload,
        refused: () => bench.ledger.note({ event: 'upload-refused', upload }),
      }
    },
    async handOver(find) {
      const at = step()
      const handedOver = await bench.outside.handOver(at, find)
      bench.handedOver?.({ ...at, handedOver })
      if ('refused' in handedOver) {
        throw new Inconclusive(handedOver.refused, undefined, handedOver.notAsked)
      }
      bench.ledger.note({ event: 'owned', id: handedOver.id })
      return handedOver
    },
  }

  const tools: Tools = {
    mark: bench.mark,
    files: {
      async create(file): Promise<OwnedFile> {
        files += 1
        const spare = file === undefined ? bench.spares.shift() : undefined
        return spare ?? bench.supply.create(setUp, file)
      },
      async upload(file) {
        const { id } = await tools.files.create(file)
        return { id, answer: sent.at(-1) as Answered }
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
        if (decision.allowed) return decision.reason !== 'owned' && !heldBack.ended(requirement)
        heldBack.refused(requirement, segment, decision)
        return false
      },
      endNearMisses: () => heldBack.end(requirement),
      deleteAtOnce(ids) {
        const repeated = ids.find((id, at) => ids.indexOf(id) < at)
        // All but the first find it gone.
        const decision = repeated === undefined ? undefined : client.decideAgain(repeated)
        if (decision?.allowed === false) return keepBack(repeated ?? '', decision)
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
        if (!bench.ledger.state.files.has(id)) {
          throw new InternalError(`${requirement}: ${method} for ${id}, which is not this run's`)
        }
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
          await bench.outside.pause(LOOK_AGAIN_MS)
        }
      },
    },
  }
  const atRest = async () => {
    await Promise.allSettled(underWay)
  }
  return { tools, sent, atRest }
}

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
    throw new Inconclusive(
      `answered ${status} after ${exchange.attempts} polite attempts`,
      exchange,
    )
  }
  return exchange
}

/** Why there is no answer. */
function reasonFor({ failure }: Exchange): string {
  const message = failure?.message ?? 'nothing came'
  return failure?.kind === 'not-sent' ? message : `no answer: ${message}`
}

/** Whether the target put a request off: 429, or 503 that says when to come back (RFC 9110 §15.6.4). */
export function isThrottled({ response }: Exchange): boolean {
  if (response?.status === 429) return true
  return response?.status === 503 && headerValues(response, 'retry-after').length > 0
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
    (credentials === 'none' && !openToAll && exchange.purpose !== 'stray')
  )
}
