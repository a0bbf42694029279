import { HOMOGLYPHS } from '../../model/homoglyphs.ts'
import { UUID } from '../../model/id-scheme.ts'
import { octetsOf, segmentOf } from '../../model/path-segment.ts'

/** A way to resemble an id: its kind, which of that kind, and which places of the id it changes. */
interface NearMiss {
  readonly kind: string
  readonly variety: number
  readonly round: number
}

/** An id to resemble, and what may stand beside it. */
export interface Beside {
  readonly id: string
  /** Positions of the id that are random, or that may be changed instead. */
  readonly places: readonly number[]
  /** Id of a second file. */
  readonly other: string
  readonly runId: string
  /** Name under which its file was uploaded. */
  readonly name?: string | undefined
}

/** Writes a near-miss as a path segment. */
type Spelling = (beside: Beside, round: number) => string

/** Makes a spelling of each item. */
const each = <T>(
  items: readonly T[],
  spell: (id: string, item: T) => string,
): readonly Spelling[] => items.map((item) => (beside: Beside) => spell(beside.id, item))
/** Suffixes with which a server that cuts, trims, or reads on finds the id itself. */
const behind = (...suffixes: readonly string[]) =>
  each(suffixes, (id, suffix) => segmentOf(id) + suffix)
const before = (...prefixes: readonly string[]) =>
  each(prefixes, (id, prefix) => prefix + segmentOf(id))
const whole = (...changes: readonly ((id: string) => string)[]) =>
  each(changes, (id, change) => segmentOf(change(id)))
const around = (...pairs: readonly (readonly [string, string])[]) =>
  each(pairs, (id, [prefix, suffix]) => prefix + segmentOf(id) + suffix)
/** Makes so many spellings, each at another place of the id. */
const atPlaces = (
  count: number,
  change: (id: string, at: number, nth: number) => string,
): readonly Spelling[] =>
  Array.from({ length: count }, (_, nth) => ({ id, places }: Beside, round: number) => {
    const at = places[Math.floor((nth * places.length) / count + round) % places.length] ?? 0
    return segmentOf(change(id, at, nth))
  })
/** Writes one ASCII character of the id in another way, so late that what stands before it is no other id. */
const written = (...ways: readonly ((code: number) => string)[]): readonly Spelling[] =>
  ways.map((way) => ({ id, places }: Beside) => {
    const at = places.at(-2) ?? 0
    const code = id.charCodeAt(at)
    if (code > 0x7f) return segmentOf(id)
    return segmentOf(id.slice(0, at)) + way(code) + segmentOf(id.slice(at + 1))
  })
/** Writes each letter, where the id has it, as another that folds or decomposes to it. */
const folding = (...letters: readonly (readonly [string, string])[]) =>
  whole(
    ...letters.map(
      ([letter, other]) =>
        (id: string) =>
          id.replace(letter, other),
    ),
  )
/** Puts the id of a second file beside the id. */
const listed = (...spellings: readonly ((id: string, other: string) => string)[]) =>
  spellings.map(
    (spell): Spelling =>
      ({ id, other }) =>
        spell(segmentOf(id), segmentOf(other)),
  )

const ZERO_WIDTH = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u2060',
  '\u0301',
  '\u180e',
  '\u200f',
  '\u202e',
  '\u034f',
  '\ufe0f',
]
const WILDCARDS = ['_', '%', '*', '.', '[0-9A-Za-z]', '.*', '?', '%%']

