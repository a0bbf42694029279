import { type IdScheme, type Place, UNGUESSABLE_BITS, UUID } from '../../model/id-scheme.ts'
import { drawnCharacters, isLetterOrDigit, leadingWord, possibleCharacters } from './alphabet.ts'

/**
 * Finds the scheme that ids of one length follow.
 *
 * Each place is constant, counting or independent. A place is independent only if its characters vary as
 * chance varies them, and if nothing shows that it follows time, an order or a format. Everything else
 * counts as guessable. If two ids share too many independent places, none is taken for independent.
 */
export function schemeFrom(
  ids: readonly string[],
  knownDependent: boolean,
  measured: number,
): IdScheme {
  const length = ids[0]?.length ?? 0
  const word = leadingWord(ids)
  const ordered = ids.length >= ENOUGH ? orderedUpTo(ids) : -1
  const kinds = kindsOf(ids, length, ordered)
  const spelled = (wanted: (kind: string) => boolean) =>
    ids.flatMap((id) => [...id].filter((_, at) => at >= word && wanted(kinds[at] ?? ''))).join('')
  const drawn = drawnCharacters(
    spelled((kind) => kind === 'independent') ||
      spelled(() => true).replaceAll(/[^0-9A-Za-z]/g, ''),
  )
  const possible = possibleCharacters(ids.map((id) => id.slice(word)))
  const filled = padding(ids, kinds, word)
  const draft = kinds.map((kind, at): Place => {
    const seen = [...new Set(ids.map((id) => id.charAt(at)))].join('')
    const isLiteral = kind === 'constant' && (at < word || !isLetterOrDigit(seen) || filled.has(at))
    const characters = isLiteral ? seen : [...new Set(possible + seen)].join('')
    return { kind, characters, bits: kind === 'independent' ? Math.log2(drawn.length) : 0 }
  })
  const dependent =
    knownDependent ||
    ids.some((id, at) => ids.slice(0, at).some((other) => shareTooMuch(draft, id, other)))
  const places = draft.map(
    (one): Place =>
      dependent && one.kind === 'independent' ? { ...one, kind: 'counting', bits: 0 } : one,
  )
  const bits = places.reduce((sum, one) => sum + one.bits, 0)
  const own = ids.map((id) => id.slice(word))
  const isTimeOrdered = (ordered >= 0 && movesSlowly(ids)) || ids.some(holdsTime)
  return {
    places,
    drawn,
    bits,
    guessable: bits < UNGUESSABLE_BITS,
    timeOrdered: isTimeOrdered && !drawnInOneTick(ids, places),
    varies:
      bits < DRAWN_BITS &&
      length - word < LONG_NUMBER &&
      own.every((text) => /^[0-9A-Za-z]*$/.test(text) && !/^0|^(.)\1\1/.test(text)),
    ...decimal(own, ids[0]?.slice(0, word) ?? ''),
    measured,
  }
}

/** Ids by which the places of a scheme are told apart. */
export const FIRST = 8
/** With fewer ids, nothing is taken for independent. */
export const ENOUGH = 4
/** A decimal number of so many digits did not grow to them by counting from 1. */
export const LONG_NUMBER = 12
/** A short id with so many independent bits is drawn and not counted, so all have one length. */
const DRAWN_BITS = 20

/** @param ordered - the last place by which the ids are in order */
function kindsOf(
  ids: readonly string[],
  length: number,
  ordered: number,
): readonly Place['kind'][] {
  const variant = variantPlace(ids[0] ?? '')
  const timed = Math.min(...ids.map(timePlaces))
  const followsTime = ids.every((id) => isObjectId(id) || isTimeUuid(id))
  return Array.from({ length }, (_, at) => {
    const values = ids.map((id) => id.charAt(at))
    const distinct = new Set(values).size
    if (distinct === 1) return 'constant'
    const isRandom = ids.length >= ENOUGH && distinct * 3 > ids.length
    const isTold = at <= ordered || at < timed || at === variant || followsTime || countsUp(values)
    return isRandom && !isTold ? 'independent' : 'counting'
  })
}

/** Independent places that make a comparison: of fewer, half could agree by chance. */
const COMPARABLE = 8

/** Tells whether two ids agree in more independent places than chance allows: one came of the other. */
export function shareTooMuch(places: readonly Place[], id: string, other: string): boolean {
  const independent = [...places.keys()].filter((at) => places[at]?.kind === 'independent')
  const agreeing = independent.filter((at) => id[at] === other[at])
  return independent.length >= COMPARABLE && agreeing.length * 2 > independent.length
}

/** Finds the largest of numbers of fixed length: padded ones, or those that hold a time. */
function decimal(digits: readonly string[], word: string): Pick<IdScheme, 'number'> {
  if (digits.length === 0 || !digits.every((text) => /^[0-9]+$/.test(text))) return {}
  const largest = digits.map(BigInt).reduce((one, other) => (one > other ? one : other))
  return { number: { word, largest } }
}

