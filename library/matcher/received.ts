import { collectBody } from '../../harness/http/response-body.ts'
import { UsageError } from '../../model/errors.ts'
import type { CutBody, Header, Response } from '../../model/exchange.ts'

/** Answer whose body is not read yet: a `Response` of `fetch`, or the result of undici's `request`. */
export type StreamedAnswer = BodyReader | { readonly statusCode: number; readonly body: BodyReader }

interface BodyReader {
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Header fields as clients have them: `Headers`, pairs, or an object. */
export type HeaderFields =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | number | readonly string[] | undefined>>

/** Answer whose body is already read. fastify's `inject` and supertest give one, too. */
export interface PlainAnswer {
  readonly status?: number
  /** Status, by its other usual name. */
  readonly statusCode?: number
  readonly headers?: HeaderFields
  /** Octets, text, or a value to be written as JSON; undefined for an empty body. */
  readonly body: unknown
  /** Body as it was received, if `body` was parsed from it. */
  readonly text?: unknown
}

type Stream = AsyncIterable<Uint8Array> & { readonly bodyUsed?: boolean }

/** Properties of all kinds of answers. */
interface AnyAnswer extends PlainAnswer {
  readonly bodyUsed?: boolean
  clone?(): { readonly body: Stream | null }
}

/**
 * Reads an answer of any client. It reads a clone of a `Response`, so that the caller can still read the body.
 * The body of undici's answer can be read only once, and is read here.
 *
 * @throws UsageError if the value is no answer, or its body was read before
 */
export function responseOf(received: unknown): Response | Promise<Response> {
  const isObject = typeof received === 'object' && received !== null
  const answer = (isObject ? received : {}) as Partial<AnyAnswer>
  const { status, statusCode, headers = {}, body, bodyUsed, text } = answer
  if (
    typeof status === 'number' &&
    typeof bodyUsed === 'boolean' &&
    typeof answer.clone === 'function'
  ) {
    refuseUsed(bodyUsed)
    return streamed(status, headers, answer.clone().body)
  }
  if (typeof statusCode === 'number' && isStream(body)) {
    refuseUsed(body.bodyUsed)
    return streamed(statusCode, headers, body)
  }
  const either = status ?? statusCode
  // An answer without `body` comes from an unknown client, and need not be empty.
  if (either !== undefined && Number.isInteger(either) && 'body' in answer) {
    const octets = octetsOf(typeof text === 'string' ? text : body)
    return { status: either, headers: fieldsOf(headers), body: octets }
  }
  if ('then' in answer) {
    throw new UsageError(
      'toMatchContract: found a promise; accepted is its answer: await expect(await fetch(…)).toMatchContract(…)',
    )
  }
  throw new UsageError(
    'toMatchContract: found no answer; accepted are a Response of fetch, an answer of undici, and { status, headers, body }',
  )
}

function isStream(body: unknown): body is Stream {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function refuseUsed(used = false): void {
  if (!used) return
  throw new UsageError(
    'toMatchContract: the body was read already; accepted is an answer before that, or { status, headers, body }',
  )
}

/** Reads a body within the bound of any other answer. If it ends early, it is cut, as on the wire. */
async function streamed(
  status: number,
  headers: HeaderFields,
  stream: Stream | null,
): Promise<Response> {
  const fields = fieldsOf(headers)
  const body = collectBody()
  const response = (cut?: CutBody): Response => ({
    status,
    headers: fields,
    body: body.received(),
    ...(cut && { cut }),
  })
  try {
    const chunks = stream?.[Symbol.asyncIterator]()
    for (let next = await chunks?.next(); next?.done === false; next = await chunks?.next()) {
      if (body.add(Buffer.from(next.value))) continue
      // Not awaited: the clone of a body ends only when the other half does.
      chunks?.return?.().catch(() => undefined)
      return response(body.tooLarge)
    }
    return response()
  } catch (error) {
    return response({ by: 'connection', message: `the body ended early: ${error}` })
  }
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

function octetsOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array()
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  }
  return Buffer.from(JSON.stringify(body))
}
