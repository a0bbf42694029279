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

const PERCENT = 0x25

/** Decodes a segment to octets; a percent sign without two hexadecimal digits stands for itself. */
export function octetsOf(segment: string): Buffer {
  const octets = Buffer.from(segment, 'latin1')
  let end = octets.indexOf(PERCENT)
  if (end < 0) return octets
  for (let at = end; at < octets.length; at += 1) {
    const octet = octets[at] as number
    const decoded = octet === PERCENT ? hexOctet(octets[at + 1], octets[at + 2]) : undefined
    octets[end] = decoded ?? octet
    end += 1
    if (decoded !== undefined) at += 2
  }
  return octets.subarray(0, end)
}

function hexOctet(high: number | undefined, low: number | undefined): number | undefined {
  const [first, second] = [hexDigit(high), hexDigit(low)]
  return first === undefined || second === undefined ? undefined : first * 16 + second
}

function hexDigit(code = 0): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}

const PRINTABLE_ASCII = /^[!-~]*$/

/** Decodes a segment to an id; undefined if its octets are no UTF-8. */
export function idOf(segment: string): string | undefined {
  try {
    // The quick way for results of `segmentOf`.
    if (PRINTABLE_ASCII.test(segment)) return decodeURIComponent(segment)
  } catch {
    // A stray percent sign, or no UTF-8.
  }
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
