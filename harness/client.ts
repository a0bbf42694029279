import { createHash } from 'node:crypto'
import type {
  Answered,
  Credentials,
  Exchange,
  Header,
  Purpose,
  SentBody,
} from '../model/exchange.ts'
import { idOf } from '../model/path-segment.ts'
import type { DeletionOptions } from '../model/requirement.ts'
import { Interrupted } from './inconclusive.ts'
import { InternalError } from './internal-error.ts'
import type { Ledger } from './ledger.ts'
import type { Pace } from './pace.ts'
import { exchangePolitely } from './patience.ts'
import type { Permits } from './permit.ts'
import { redactionFor } from './redaction.ts'
import { authorizationFor, isAuthenticated, type Target } from './target.ts'
import { TOOL } from './tool.ts'
import type { Transport } from './transport.ts'

/** Where an exchange belongs. */
export interface Step {
  readonly requirement: string
  readonly case: string
  readonly step: number
}

/** A request for anything but deletion, relative to the collection path. */
export interface PlainRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'
  /** What follows the collection path: `''`, `/file-1`, `?after=…`. */
  readonly path: string
  readonly body?: { readonly octets: Uint8Array } & Pick<
    SentBody,
    'mediaType' | 'filename' | 'fileBytes'
  >
  readonly credentials?: Credentials
}

/** The only way to a target: every request passes here, and is recorded. */
export interface Client {
  /**
   * Deletes by path segment.
   *
   * @throws InternalError if the run neither owns the id nor knows it to be nobody's: nothing is sent
   * @throws Interrupted if the run was interrupted before it was sent
   */
  delete(step: Step, segment: string, options?: DeletionOptions): Promise<Exchange>
  /** Whether `delete` would send a request for this segment. */
  allows(segment: string): boolean
  request(step: Step, request: PlainRequest): Promise<Exchange>
}

/** An upload that created a file. */
export interface Upload {
  /** `performance.now()` when it was answered. */
  readonly atMs: number
  readonly body: SentBody
}

export interface ClientParts {
  readonly target: Target
  readonly transport: Transport
  readonly pace: Pace
  readonly ledger: Ledger
  readonly permits: Permits
  /** Path under which files are deleted, `/v1/files`. */
  readonly collection: string
  readonly signal: AbortSignal
  /** What was uploaded under which id, shared by all clients of a run. */
  readonly uploads: Map<string, Upload>
  /** Told of every exchange. */
  readonly record: (exchange: Exchange) => void
}

/** How long a file just uploaded may be "still processing" (409): SDKs are known to wait 10 to 15 s. */
const PROCESSING_PATIENCE_MS = 20_000

const RECORDED_HEADERS = ['accept', 'content-type', 'user-agent']