/** Kinds of near-miss, with the spellings of each. */
const KINDS: Readonly<Record<string, readonly Spelling[]>> = {
  'white space behind': behind('%20', '%09', '%0A', '%0D%0A', '%0B', '%C2%A0', '%E3%80%80', '+'),
  'control character behind': behind('%00', '%01', '%1F', '%7F', '%C2%85', '%00x'),
  extension: behind('.json', '.txt', '.bak', '.', '.0'),
  'wildcard behind': behind('%25', '*', '%3F', '%25%25', '.*'),
  // Comment marks only: what widens a condition would delete everybody's files.
  'quote and comment behind': behind("'", '%22', "'--", "'%20--%20", "'%23", "';--", '%60'),
  'parameter behind': behind(';x=1', '%3Bx=1', '%26x=1', '=', ':x', '@x', '!', '~'),
  'query or fragment behind': behind('%23x', '%3Fx', '%3Fx=1', '%23'),
  'slash behind': behind('%2F', '%2Fcontent', '%5C', '%2F.', '%2F%2F'),
  // biome-ignore lint/plugin/files-api: servers that take any path below a file for the file know this one
  'sub-path behind': behind('/content'),
  'array behind': behind('%5B%5D', '%5B0%5D', '%7B%7D', ',', '%7C'),
  'zero-width behind': behind('%E2%80%8B', '%E2%80%8D', '%EF%BB%BF', '%C2%AD', '%E2%81%A0'),
  'other case': whole(
    (id) =>
      [...id]
        .map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()))
        .join(''),
    (id) => id.toUpperCase(),
    (id) => id.toLowerCase(),
  ),
  'white space before': before('%20', '%09', '%0A', '%C2%A0', '%E2%80%83'),
  'control character before': before('%00', '%01', '%0D'),
  'a prefix': whole(...[1, 2, 3].map((cut) => (id: string) => id.slice(0, -cut))),
  'without its beginning': whole(...[1, 2].map((cut) => (id: string) => id.slice(cut))),
  'a suffix': behind('0', 'x', 'Z', '1', 'aa', '-x', '~1', '~x'),
  'something before': before('0', 'x', 'Z', 'x-', '~', '-', '+'),
  'one character changed': atPlaces(6, (id, at) =>
    replaced(
      id,
      at,
      /[0-8a-yA-Y]/.test(id.charAt(at)) ? String.fromCharCode(id.charCodeAt(at) + 1) : '0',
    ),
  ),
  'one character left out': atPlaces(4, (id, at) => replaced(id, at, '')),
  'two characters swapped': atPlaces(4, (id, at) => {
    const right = Math.max(1, at)
    return id.slice(0, right - 1) + id.charAt(right) + id.charAt(right - 1) + id.slice(right + 1)
  }),
  'wildcard within': atPlaces(WILDCARDS.length, (id, at, nth) => {
    const wildcard = WILDCARDS[nth] ?? ''
    // A percent sign before two hexadecimal digits would be an octet to whoever decodes twice.
    const octet = wildcard === '%' && /^[0-9A-Fa-f]{2}/.test(id.slice(at + 1))
    return replaced(id, at, octet ? '_' : wildcard)
  }),
  'zero-width within': atPlaces(
    ZERO_WIDTH.length,
    (id, at, nth) => id.slice(0, at) + ZERO_WIDTH[nth] + id.slice(at),
  ),
  'compatibility form': [
    ...whole(fullWidth),
    ...atPlaces(3, (id, at) => replaced(id, at, fullWidth(id.charAt(at)))),
  ],
  'digits of another script': whole(
    (id) => digitsFrom(id, 0x0660),
    (id) => digitsFrom(id, 0x0966),
  ),
  'look-alike letter': Array.from({ length: 18 }, (_, nth) => ({ id }: Beside) => {
    const found = [...id].flatMap((letter, at) => (letter in HOMOGLYPHS ? [at] : []))
    const at = found[nth]
    return at === undefined
      ? segmentOf(id)
      : segmentOf(replaced(id, at, HOMOGLYPHS[id.charAt(at)] ?? ''))
  }),
  'dot segments before': [
    ({ id, runId }) => `${runId}%2F..%2F${segmentOf(id)}`,
    ...before('.%2F', '%2E%2F', '..%2F', '..%2Ffiles%2F', '%2F', '%2e%2e%2ffiles%2f'),
    ({ id, runId }) => `${runId}%5C..%5C${segmentOf(id)}`,
    ...before('%252E%252E%252F'),
  ],
  'slashes around': [
    ({ id }) => `%2F${segmentOf(id)}`,
    ({ id, runId }) => `${segmentOf(id)}%2F..%2F${runId}%2F..%2F${segmentOf(id)}`,
  ],
  'encoded twice': [0, 0.25, 0.5, 0.75, 1].map((share) => ({ id }: Beside) => {
    const at = Math.max(0, Math.ceil(share * id.length) - 1)
    const octet = id.charCodeAt(at).toString(16).padStart(2, '0')
    return `${segmentOf(id.slice(0, at))}%25${octet}${segmentOf(id.slice(at + 1))}`
  }),
  'name of its file': [
    ({ name = '' }) => segmentOf(name),
    ({ name = '' }) => segmentOf(name.replace(/\.[^.]*$/, '')),
  ],
  'without its prefix': whole(withoutPrefix, (id) => id.replace(/^.*[-_](?=.)/s, '')),
  'another prefix': whole(
    ...['file_', 'files-', 'File-', 'FILE-', 'asst-', 'file:'].map(
      (prefix) => (id: string) => prefix + withoutPrefix(id),
    ),
  ),
  'another dash': folding(['-', '\u2010'], ['-', '\u2013'], ['-', ''], ['_', '-']),
  'base 64': [
    ...behind('=='),
    ...whole(
      (id) => otherEnd(id, 1),
      (id) => otherEnd(id, 2),
      (id) => id.replaceAll('+', '-').replaceAll('/', '_'),
    ),
  ],
  // What is cut off must be no number, which could be the id of another file: one place or the other is safe.
  'dot segments within': (
    [
      ['/../', 1],
      ['//..//', 1],
      ['/../', 0.5],
    ] as const
  ).map(([dots, share]) => ({ id, places }: Beside) => {
    const at = Math.floor(share * (places[0] ?? 0))
    return segmentOf(id.slice(0, at) + dots + id.slice(at))
  }),
  'stream behind': behind('::$DATA', ':x:$DATA', '%3AZone.Identifier'),
  'dots behind': behind('..', '.%20', '%E3%80%82'),
  'overlong character': written(
    (code) => octets(0xc0 | (code >> 6), 0x80 | (code & 0x3f)),
    (code) => octets(0xe0, 0x80 | (code >> 6), 0x80 | (code & 0x3f)),
  ),
  'escaped character': written(
    (code) => `%u${hex(code, 4)}`,
    (code) => `%25u${hex(code, 4)}`,
    (code) => `%26%23${code}%3B`,
    (code) => `%26%23x${hex(code, 2)}%3B`,
    (code) => `%3D${hex(code, 2)}`,
  ),
  'folded letter': folding(
    ['k', '\u212a'],
    ['i', '\u0131'],
    ['I', '\u0130'],
    ['i', '\u0130'],
    ['S', '\u017f'],
    ['fi', '\ufb01'],
  ),
  'list with another': listed(
    (id, other) => `${id},${other}`,
    (id, other) => `${id}%2C${other}`,
    (id, other) => `%5B%22${id}%22,%22${other}%22%5D`,
    (id, other) => `${id}%0A${other}`,
    (id, other) => `${id};${other}`,
    (id, other) => `${id}%7C${other}`,
  ),
  quoted: [
    ...around(['%22', '%22'], ["'", "'"], ['%7B', '%7D'], ['%5B', '%5D'], ['(', ')']),
    ...before('urn:file:'),
  ],
}

