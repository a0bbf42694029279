import { createHash } from 'node:crypto'
import { InternalError, Interrupted } from '../../model/errors.ts'
import {
  type Action,
  type Credentials,
  type Exchange,
  type Header,
  isAnswered,
  METHOD_OVERRIDES,
  type Purpose,
  type SentBody,
  type SentText,
  type SentUpload,
} from '../../model/exchange.ts'
import { idOf, segmentOf } from '../../model/path-segment.ts'
import { isSuccess } from '../../model/reads.ts'
import type { DeletionOptions } from '../../model/requirement.ts'
import type { PlainRequest, ResourceReadings } from '../../model/resource.ts'
import { type Decision, type DeleteGuard, isOwn, type Refused } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import type { Environment, Step } from './environment.ts'
import type { RetryableRequest } from './retry-policy.ts'
import { authorizationsFor, isAuthenticated, type Target } from './target.ts'
import { TOOL } from './tool.ts'

/** Conditions of a deletion. */
export interface SendOptions extends DeletionOptions {
  /** Whether the path ends with the collection, without a slash. */
  readonly bare?: true
  /** Whether it goes out on the connection of the step before. */
  readonly follows?: true | undefined
  /** Asked when its turn has come: the reason why it is not sent any more. */
  readonly unless?: () => string | undefined
}

/** Conditions of another request. */
export interface RequestOptions extends Pick<SendOptions, 'unless'> {
  /** Number in the ledger of the resource that it creates, which is noted there when its id is known. */
  readonly creates?: number
  /** Resource of this run that it looks for, before that is to be removed again. */
  readonly looksFor?: string
}

/** Only way to a target: every request passes here, and is recorded. */
export interface Client {
  /**
   * Deletes by path segment.
   *
   * @throws InternalError if the run neither owns the id nor knows it to be nobody's: nothing is sent
   * @throws Interrupted if the run was interrupted before it was sent
   */
  delete(step: Step, segment: string, options?: SendOptions): Promise<Exchange>
  /** Decides whether an owned id may be deleted though it is gone. */
  decideAgain(id: string, listed?: readonly string[]): Decision
  /** Decides whether `delete` would send a request for this segment, and why. */
  decide(segment: string, options?: DeletionOptions): Decision
  /** @throws InternalError if it could change what this run does not own: nothing is sent */
  request(step: Step, request: PlainRequest, options?: RequestOptions): Promise<Exchange>
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
  readonly readings: Pick<ResourceReadings, 'created'>
  /** Path under which resources are deleted, `/v1/files`. */
  readonly collection: string
  /** Word of the verifier, which goes with every request. */
  readonly challenge?: string | undefined
  /** Uploads by the id that they created, shared by all clients of a run. */
  readonly uploads: Map<string, Upload>
  /** Told of every exchange. */
  readonly record: (exchange: Exchange) => void
}

/** A request that is ready to be sent, and what is recorded of it. */
interface Outgoing extends RetryableRequest {
  readonly purpose: Purpose
  readonly action: Action
  readonly id?: string | undefined
  readonly upload?: SentUpload | undefined
  readonly credentials: Credentials
  readonly sentBody?: SentBody | undefined
  /** Header fields that a requirement adds: they hold no secret. */
  readonly ownHeaders?: readonly Header[] | undefined
  readonly follows?: true | undefined
}

/** Time in which a new upload may be "still processing" (409): SDKs are known to wait 10 to 15 s. */
const PROCESSING_MS = 20_000

const NO_SECOND = 'not sent: the token of the second account is not given'

const CHALLENGE_HEADER = 'x-conformance-challenge'
const RECORDED_HEADERS = ['accept', 'content-type', 'user-agent', CHALLENGE_HEADER]

