import { decodeHTML } from 'entities/decode'

/** A stretch of a text: where it begins, and where what follows it begins. */
export type Span = readonly [start: number, end: number]

/** A line of base 64 is broken after 76 characters (RFC 2045 §6.8) or 64 (RFC 7468 §2). */
const SHORTEST_LINE = 64

/** Meaning of a text, or of a part of it, in one way of spelling. */
interface Decoded {
  readonly text: string
  /** Returns the stretches of the first text that these were decoded from. */
  origins(spans: readonly Span[]): readonly Span[]
}

/**
 * Prepares the decoding of texts, which are strings of octets (latin1).
 *
 * JSON escapes, percent-encoding, HTML entities, base 64 and hexadecimal are decoded, each by itself, and as
 * far as the result could hold a secret.
 *
 * @param secrets - in all their octets
 */
export function decodingsFor(secrets: readonly string[]): (text: string) => Iterable<Decoded> {
  const shortest = Math.min(...secrets.map(({ length }) => length))
  const digits = Math.ceil((shortest * 4) / 3)
  const line = Math.min(digits, SHORTEST_LINE)
  const base64 = new RegExp(`[\\w+/-]{${line},}(?:\\r?\\n[\\w+/-]+)*`, 'g')
  const hex = new RegExp(`[0-9a-f]{${2 * shortest},}`, 'gi')
  const readable = readableBeside(secrets, shortest)
  return function* decodings(text) {
    for (const { sign, pattern, meaning } of NOTATIONS) {
      if (!text.includes(sign)) continue
      const decoded = text.replace(pattern, meaning)
      if (decoded === text) continue
      yield { text: decoded, origins: (spans) => replacedIn(text, pattern, meaning, spans) }
    }
    for (const [run, index] of matchesOf(base64, text)) {
      if (run.length >= digits) yield* runDecoded(run, index, BASE64, readable)
    }
    for (const [run, index] of matchesOf(hex, text)) {
      yield* runDecoded(run, index, HEX, readable)
    }
  }
}

/** Lists matches. `matchAll` makes a new pattern each time, which takes as long as all the rest. */
function matchesOf(pattern: RegExp, text: string): readonly (readonly [string, number])[] {
  const found: [string, number][] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push([match[0], match.index])
  }
  return found
}

/** Notations of single characters. */
const NOTATIONS: readonly {
  /** Part of each match. */
  readonly sign: string
  readonly pattern: RegExp
  /** Returns the octets that a match stands for, or the match if it means nothing. */
  readonly meaning: (match: string) => string
}[] = [
  {
    sign: '\\',
    // JSON (RFC 8259 §7), and what JavaScript and Python add to it.
    pattern:
      /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\}|x[\da-fA-F]{2}|["'\\/bfnrt])/g,
    meaning(match) {
      const kind = match[1] ?? ''
      if (kind === 'x') return String.fromCharCode(Number.parseInt(match.slice(2), 16))
      if (kind !== 'u') return CONTROLS[kind] ?? kind
      if (match[2] === '{') return characterOf(Number.parseInt(match.slice(3), 16), match)
      const units = match.split('\\u').slice(1)
      return utf8Of(String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16))))
    },
  },
  {
    sign: '%',
    // The old `escape()` writes `%u00e4`.
    pattern: /%(?:u[\da-f]{4}|[\da-f]{2})/gi,
    meaning(match) {
      const octet = match.length === 3
      const code = Number.parseInt(match.slice(octet ? 1 : 2), 16)
      return octet ? String.fromCharCode(code) : characterOf(code, match)
    },
  },
  {
    sign: '&',
    pattern: /&(?:#x0*[\da-f]{1,6}|#0*\d{1,7}|[a-z][a-z\d]{1,31});?/gi,
    meaning(match) {
      if (match[1] !== '#') return utf8Of(decodeHTML(match))
      const hex = match[2] === 'x' || match[2] === 'X'
      return characterOf(Number.parseInt(match.slice(hex ? 3 : 2), hex ? 16 : 10), match)
    },
  },
]

const CONTROLS: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function characterOf(code: number, otherwise: string): string {
  if (code < 0x80) return String.fromCharCode(code)
  return code > 0x10ffff ? otherwise : utf8Of(String.fromCodePoint(code))
}

/** Encodes a text in UTF-8, as a string of octets. */
export function utf8Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Finds where stretches of a decoded text were before; a replacement belongs to them as a whole or not at all. */
function replacedIn(
  text: string,
  pattern: RegExp,
  meaning: (match: string) => string,
  spans: readonly Span[],
): readonly Span[] {
  const matches = text.matchAll(pattern)
  // The last replacement that begins before the position: its place in the text, and its end decoded.
  let [from, to, decodedTo] = [0, 0, 0]
  let next = matches.next()
  const origin = (at: number, end: boolean) => {
    while (!next.done) {
      const { 0: match, index } = next.value
      const begins = decodedTo + index - to
      if (end ? begins >= at : begins > at) break
      ;[from, to] = [index, index + match.length]
      decodedTo = begins + meaning(match).length
      next = matches.next()
    }
    if (at > decodedTo || (!end && at === decodedTo)) return to + at - decodedTo
    return end ? to : from
  }
  return spans.map(([start, end]) => [origin(start, false), origin(end, true)])
}

/** A notation of octets by digits; an octet may begin at `phases` of the first ones. */
interface Digits {
  readonly encoding: 'base64' | 'hex'
  readonly bits: number
  readonly phases: number
}

const BASE64: Digits = { encoding: 'base64', bits: 6, phases: 4 }
const HEX: Digits = { encoding: 'hex', bits: 4, phases: 2 }

/** Matches stretches of octets of which secrets and all their spellings consist. */
function readableBeside(secrets: readonly string[], shortest: number): RegExp {
  const beside = Buffer.from(secrets.join(''), 'latin1').toString('hex').replaceAll(/../g, '\\x$&')
  return new RegExp(`[\\x20-\\x7e\\r\\n\\t${beside}]{${shortest},}`, 'g')
}

/**
 * Decodes a run of digits from each digit that could be the first, since other digits may stand before it.
 * Most results are noise: only readable stretches that could hold a secret are yielded.
 */
function* runDecoded(
  run: string,
  index: number,
  { encoding, bits, phases }: Digits,
  readable: RegExp,
): Iterable<Decoded> {
  const digits = run.replaceAll(/\s/g, '')
  let places: readonly number[] | undefined
  const placeOf = (digit: number) => {
    if (digits === run) return index + digit
    places ??= [...run.matchAll(/\S/g)].map((one) => index + one.index)
    return places[digit] ?? index + digit
  }
  for (let first = 0; first < phases; first += 1) {
    const octets = Buffer.from(digits.slice(first), encoding).toString('latin1')
    for (const [text, from] of matchesOf(readable, octets)) {
      yield {
        text,
        origins(spans) {
          return spans.map(([start, end]) => [
            placeOf(first + Math.floor(((from + start) * 8) / bits)),
            placeOf(first + Math.ceil(((from + end) * 8) / bits) - 1) + 1,
          ])
        },
      }
    }
  }
}