export const KINDS_OF_NEAR_MISS: readonly string[] = Object.keys(KINDS)

/** Near-misses that are tried on one file, one after the other. */
const EACH = 8
/** Cases of a property for each time that all near-misses are gone through. */
const RUNS_A_ROUND = 100

/**
 * Deals all near-misses out to files: each is sent, whatever the seed, as often as there are hundreds of
 * runs, and each time at other places of the id.
 */
export function nearMisses({ runs }: { readonly runs: number }): readonly (readonly NearMiss[])[] {
  const varieties = Object.entries(KINDS)
    .flatMap(([kind, spellings]) => spellings.map((_, variety) => ({ kind, variety })))
    .sort((one, other) => one.variety - other.variety)
  const rounds = Math.max(1, Math.ceil(runs / RUNS_A_ROUND))
  const all = Array.from({ length: rounds }, (_, round) =>
    varieties.map((one) => ({ ...one, round })),
  ).flat()
  return Array.from({ length: Math.ceil(all.length / EACH) }, (_, at) =>
    all.slice(at * EACH, (at + 1) * EACH).sort((one, other) => rank(one) - rank(other)),
  )
}

/** Kinds that tell least of how an id is read: they look like another id, or lead to another route. */
const TELL_LEAST = ['a suffix', 'something before', 'sub-path behind']