/**
 * Finds the last place by which ids are in the order in which they were made, upwards or downwards; -1 if
 * they are in none. The first half of the samples were made one after the other, the others at once.
 */
function orderedUpTo(ids: readonly string[]): number {
  const singly = ids.slice(0, Math.max(ENOUGH, ids.length - ENOUGH))
  const atOnce = ids.slice(singly.length)
  const last = singly.at(-1) ?? ''
  const pairs = singly.slice(1).map((id, at) => [singly[at] ?? '', id] as const)
  const rising = (a: string, b: string) => a < b
  const falling = (a: string, b: string) => a > b
  const isInOrder = [rising, falling].some(
    (follows) => pairs.every(([a, b]) => follows(a, b)) && atOnce.every((id) => follows(last, id)),
  )
  return isInOrder ? Math.max(...pairs.map(([a, b]) => firstDifference(a, b))) : -1
}

function firstDifference(a: string, b: string): number {
  const at = [...a].findIndex((character, place) => character !== b[place])
  return at < 0 ? a.length : at
}

/** Tells whether the characters of a place are neighbours in their alphabet, each there once. */
function countsUp(values: readonly string[]): boolean {
  const order = [...new Set(values)].map((one) => Number.parseInt(one, 36)).sort((a, b) => a - b)
  const [low = 0, high = 0] = [order[0], order.at(-1)]
  return order.length === values.length && values.length >= FIRST && high - low <= values.length
}

/** Tells whether ids share their first varying place with others, as they do that begin with a time. */
function movesSlowly(ids: readonly string[]): boolean {
  const distinct = (at: number) => new Set(ids.map((id) => id[at])).size
  const first = [...(ids[0] ?? '')].findIndex((_, at) => distinct(at) > 1)
  return first >= 0 && distinct(first) * 2 <= ids.length
}

/** Tells whether two ids of one tick have nothing else in common: then none counts within a tick. */
function drawnInOneTick(ids: readonly string[], places: readonly Place[]): boolean {
  const told = (id: string) =>
    places.map(({ kind }, at) => (kind === 'independent' ? '' : id[at])).join('')
  return new Set(ids.map(told)).size < new Set(ids).size
}

/** Finds the zeros, however they are spelled, that fill a counter up and stay: all but the last of them. */
function padding(
  ids: readonly string[],
  kinds: readonly string[],
  word: number,
): ReadonlySet<number> {
  const constant = kinds.map((kind, at) => (kind === 'constant' ? (ids[0]?.charAt(at) ?? '') : ''))
  const filler = /^(.)\1\1/.exec(ids[0]?.slice(word) ?? '')?.[1]
  const first = constant.findIndex((one, at) => at >= word && one !== filler)
  const isFilled = (at: number) =>
    (constant[at] === '0' && constant[at + 1] === '0') ||
    (filler !== undefined && at >= word && at + 1 < first)
  return new Set([...constant.keys()].filter(isFilled))
}

/** Characters of a ULID that hold a time. */
const ULID_TIME = 10
/** Place in a UUID of its version and of its variant, which is one of four digits (RFC 9562 §4.1, §4.2). */
const VERSION = 14
const VARIANT = 19

function uuidVersion(id: string): string {
  const at = UUID.exec(id)?.index
  return at === undefined ? '' : id.charAt(at + VERSION)
}

function variantPlace(id: string): number {
  return (UUID.exec(id)?.index ?? Number.NaN) + VARIANT
}

/**
 * Counts the places at the beginning of an id that hold a time, which nobody draws: those of ULIDs, and
 * those before the version in UUIDs of version 7 (RFC 9562 §5.7).
 */
function timePlaces(id: string): number {
  if (/^0[0-9A-HJKMNP-TV-Z]{25}$/i.test(id)) return ULID_TIME
  return uuidVersion(id) === '7' ? (UUID.exec(id)?.index ?? 0) + VERSION : 0
}

/** Tells whether an id is a UUID made of a time and of a machine (RFC 9562 §5.1, §5.2, §5.6). */
function isTimeUuid(id: string): boolean {
  return /[126]/.test(uuidVersion(id))
}

function holdsTime(id: string): boolean {
  return timePlaces(id) > 0 || isTimeUuid(id)
}

/** Years in which ids of MongoDB were made, in seconds. */
const OBJECT_ID_SECONDS = [1_230_000_000, 2_500_000_000] as const

/** Recognises an id of MongoDB: seconds, a process, a counter. In any order, their differences look random. */
function isObjectId(id: string): boolean {
  if (!/^[0-9a-f]{24}$/i.test(id)) return false
  const seconds = Number.parseInt(id.slice(0, 8), 16)
  return seconds >= OBJECT_ID_SECONDS[0] && seconds <= OBJECT_ID_SECONDS[1]
}
