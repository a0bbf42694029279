import { MAX_BODY_BYTES } from '../../harness/http/response-body.ts'
import { UsageError } from '../../model/errors.ts'
import type { Header, Response } from '../../model/exchange.ts'

/** An answer whose body has yet to be read: a `Response` of `fetch`, or what undici's `request` gives. */
export type StreamedAnswer = BodyReader | { readonly statusCode: number; readonly body: BodyReader }

interface BodyReader {
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Header fields as clients have them: `Headers`, pairs, or an object. */
export type HeaderFields =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | number | readonly string[] | undefined>>

/** An answer whose body is there already, as `inject` of fastify and supertest give one, too. */
export interface PlainAnswer {
  readonly status?: number
  /** The status, where it has this name. */
  readonly statusCode?: number
  readonly headers?: HeaderFields
  /** Octets, text, or a value that stands for its JSON; undefined for an empty body. */
  readonly body: unknown
  /** The body as it was received, where `body` is what was made of it. */
  readonly text?: unknown
}

interface Fetched {
  readonly status: number
  readonly headers: HeaderFields
  readonly bodyUsed: boolean
  clone(): { readonly body: AsyncIterable<Uint8Array> | null }
}

interface Requested {
  readonly statusCode: number
  readonly headers: HeaderFields
  readonly body: AsyncIterable<Uint8Array> & { readonly bodyUsed?: boolean }
}

/**
 * What was received, in one form. Of a `Response` a clone is read, so that the caller can still read
 * it; the body of undici's answer can be read once, and is read here.
 *
 * @throws UsageError if it is no answer, or its body was read before
 */
export function responseOf(received: unknown): Response | Promise<Response> {
  if (isFetched(received)) {
    refuseUsed(received.bodyUsed)
    return streamed(received.status, received.headers, received.clone().body)
  }
  if (isRequested(received)) {
    refuseUsed(received.body.bodyUsed ?? false)
    return streamed(received.statusCode, received.headers, received.body)
  }
  if (isPlain(received)) {
    const { status, statusCode, headers = {}, body, text } = received
    return {
      status: status ?? (statusCode as number),
      headers: fieldsOf(headers),
      ...bodyOf(typeof text === 'string' ? text : body),
    }
  }
  throw new UsageError(
    'toMatchContract: found no answer; accepted are a Response of fetch, an answer of undici, and { status, headers, body }',
  )
}

async function streamed(
  status: number,
  headers: HeaderFields,
  body: AsyncIterable<Uint8Array> | null,
): Promise<Response> {
  return { status, headers: fieldsOf(headers), ...(await readBody(body)) }
}

function refuseUsed(used: boolean): void {
  if (!used) return
  throw new UsageError(
    'toMatchContract: the body was read already; accepted is an answer before that, or { status, headers, body }',
  )
}

function fieldsOf(headers: HeaderFields): readonly Header[] {
  const pairs: Iterable<readonly [string, unknown]> =
    Symbol.iterator in headers
      ? (headers as Iterable<readonly [string, string]>)
      : Object.entries(headers)
  return [...pairs].flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== undefined)
      .map((one) => [name.toLowerCase(), String(one)] as const),
  )
}

function isFetched(value: unknown): value is Fetched {
  const { status, clone, bodyUsed } = fieldsIn(value)
  return typeof status === 'number' && typeof clone === 'function' && typeof bodyUsed === 'boolean'
}

function isRequested(value: unknown): value is Requested {
  const { statusCode, body } = fieldsIn(value)
  if (typeof statusCode !== 'number' || typeof body !== 'object' || body === null) return false
  return Symbol.asyncIterator in body
}

/** A `body` must be there: what has none is another client's answer, and not an empty one. */
function isPlain(value: unknown): value is PlainAnswer {
  const { status, statusCode } = fieldsIn(value)
  return Number.isInteger(status ?? statusCode) && 'body' in (value as object)
}

function fieldsIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A body as far as it could be read. */
type Body = Pick<Response, 'body' | 'cut'>

/** A body that is there already: octets, text, or a value that stands for its JSON. */
function bodyOf(value: unknown): Body {
  if (value === undefined) return { body: new Uint8Array() }
  if (typeof value === 'string') return { body: Buffer.from(value) }
  if (value instanceof ArrayBuffer) return { body: new Uint8Array(value) }
  if (ArrayBuffer.isView(value)) {
    return { body: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) }
  }
  return { body: Buffer.from(JSON.stringify(value)) }
}

/** Reads a body up to {@link MAX_BODY_BYTES}; one that ends early is a cut one, as on the wire. */
async function readBody(stream: AsyncIterable<Uint8Array> | null): Promise<Body> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of stream ?? []) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes > MAX_BODY_BYTES) {
        const message = `more than ${MAX_BODY_BYTES} octets of body`
        return { body: Buffer.concat(chunks), cut: { by: 'size', message } }
      }
    }
  } catch (error) {
    const message = `the body ended early: ${error}`
    return { body: Buffer.concat(chunks), cut: { by: 'connection', message } }
  }
  return { body: Buffer.concat(chunks) }
}
