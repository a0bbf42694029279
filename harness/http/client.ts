import { createHash } from 'node:crypto'
import { InternalError, Interrupted } from '../../model/errors.ts'
import type {
  Answered,
  Credentials,
  Exchange,
  Header,
  Purpose,
  SentBody,
  SentUpload,
} from '../../model/exchange.ts'
import { idOf, isUsableId, segmentOf } from '../../model/path-segment.ts'
import type { DeletionOptions } from '../../model/requirement.ts'
import { type Decision, type DeleteGuard, isOwn } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import type { Environment, Step } from './environment.ts'
import type { RetryableRequest } from './retry-policy.ts'
import { authorizationFor, isAuthenticated, type Target } from './target.ts'
import { TOOL } from './tool.ts'

/** A request for anything but deletion, relative to the collection path. */
export interface PlainRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'
  /** What follows the collection path: `''`, `/file-1`, `?after=…`. */
  readonly path: string
  readonly body?: { readonly octets: Uint8Array } & Pick<
    SentUpload,
    'mediaType' | 'filename' | 'fileBytes'
  >
  readonly credentials?: Credentials
  /** For the upload of a file, its number in the ledger, where the file is noted when it is known. */
  readonly creates?: number
  /** The file of this run that it looks for, before it is to be removed again. */
  readonly looksFor?: string
  /** Asked when its turn has come: why it is not sent any more. */
  readonly unless?: () => string | undefined
}

/** How a deletion is sent. */
interface SendOptions extends DeletionOptions {
  /** Asked when its turn has come: why it is not sent any more. */
  readonly unless?: () => string | undefined
}

/** The only way to a target: every request passes here, and is recorded. */
export interface Client {
  /**
   * Deletes by path segment.
   *
   * @throws InternalError if the run neither owns the id nor knows it to be nobody's: nothing is sent
   * @throws Interrupted if the run was interrupted before it was sent
   */
  delete(step: Step, segment: string, options?: SendOptions): Promise<Exchange>
  /** Whether an owned id may be deleted though it is gone. */
  decideAgain(id: string, listed?: readonly string[]): Decision
  /** Whether `delete` would send a request for this segment, and why. */
  decide(segment: string, options?: DeletionOptions): Decision
  /** @throws InternalError if it could delete what this run does not own: nothing is sent */
  request(step: Step, request: PlainRequest): Promise<Exchange>
}

/** An upload that created a file. */
export interface Upload {
  /** `performance.now()` when it was answered. */
  readonly atMs: number
  readonly body: SentUpload
}

interface ClientParts {
  readonly target: Target
  readonly environment: Environment
  readonly ledger: Ledger
  readonly guard: DeleteGuard
  /** Path under which files are deleted, `/v1/files`. */
  readonly collection: string
  /** The verifier's word, which goes with every request. */
  readonly challenge?: string | undefined
  /** What was uploaded under which id, shared by all clients of a run. */
  readonly uploads: Map<string, Upload>
  /** Told of every exchange. */
  readonly record: (exchange: Exchange) => void
}

/** How long a file just uploaded may be "still processing" (409): SDKs are known to wait 10 to 15 s. */
const PROCESSING_MS = 20_000

const CHALLENGE_HEADER = 'x-conformance-challenge'
const RECORDED_HEADERS = ['accept', 'content-type', 'user-agent', CHALLENGE_HEADER]