export function createClient(parts: ClientParts): Client {
  const { target, ledger, guard, collection, uploads, readings } = parts
  // A field that the user gives is recorded by its name alone, as `verify` knows no more of it.
  const isRecorded = (name: string, own: readonly Header[]) =>
    !gives(target, name) &&
    (RECORDED_HEADERS.includes(name) || own.some(([another]) => another === name))

  /** @param settle - notes the outcome before anything else can fail */
  async function send(
    step: Step,
    wire: Outgoing,
    settle: (exchange: Exchange) => void,
  ): Promise<Exchange> {
    const { attempts, startedAtMs, waitMs, durationMs, ...result } =
      await parts.environment.exchange(step, wire)
    const { purpose, action, id, upload, method, credentials, sentBody } = wire
    const exchange: Exchange = {
      ...step,
      purpose,
      action,
      ...(id === undefined ? {} : { id }),
      ...(upload === undefined ? {} : { upload }),
      ...(wire.follows && { follows: wire.follows }),
      request: {
        method,
        target: wire.target,
        headers: wire.headers.filter(([name]) => isRecorded(name, wire.ownHeaders ?? [])),
        credentials:
          credentials === 'configured' && !isAuthenticated(target) ? 'none' : credentials,
        ...(sentBody === undefined ? {} : { body: sentBody }),
      },
      ...('response' in result ? { response: result.response } : { failure: result.failure }),
      attempts,
      startedAtMs,
      waitMs,
      durationMs,
    }
    settle(exchange)
    parts.record(exchange)
    return exchange
  }

  const noteDeletion = (id: string, exchange: Exchange) => {
    const gone = isSuccess(exchange)
    if (gone) uploads.delete(id)
    if (gone || isAnswered(exchange) || exchange.failure?.kind === 'not-sent') {
      ledger.note({ event: gone ? 'deleted' : 'kept', id })
    }
  }

  /** Names the credentials with which a resource was made. */
  const ownerOf = (id: string | undefined) =>
    id !== undefined && ledger.state.second.has(id) ? 'second' : 'configured'
  const noToken = (credentials: Credentials) =>
    credentials === 'second' && target.secondAuthorization === undefined ? NO_SECOND : undefined

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
      if (!decision.allowed) throw refusal(step, segment, decision)
      const owner = ownerOf(id)
      const { purpose = 'operation', query, body, chunked, credentials = owner } = options
      const owned = isOwn(decision) ? id : undefined
      const upload = id === undefined ? undefined : uploads.get(id)
      if (owned !== undefined) ledger.note({ event: 'deleting', id: owned })
      const wire: Outgoing = {
        purpose,
        action: 'delete',
        method: 'DELETE',
        target: `${target.basePath}${collection}${options.bare ? '' : `/${segment}`}${query === undefined ? '' : `?${query}`}`,
        headers: overridden(
          requestHeaders(parts, credentials).filter(([name]) => !options.without?.includes(name)),
          options.headers,
        ),
        body: body === undefined ? undefined : Buffer.from(body),
        chunked,
        ownHeaders: options.headers,
        follows: options.follows,
        sentBody:
          body === undefined ? undefined : { ...sentText(body), ...(chunked && { chunked }) },
        credentials,
        id,
        upload: upload?.body,
        unless: () => noToken(credentials) ?? options.unless?.(),
        removes: credentials === owner ? owned : undefined,
        busyUntilMs: upload === undefined ? 0 : upload.atMs + PROCESSING_MS,
      }
      const settle = (exchange: Exchange) => {
        if (owned !== undefined) noteDeletion(owned, exchange)
      }
      return send(step, wire, settle).catch((error: unknown) => {
        // Interrupted before it was sent. After any other error, the file may be gone.
        if (owned !== undefined && error instanceof Interrupted)
          ledger.note({ event: 'kept', id: owned })
        throw error
      })
    },
    async request(step, request, options = {}) {
      const { method, path, body, id, action, credentials = ownerOf(id) } = request
      const { creates, looksFor, unless } = options
      const isSafe = creates !== undefined || isRead(request)
      const [segment = ''] = path.slice(1).split('?')
      if (!isSafe && !isOwn(guard.decide(segment))) {
        throw new InternalError(
          `${step.requirement}: ${method} for ${path}, which is not this run's`,
        )
      }
      const headers = overridden(requestHeaders(parts, credentials), request.headers)
      const isUpload = body !== undefined && 'octets' in body
      const wire: Outgoing = {
        purpose: 'set-up',
        action,
        id,
        method,
        target: `${target.basePath}${collection}${path}`,
        headers: isUpload ? [...headers, ['content-type', body.mediaType]] : headers,
        body: body && (isUpload ? body.octets : Buffer.from(body.text)),
        credentials,
        ownHeaders: request.headers,
        sentBody: body && (isUpload ? describeUpload(body) : sentText(body.text)),
        creates,
        looksFor,
        unless: () => noToken(credentials) ?? unless?.(),
      }
      return send(step, wire, (exchange) => {
        const created = action === 'create' ? readings.created(exchange) : undefined
        const sent = exchange.request.body
        if (created === undefined || sent === undefined || !('filename' in sent)) return
        if (creates !== undefined)
          ledger.note({ event: 'answered', id: created.id, upload: creates })
        const by = credentials === 'second' ? ({ by: 'second' } as const) : {}
        uploads.set(created.id, { atMs: performance.now(), body: { ...sent, ...by } })
      })
    },
  }
}

/** Methods that no server takes for a deletion, unless something else in the request says so. */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Tells whether no server could take a request for a deletion, or for any other change. */
export function isRead({ method, path, headers = [], body }: PlainRequest): boolean {
  return (
    SAFE_METHODS.includes(method) &&
    body === undefined &&
    !headers.some(([name]) => METHOD_OVERRIDES.includes(name)) &&
    !/[?&]_?(?:method|action)=/i.test(path)
  )
}

function refusal({ requirement }: Step, segment: string, { reading, witness }: Refused): Error {
  return new InternalError(
    `${requirement}: refused to send DELETE for ${JSON.stringify(segment)}: ${reading}, a server would take ${JSON.stringify(witness)}`,
  )
}

function requestHeaders(
  { target, challenge }: ClientParts,
  credentials: Credentials,
): readonly Header[] {
  const own: readonly Header[] = [
    ['accept', 'application/json'],
    ['user-agent', `${TOOL.name}/${TOOL.version}`],
    ...(challenge === undefined ? [] : ([[CHALLENGE_HEADER, segmentOf(challenge)]] as const)),
    ...authorizationsFor(target, credentials).map((value) => ['authorization', value] as const),
  ]
  const kept = own.filter(([name]) => name !== 'user-agent' || !gives(target, name))
  return [...kept, ...target.headers]
}

/** Tells whether the user gives a header field of this name. */
function gives({ headers }: Target, name: string): boolean {
  return headers.some(([given]) => given === name)
}

/** Replaces header fields by others of the same name. */
function overridden(headers: readonly Header[], by: readonly Header[] = []): readonly Header[] {
  return [...headers.filter(([name]) => !by.some(([other]) => other === name)), ...by]
}

function sentText(text: string): SentText {
  return { bytes: Buffer.byteLength(text), text }
}

function describeUpload(
  body: Extract<PlainRequest['body'], { readonly octets: Uint8Array }>,
): SentUpload {
  const { octets, mediaType, filename, fileBytes, fileSha256, form } = body
  const sha256 = createHash('sha256').update(octets).digest('hex')
  const file = { mediaType, bytes: octets.byteLength, sha256, filename, fileBytes, fileSha256 }
  return form === undefined ? file : { ...file, form }
}
