import { isUtf8 } from 'node:buffer'
import type { Response } from './exchange.ts'

/** A body read as JSON, or why it is none. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly received: string }

const readBefore = new WeakMap<Response, JsonBody>()

/**
 * Reads a whole body as JSON in UTF-8 without a byte order mark (RFC 8259 §8.1), once for
 * all who ask.
 */
export function jsonBody(response: Response): JsonBody {
  const before = readBefore.get(response)
  if (before !== undefined) return before
  const body = read(response)
  readBefore.set(response, body)
  return body
}

function read(response: Response): JsonBody {
  if (response.cut !== undefined) {
    return {
      ok: false,
      received: `${response.body.byteLength} octets, then ${response.cut.message}`,
    }
  }
  if (response.body.byteLength === 0) return { ok: false, received: 'an empty body' }
  if (!isUtf8(response.body)) return { ok: false, received: 'octets that are no UTF-8' }
  const text = Buffer.from(
    response.body.buffer,
    response.body.byteOffset,
    response.body.byteLength,
  ).toString('utf8')
  if (text.startsWith('\uFEFF')) return { ok: false, received: 'a byte order mark before the body' }
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false, received: text }
  }
}
