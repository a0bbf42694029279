import { isUtf8 } from 'node:buffer'
import type { Response } from './exchange.ts'

/** Value of a body in JSON, or what was received instead. */
type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly received: string }

/** Octets of a body whose value is kept: a value may take thirty times as many. */
const KEPT_BYTES = 16 * 1024
const readBefore = new WeakMap<Response, JsonBody>()
/** Value of the last larger body: a dozen requirements look into each, one after the other. */
let last: { readonly response: Response; readonly body: JsonBody } | undefined

/** Levels of arrays and objects that are read (RFC 8259 §9): many parsers stop far above, some at 64. */
const MAX_DEPTH = 500

/**
 * Reads a whole body as JSON in UTF-8 without a byte order mark (RFC 8259 §8.1), nested no deeper than
 * 500 levels. It is parsed once for all callers.
 */
export function jsonBody(response: Response): JsonBody {
  const before = last?.response === response ? last.body : readBefore.get(response)
  if (before !== undefined) return before
  const body = read(response)
  if (response.body.byteLength <= KEPT_BYTES) readBefore.set(response, body)
  else last = { response, body }
  return body
}

function read({ body, cut }: Response): JsonBody {
  const not = (received: string): JsonBody => ({ ok: false, received })
  if (cut !== undefined) return not(`${body.byteLength} octets, then ${cut.message}`)
  if (body.byteLength === 0) return not('an empty body')
  if (!isUtf8(body)) return not('octets that are no UTF-8')
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  if (text.startsWith('\uFEFF')) return not('a byte order mark before the body')
  try {
    const value: unknown = JSON.parse(text)
    const isTooDeep = text.length > MAX_DEPTH && depthOf(text) > MAX_DEPTH
    return isTooDeep ? not(`JSON nested deeper than ${MAX_DEPTH} levels`) : { ok: true, value }
  } catch {
    return not(text)
  }
}

/** Counts the levels of arrays and objects in JSON, without recursion, which they could exhaust. */
function depthOf(text: string): number {
  let open = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') {
      open += 1
      deepest = Math.max(deepest, open)
    } else if (character === ']' || character === '}') open -= 1
  }
  return deepest
}

/** Finds the quote that ends the string which begins at a place in JSON. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at > 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text[at - 1 - escapes] === '\\') escapes += 1
    if (escapes % 2 === 0) return at
  }
  return text.length
}

/** Strings of JSON, with what shows that one is a name, and the limits of objects. */
const NAMES_AND_LIMITS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g

/** Finds the first name that an object in well-formed JSON has twice, however the name is escaped. */
export function nameTwiceIn(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, name, colon] of text.matchAll(NAMES_AND_LIMITS)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (name !== undefined && colon !== undefined) {
      const names = open.at(-1)
      const read = String(JSON.parse(name))
      if (names?.has(read) === true) return read
      names?.add(read)
    }
  }
  return undefined
}

const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"/g
/** Characters that are shown round half a character. */
const SHOWN_AROUND = 20

/** Finds half a character in well-formed JSON, a lone surrogate, and what stands round it. */
export function halfCharacterIn(text: string): string | undefined {
  if (!/\\ud[89a-f]/i.test(text)) return undefined
  for (const [token] of text.matchAll(STRINGS)) {
    const value = String(JSON.parse(token))
    const at = value.search(/\p{Cs}/u)
    if (at >= 0) return value.slice(Math.max(0, at - SHOWN_AROUND), at + SHOWN_AROUND)
  }
  return undefined
}