/** Ranks near-misses of a case: the first that deletes a file is the one that is told. */
function rank({ kind }: NearMiss): number {
  return TELL_LEAST.includes(kind) ? 1 : 0
}

/** Spells a near-miss as a path segment. */
export function spelled({ kind, variety, round }: NearMiss, beside: Beside): string {
  const spelling = KINDS[kind]?.[variety]
  if (spelling === undefined) throw new RangeError(`no such kind of near-miss: ${kind} ${variety}`)
  return spelling(beside, round)
}

/** Kinds that leave the id whole nowhere: what names it has it from elsewhere. */
const SLIPS = [
  'one character changed',
  'one character left out',
  'two characters swapped',
  'a prefix',
]

/** Spells an id with one slip of the pen in it, each time another. */
export function slips(id: string, places: readonly number[]): readonly string[] {
  const beside = { id, places, other: '', runId: '' }
  return SLIPS.map((kind) => spelled({ kind, variety: 1, round: 0 }, beside)).filter((segment) =>
    isAnotherId(segment, beside),
  )
}

/** Tells whether near-misses need the id of a second file. */
export function needsAnother(some: readonly NearMiss[]): boolean {
  return some.some(({ kind }) => kind === 'list with another')
}

/**
 * Tells whether a spelling is another id: a number has no other case, and a UUID is the same in any
 * (RFC 9562 §4). Common parsers also read it without hyphens, in braces, as a URN, and in digits of any script.
 */
export function isAnotherId(segment: string, { id }: Pick<Beside, 'id'>): boolean {
  if (segment === '' || segment === segmentOf(id)) return false
  if (!UUID.test(id)) return true
  const text = octetsOf(segment).toString('utf8')
  if (text.toLowerCase() === id.toLowerCase()) return false
  const uuid = uuidIn(id)
  return uuid === undefined || uuidIn(text) !== uuid
}

/** Reads a UUID as lenient parsers do, Python's among them; undefined if it is none. */
function uuidIn(text: string): string | undefined {
  const digits = text
    .replaceAll(/urn:|uuid:/g, '')
    .replaceAll(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
    .replaceAll(/\p{Nd}/gu, decimal)
  return /^[0-9a-f]{32}$/i.test(digits) ? digits.toLowerCase() : undefined
}

/** Gives the value of a decimal digit; those of a script begin at a code point that ends in 0 or 6. */
function decimal(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  const from = code - (code % 16)
  const zero = /\p{Nd}/u.test(String.fromCodePoint(from)) ? from : from + 6
  return String(code - zero)
}

function replaced(id: string, at: number, by: string): string {
  return id.slice(0, at) + by + id.slice(at + 1)
}

/** Makes the full-width form, which compatibility normalisation (NFKC) turns back. */
function fullWidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0))
}

/** @param zero - the digit zero of another script */
function digitsFrom(text: string, zero: number): string {
  return text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)))
}

/** Cuts off what stands before the first hyphen or underscore, if anything does. */
function withoutPrefix(id: string): string {
  return id.replace(/^[^-_]+[-_](?=.)/s, '')
}

const BASE_64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Changes a bit of the last character that stands for nothing in base 64, where such bits can be. */
function otherEnd(id: string, bit: 1 | 2): string {
  const isOdd = [id, withoutPrefix(id)].some(({ length }) => length % 4 > 1)
  const other = BASE_64.charAt(BASE_64.indexOf(id.slice(-1)) ^ bit)
  return isOdd && BASE_64.includes(id.slice(-1)) && other !== '' ? id.slice(0, -1) + other : id
}

function hex(code: number, length: number): string {
  return code.toString(16).toUpperCase().padStart(length, '0')
}

function octets(...values: readonly number[]): string {
  return values.map((value) => `%${hex(value, 2)}`).join('')
}