export function createClient(parts: ClientParts): Client {
  const { target, ledger, guard, collection, uploads } = parts
  // What the user gives is recorded by its name alone, as `verify` knows no more of it.
  const recordedHeaders = RECORDED_HEADERS.filter(
    (name) => !target.headers.some(([given]) => given === name),
  )
  const headersWith = new Map<Credentials, readonly Header[]>()
  const headersFor = (credentials: Credentials) => {
    const known = headersWith.get(credentials)
    if (known !== undefined) return known
    const headers = requestHeaders(parts, credentials)
    headersWith.set(credentials, headers)
    return headers
  }

  /** @param settle - notes what came of it, before anything else can fail */
  async function send(
    step: Step,
    purpose: Purpose,
    wire: Outgoing,
    settle: (exchange: Exchange) => void,
  ): Promise<Exchange> {
    const result = await parts.environment.exchange(step, wire)
    const exchange: Exchange = {
      ...step,
      purpose,
      ...(wire.id === undefined ? {} : { id: wire.id }),
      ...(wire.upload === undefined ? {} : { upload: wire.upload }),
      request: {
        method: wire.method,
        target: wire.target,
        headers: wire.headers.filter(([name]) => recordedHeaders.includes(name)),
        credentials:
          wire.credentials === 'configured' && !isAuthenticated(target) ? 'none' : wire.credentials,
        ...(wire.sentBody === undefined ? {} : { body: wire.sentBody }),
      },
      ...('response' in result ? { response: result.response } : { failure: result.failure }),
      attempts: result.attempts,
      startedAtMs: result.startedAtMs,
      waitMs: result.waitMs,
      durationMs: result.durationMs,
    }
    settle(exchange)
    parts.record(exchange)
    return exchange
  }

  const noteDeletion = (id: string, { response, failure }: Exchange) => {
    if (failure?.kind === 'not-sent') ledger.note({ event: 'kept', id })
    if (response === undefined) return
    const gone = Math.floor(response.status / 100) === 2
    if (gone) uploads.delete(id)
    ledger.note({ event: gone ? 'deleted' : 'kept', id })
  }

  const decide = (segment: string, id: string | undefined, options?: DeletionOptions) => {
    const decision = guard.decide(segment, id)
    if (!decision.allowed || options === undefined) return decision
    const elsewhere = guard.decideElsewhere(options.query, options.body)
    return elsewhere.allowed ? decision : elsewhere
  }

  return {
    decideAgain: guard.decideAgain,
    decide: (segment, options) => decide(segment, idOf(segment), options),
    async delete(step, segment, options = {}) {
      const id = idOf(segment)
      const decision = decide(segment, id, options)
      refuse(step, 'DELETE', segment, decision)
      const { purpose = 'operation', query, body, credentials = 'configured' } = options
      const owned = isOwn(decision) ? id : undefined
      const upload = id === undefined ? undefined : uploads.get(id)
      if (owned !== undefined) ledger.note({ event: 'deleting', id: owned })
      const wire = {
        method: 'DELETE',
        target: `${target.basePath}${collection}/${segment}${query === undefined ? '' : `?${query}`}`,
        headers: overridden(headersFor(credentials), options.headers),
        body: body === undefined ? undefined : Buffer.from(body),
        sentBody: body === undefined ? undefined : { bytes: Buffer.byteLength(body), text: body },
        credentials,
        id,
        upload: upload?.body,
        unless: options.unless,
        removes: credentials === 'configured' ? owned : undefined,
        busyUntilMs: upload === undefined ? 0 : upload.atMs + PROCESSING_MS,
      }
      const settle = (exchange: Exchange) => {
        if (owned !== undefined) noteDeletion(owned, exchange)
      }
      return send(step, purpose, wire, settle).catch((error: unknown) => {
        // Interrupted before it was sent; of anything else that failed, who knows.
        if (owned !== undefined && error instanceof Interrupted)
          ledger.note({ event: 'kept', id: owned })
        throw error
      })
    },
    async request(
      step,
      { method, path, body, creates, looksFor, unless, credentials = 'configured' },
    ) {
      if (!SAFE_METHODS.includes(method) && creates === undefined) {
        const segment = path.slice(1)
        const decision = guard.decide(segment)
        if (!isOwn(decision)) {
          throw new InternalError(
            `${step.requirement}: ${method} for ${path}, which is not this run's`,
          )
        }
      }
      const wire = {
        method,
        target: `${target.basePath}${collection}${path}`,
        headers: [
          ...headersFor(credentials),
          ...(body === undefined ? [] : ([['content-type', body.mediaType]] as const)),
        ],
        body: body?.octets,
        credentials,
        sentBody: body && describeUpload(body),
        creates,
        looksFor,
        unless,
      }
      return send(step, 'set-up', wire, (exchange) => {
        const id = createdId(exchange)
        const sent = exchange.request.body
        if (id === undefined || sent === undefined || !('filename' in sent)) return
        if (creates !== undefined) ledger.note({ event: 'answered', id, upload: creates })
        uploads.set(id, { atMs: performance.now(), body: sent })
      })
    },
  }
}

/** Methods that no server takes for a deletion, as long as no header field says so. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/** @throws InternalError unless it may be sent */
function refuse(step: Step, method: string, segment: string, decision: Decision): void {
  if (decision.allowed) return
  const { reading, witness } = decision
  throw new InternalError(
    `${step.requirement}: refused to send ${method} for ${JSON.stringify(segment)}: ${reading}, a server would take ${JSON.stringify(witness)}`,
  )
}

/** The `id` of a file object in a 2xx answer, if there is a usable one. */
export function createdId(exchange: Exchange): string | undefined {
  const { response } = exchange
  if (response === undefined || Math.floor(response.status / 100) !== 2) return undefined
  try {
    const { id } = JSON.parse(Buffer.from(response.body).toString('utf8')) as { id?: unknown }
    return isUsableId(id) ? id : undefined
  } catch {
    return undefined
  }
}

/** Whether an exchange was answered at all. */
export function isAnswered(exchange: Exchange): exchange is Answered {
  return exchange.response !== undefined
}

interface Outgoing extends RetryableRequest {
  readonly credentials: Credentials
  readonly sentBody?: SentBody | undefined
  readonly id?: string | undefined
  readonly upload?: SentUpload | undefined
}

function requestHeaders(
  { target, challenge }: ClientParts,
  credentials: Credentials,
): readonly Header[] {
  const authorization = authorizationFor(target, credentials)
  const own: readonly Header[] = [
    ['accept', 'application/json'],
    ['user-agent', `${TOOL.name}/${TOOL.version}`],
    ...(challenge === undefined ? [] : ([[CHALLENGE_HEADER, segmentOf(challenge)]] as const)),
    ...(authorization === undefined ? [] : ([['authorization', authorization]] as const)),
  ]
  return [
    ...own.filter(
      ([name]) => name !== 'user-agent' || !target.headers.some(([given]) => given === name),
    ),
    ...target.headers,
  ]
}

/** Header fields, of which those given later replace those of the same name. */
function overridden(
  headers: readonly Header[],
  by: readonly Header[] | undefined,
): readonly Header[] {
  if (by === undefined) return headers
  return [...headers.filter(([name]) => !by.some(([other]) => other === name)), ...by]
}

function describeUpload({
  octets,
  mediaType,
  filename,
  fileBytes,
}: NonNullable<PlainRequest['body']>): SentUpload {
  const sha256 = createHash('sha256').update(octets).digest('hex')
  return { mediaType, bytes: octets.byteLength, sha256, filename, fileBytes }
}