export function createClient(parts: ClientParts): Client {
  const { target, ledger, permits, collection, uploads } = parts
  const redact = redactionFor(target)

  async function send(step: Step, purpose: Purpose, wire: Outgoing): Promise<Exchange> {
    const startedAtMs = Date.now()
    const begun = performance.now()
    const { result, attempts } = await exchangePolitely(parts, wire)
    const exchange: Exchange = {
      ...step,
      purpose,
      ...(wire.id === undefined ? {} : { id: wire.id }),
      ...(wire.upload === undefined ? {} : { upload: wire.upload }),
      request: {
        method: wire.method,
        target: wire.target,
        headers: wire.headers.filter(([name]) => RECORDED_HEADERS.includes(name)),
        credentials:
          wire.credentials === 'configured' && !isAuthenticated(target) ? 'none' : wire.credentials,
        ...(wire.sentBody === undefined ? {} : { body: wire.sentBody }),
      },
      ...('response' in result ? { response: redact(result.response) } : result),
      attempts,
      startedAtMs,
      durationMs: performance.now() - begun,
    }
    parts.record(exchange)
    return exchange
  }

  const noteDeletion = (id: string, { response }: Exchange) => {
    if (response === undefined) return
    const gone = Math.floor(response.status / 100) === 2
    if (gone) uploads.delete(id)
    ledger.note({ event: gone ? 'deleted' : 'kept', id })
  }

  return {
    allows: (segment) => permits.groundFor(segment) !== undefined,
    async delete(step, segment, options = {}) {
      const ground = permits.groundFor(segment)
      if (ground === undefined) {
        throw new InternalError(
          `${step.requirement}: refused to send DELETE for ${JSON.stringify(segment)}: this run does not own it, and it could be somebody's`,
        )
      }
      const { purpose = 'operation', query, body, credentials = 'configured' } = options
      const id = idOf(segment)
      const owned = ground === 'owned' && id !== undefined ? id : undefined
      const upload = id === undefined ? undefined : uploads.get(id)
      if (owned !== undefined) ledger.note({ event: 'deleting', id: owned })
      const exchange = await send(step, purpose, {
        method: 'DELETE',
        target: `${target.basePath}${collection}/${segment}${query === undefined ? '' : `?${query}`}`,
        headers: overridden(requestHeaders(target, credentials), options.headers ?? []),
        body: body === undefined ? undefined : Buffer.from(body),
        credentials,
        id,
        upload: upload?.body,
        busyUntilMs: upload === undefined ? 0 : upload.atMs + PROCESSING_PATIENCE_MS,
      }).catch((error: unknown) => {
        // Interrupted before it was sent; of anything else that failed, who knows.
        if (owned !== undefined && error instanceof Interrupted)
          ledger.note({ event: 'kept', id: owned })
        throw error
      })
      if (owned !== undefined) noteDeletion(owned, exchange)
      return exchange
    },
    async request(step, { method, path, body, credentials = 'configured' }) {
      const exchange = await send(step, 'set-up', {
        method,
        target: `${target.basePath}${collection}${path}`,
        headers: [
          ...requestHeaders(target, credentials),
          ...(body === undefined ? [] : ([['content-type', body.mediaType]] as const)),
        ],
        body: body?.octets,
        credentials,
        sentBody: body && describeBody(body),
      })
      const id = createdId(exchange)
      const sent = exchange.request.body
      if (id !== undefined && sent !== undefined) {
        uploads.set(id, { atMs: performance.now(), body: sent })
      }
      return exchange
    },
  }
}

/** The `id` of a file object in a 2xx answer, if there is a usable one. */
export function createdId(exchange: Exchange): string | undefined {
  const { response } = exchange
  if (response === undefined || Math.floor(response.status / 100) !== 2) return undefined
  try {
    const { id } = JSON.parse(Buffer.from(response.body).toString('utf8')) as { id?: unknown }
    // What a path would swallow can be no file of ours to delete.
    return typeof id === 'string' && !/^\.{0,2}$/.test(id) ? id : undefined
  } catch {
    return undefined
  }
}

/** Whether an exchange was answered at all. */
export function isAnswered(exchange: Exchange): exchange is Answered {
  return exchange.response !== undefined
}

interface Outgoing {
  readonly method: string
  readonly target: string
  readonly headers: readonly Header[]
  readonly body?: Uint8Array | undefined
  readonly credentials: Credentials
  readonly sentBody?: SentBody | undefined
  readonly id?: string | undefined
  readonly upload?: SentBody | undefined
  /** Until when (`performance.now()`) a 409 means "still processing". */
  readonly busyUntilMs?: number
}

function requestHeaders(target: Target, credentials: Credentials): readonly Header[] {
  const authorization = authorizationFor(target, credentials)
  return [
    ['accept', 'application/json'],
    ['user-agent', `${TOOL.name}/${TOOL.version}`],
    ...(authorization === undefined ? [] : ([['authorization', authorization]] as const)),
    ...target.headers,
  ]
}

/** Header fields, of which those given later replace those of the same name. */
function overridden(headers: readonly Header[], by: readonly Header[]): readonly Header[] {
  return [...headers.filter(([name]) => !by.some(([other]) => other === name)), ...by]
}

function describeBody({
  octets,
  mediaType,
  filename,
  fileBytes,
}: NonNullable<PlainRequest['body']>): SentBody {
  const sha256 = createHash('sha256').update(octets).digest('hex')
  return { mediaType, bytes: octets.byteLength, sha256, filename, fileBytes }
}
