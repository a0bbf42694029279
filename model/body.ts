import { isUtf8 } from 'node:buffer'
import type { Response } from './exchange.ts'

/** A body read as JSON, or why it is none. */
type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly received: string }

/** What was read stays with an answer of so many octets: of a larger one it may take thirty times as many. */
const KEPT_BYTES = 16 * 1024
const readBefore = new WeakMap<Response, JsonBody>()
/** The larger one that was read last: a dozen requirements look into each, one after the other. */
let last: { readonly response: Response; readonly body: JsonBody } | undefined

/** Levels of arrays and objects that are read (RFC 8259 §9): many parsers stop far above, some at 64. */
const MAX_DEPTH = 500

/**
 * Reads a whole body as JSON in UTF-8 without a byte order mark (RFC 8259 §8.1), nested no deeper than
 * 500 levels, once for all who ask.
 */
export function jsonBody(response: Response): JsonBody {
  const before = last?.response === response ? last.body : readBefore.get(response)
  if (before !== undefined) return before
  const body = read(response)
  if (response.body.byteLength <= KEPT_BYTES) readBefore.set(response, body)
  else last = { response, body }
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
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, received: text }
  }
  return text.length > MAX_DEPTH && depthOf(text) > MAX_DEPTH
    ? { ok: false, received: `JSON nested deeper than ${MAX_DEPTH} levels` }
    : { ok: true, value }
}

/** Levels of arrays and objects in a text that is JSON; counted without recursion, which they would exhaust. */
function depthOf(text: string): number {
  let open = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') inString = !inString
    else if (inString) at += character === '\\' ? 1 : 0
    else if (character === '[' || character === '{') {
      open += 1
      deepest = Math.max(deepest, open)
    } else if (character === ']' || character === '}') open -= 1
  }
  return deepest
}
