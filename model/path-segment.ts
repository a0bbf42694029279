import { isUtf8 } from 'node:buffer'
import { PLACEHOLDER } from './exchange.ts'

/** Reserved characters (RFC 3986 §2.2) that `encodeURIComponent` does not encode. */
const RESERVED = /[!'()*]/g

/**
 * Encodes an id as one path segment: all but the unreserved characters (RFC 3986 §2.3) are percent-encoded
 * from UTF-8. A lone surrogate becomes U+FFFD.
 */
export function segmentOf(id: string): string {
  return encodeURIComponent(id.toWellFormed()).replaceAll(
    RESERVED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Decodes a segment to octets; a percent sign without two hexadecimal digits stands for itself. */
export function octetsOf(segment: string): Buffer {
  const octets = Buffer.from(segment, 'latin1').toString('latin1')
  const decoded = octets.replaceAll(/%[\da-f]{2}/gi, (encoded) =>
    String.fromCharCode(Number.parseInt(encoded.slice(1), 16)),
  )
  return Buffer.from(decoded, 'latin1')
}

/** Decodes a segment to an id; undefined if its octets are no UTF-8. */
export function idOf(segment: string): string | undefined {
  const octets = octetsOf(segment)
  return isUtf8(octets) ? octets.toString('utf8') : undefined
}

/** Characters of an id at most: gateways that hold a whole record in base 64 need some hundred. */
const MAX_LENGTH = 1024

/**
 * Tells whether a value that a target gives as an id can be requested: a string that is no dot segment, that
 * UTF-8 can spell (a lone surrogate would become another id), that fits into a request line, and that was
 * not redacted.
 */
export function isUsableId(id: unknown): id is string {
  if (typeof id !== 'string' || id.length > MAX_LENGTH || id.includes(PLACEHOLDER)) return false
  return !/^\.{0,2}$|\p{Cs}/u.test(id)
}
