import { type IdScheme, spaceOf, UNGUESSABLE_BITS } from '../../model/id-scheme.ts'
import { createIdMeasure } from './measure-ids.ts'
import { inBase64, leadingNumber, numbersIn, octetsOfBase64 } from './numbers.ts'
import type { Cell } from './pattern.ts'
import type { NumberRange, Population, Template } from './readings.ts'

/** Ids that others may make while a run goes on: so far beyond its own a counter may have come. */
const GROWTH = 10_000n
/** Characters at the end of an id that may count up where several are made in one tick. */
const TICK_COUNTER = 4
/** Characters of an unguessable id that may be missing: more, and chance could make another of the rest. */
const MAX_LOST = 3
/** Characters that may be added: in a long text, everything is found somewhere. */
const MAX_ADDED = 16
/** Letters and digits that are left once case is folded: what a kept character is worth, at most. */
const FOLDED_BITS = Math.log2(36)
/** Characters of a text in which pieces of an id are looked for. */
const MAX_RELATED = 1_200
/** An owned id that no shorter word can be may stand among letters and digits. */
const UNMISTAKABLE = 8

/** The ids of a run, and what can be told from them of the ids of others. */
export interface KnownIds extends Population {
  /** Whether an id is one of this run that is not known to be gone. */
  isLiving(id: string): boolean
  /** Whether ids as long have room for so many others that one which is drawn anew is nobody's. */
  isLong(id: string): boolean
  /** Takes in an id of this run. */
  own(id: string): void
  /** An id of this run is gone: nothing resembles it any more. */
  forget(id: string): void
  /** Takes in an id that the target gave, whosever it is. */
  learn(id: string): void
  /** Whether a text is an id of this run that is there, but for its case, or holds one. */
  holdsOwned(text: string): boolean
  /** Whether a text could be an id that the target has given to somebody. */
  couldBeIssued(text: string): boolean
  /** Places of an id that chance has filled; all of them where it can be guessed. */
  placesOf(id: string): readonly number[]
  /** An id that nobody can guess, and its scheme. */
  readonly sample: { readonly id: string; readonly scheme: IdScheme } | undefined
  /** Whether ids hold the run id: they follow from names or contents, and any word can be somebody's. */
  readonly followNames: boolean
  /** Whether all ids of one length are such as an encoder of base 64 makes. */
  readonly areInBase64: boolean
  /** Ids of this run that hold separators. */
  readonly separated: ReadonlySet<string>
}

interface KnownIdsRules {
  readonly runId: string
  /** Whether this run created the id, or was handed it for deletion; also one that is gone. */
  readonly owns: (id: string) => boolean
  /** Whether a text that holds neither the run id nor one of its ids is nobody's all the same. */
  readonly isMadeUp: (text: string) => boolean
  /** Whether a text was drawn by this run, with at least 64 bits. */
  readonly isMinted: (text: string) => boolean
}

/** Holds no separator, and so no id that holds one. */
const PLAIN = /^[\w.~-]*$/

export function createKnownIds({ runId, owns, isMadeUp, isMinted }: KnownIdsRules): KnownIds {
  const isDrawn = (text: string) => text.includes(runId) || isMinted(text)
  const measure = createIdMeasure()
  const living = new Set<string>()
  const folded = new Map<string, string>()
  const byPiece = new Map<string, Set<string>>()
  const numbers = new Map<bigint, number>()
  const leading = new Map<bigint, number>()
  const separated = new Set<string>()
  const heldInBase64 = new Map<string, string>()
  let lengths: readonly number[] = []
  let latest: string | undefined
  /** By the length of ids, whether all of them are such, and whether they have both cases. */
  const encoded = new Map<number, { all: boolean; mixed: boolean }>()
  const noteBase64 = (id: string) => {
    const { all, mixed } = encoded.get(id.length) ?? { all: true, mixed: false }
    encoded.set(id.length, {
      all: all && inBase64(id).includes(id),
      mixed: mixed || (/[A-Z]/.test(id) && /[a-z]/.test(id)),
    })
  }
  let followNames = false

  const secrets = new Map<string, Secret | undefined>()
  const secretOf = (id: string): Secret | undefined => {
    if (secrets.has(id)) return secrets.get(id)
    const scheme = measure.schemeOf(id)
    const secret = scheme === undefined || scheme.guessable ? undefined : secretIn(id, scheme)
    secrets.set(id, secret)
    return secret
  }
  const eachPiece = (id: string, note: (piece: string) => void) => {
    const secret = secretOf(id)
    if (secret === undefined) return
    for (let at = 0; at < secret.text.length; at += secret.piece) {
      note(secret.text.slice(at, at + secret.piece))
    }
  }
  let pieceLengths = new Set<number>()
  let indexed = -1
  const index = (id: string) =>
    eachPiece(id, (piece) => {
      pieceLengths.add(piece.length)
      const ids = byPiece.get(piece) ?? new Set()
      byPiece.set(piece, ids.add(id))
    })
  /** What a scheme is taken for may change with each id that is learnt. */
  const reindex = () => {
    if (indexed === measure.version) return
    indexed = measure.version
    byPiece.clear()
    secrets.clear()
    pieceLengths = new Set()
    for (const id of living) index(id)
    templates = measure.schemes.flatMap(templatesOf)
    ranges = measure.schemes
      .filter(({ number }) => number?.word.includes(runId) !== true)
      .flatMap(rangeOf)
  }
  let templates: readonly Template[] = []
  let ranges: readonly NumberRange[] = []

  /** Unguessable ids of this run of which a text keeps a piece. */
  const related = (text: string): ReadonlySet<string> => {
    const found = new Set<string>()
    if (text.length > MAX_RELATED) return found
    const spelled = lettersOf(text)
    for (const length of pieceLengths) {
      for (let at = 0; at + length <= spelled.length; at += 1) {
        for (const id of byPiece.get(spelled.slice(at, at + length)) ?? []) found.add(id)
      }
    }
    return found
  }
  const keepsSecret = (text: string) => {
    const spelled = lettersOf(text)
    for (const id of related(text)) {
      const secret = secretOf(id)
      if (secret !== undefined && keeps(secret, spelled)) return true
    }
    return false
  }
  let last: { readonly text: string; readonly templates: readonly Template[] } | undefined
  const count = (into: Map<bigint, number>, values: readonly bigint[], by: 1 | -1) => {
    for (const value of values) {
      const next = (into.get(value) ?? 0) + by
      if (next > 0) into.set(value, next)
      else into.delete(value)
    }
  }
  const noteNumbers = (id: string, by: 1 | -1) => {
    if (!/\d/.test(id)) return
    count(numbers, numericIn(id), by)
    const value = leadingNumber(id)
    if (value !== undefined) count(leading, [value], by)
  }

  const ids: KnownIds = {
    runId,
    separated,
    get numbers() {
      reindex()
      return ranges
    },
    get areInBase64() {
      return [...encoded.values()].some(({ all, mixed }) => all && mixed)
    },
    get followNames() {
      return followNames
    },
    own(id) {
      followNames ||= id.includes(runId) || EXTENSION.test(id) || namesIn(measure.schemes)
      noteBase64(id)
      if (latest === undefined || measure.schemeOf(id)?.guessable !== true) latest = id
      measure.learn(id)
      last = undefined
      if (living.has(id)) return
      living.add(id)
      if (!lengths.includes(id.length)) lengths = [...lengths, id.length]
      folded.set(id.toLowerCase(), id)
      if (indexed === measure.version) index(id)
      if (!PLAIN.test(id)) separated.add(id)
      const held = octetsOfBase64(id)
      if (held !== undefined) heldInBase64.set(id, held)
      noteNumbers(id, 1)
    },
    forget(id) {
      if (!living.delete(id)) return
      last = undefined
      if (folded.get(id.toLowerCase()) === id) folded.delete(id.toLowerCase())
      eachPiece(id, (piece) => {
        const others = byPiece.get(piece)
        others?.delete(id)
        if (others?.size === 0) byPiece.delete(piece)
      })
      secrets.delete(id)
      separated.delete(id)
      heldInBase64.delete(id)
      noteNumbers(id, -1)
    },
    placesOf(id) {
      const scheme = measure.schemeOf(id)
      const counted = scheme?.timeOrdered === true ? id.length - TICK_COUNTER : id.length
      const drawn = (scheme?.places ?? []).flatMap(({ kind }, at) =>
        kind === 'independent' && at < counted ? [at] : [],
      )
      return drawn.length > 0 && scheme?.guessable === false ? drawn : [...id].map((_, at) => at)
    },
    get sample() {
      const scheme = latest === undefined ? undefined : measure.schemeOf(latest)
      return latest === undefined || scheme === undefined ? undefined : { id: latest, scheme }
    },
    learn(id) {
      latest = id
      noteBase64(id)
      measure.learn(id)
      last = undefined
    },
    templatesFor(text) {
      reindex()
      if (last?.text === text) return last.templates
      // Of an id that is gone, the neighbours are there still.
      const own = owns(text) ? [text] : []
      const neighbours = [...new Set([...own, ...related(text)])].flatMap((id) => {
        const scheme = measure.schemeOf(id)
        return scheme?.timeOrdered === true ? [neighbourhoodOf(id, scheme)] : []
      })
      last = { text, templates: [...templates, ...neighbours] }
      return last.templates
    },
    isOurs: (id) => owns(id) || isDrawn(id),
    isDrawn,
    isLiving: (id) => living.has(id),
    isLong: (id) => spaceOf(id, measure.schemeOf(id)) >= UNGUESSABLE_BITS,
    isNobodys: (text) => {
      reindex()
      return text.includes(runId) || isMadeUp(text) || keepsSecret(text)
    },
    holdsOwned(text) {
      if (folded.has(text.toLowerCase())) return true
      for (const length of lengths) {
        for (let at = 0; at + length <= text.length; at += 1) {
          if (living.has(text.slice(at, at + length)) && standsAlone(text, at, length)) return true
        }
      }
      return false
    },
    couldBeIssued(text) {
      reindex()
      return templates.some(({ cells, guessable }) => {
        if (!guessable || cells.length !== text.length) return false
        // What did not change in this run may have counted before it.
        const counted = cells.map(({ characters }) => characters).filter(({ length }) => length > 1)
        return cells.every(({ characters }, at) => {
          const one = text.charAt(at)
          const widened = counted.some((all) => all.includes(characters) && all.includes(one))
          return widened || characters.includes(one)
        })
      })
    },
    ownsNumber: (value) => numbers.has(value),
    ownsLeading: (value) => leading.has(value),
    heldInBase64: () => heldInBase64.values(),
  }
  return ids
}

/** The ids of others that are there, as a list shows all that are. */
export function listedPopulation(ids: KnownIds, listed: readonly string[]): Population {
  const others = new Set(listed.filter((id) => !ids.isLiving(id)))
  const templates = [...others].map((id) => ({ cells: literals(id), guessable: true }))
  const numbers = new Set([...others].flatMap(numericIn))
  const leading = new Set([...others].map(leadingNumber))
  return {
    ...ids,
    templatesFor: () => templates,
    numbers: [...numbers].map((value) => ({ least: value, most: value })),
    isNobodys: (text) => !others.has(text),
    ownsNumber: (value) => !numbers.has(value),
    ownsLeading: (value) => !leading.has(value),
  }
}

/** What the names of files end with. */
const EXTENSION = /\.[a-z]{2,5}$/i
/** Ids of so many lengths are words, and any word may be one. */
const LENGTHS_OF_NAMES = 3

function namesIn(schemes: readonly IdScheme[]): boolean {
  return schemes.filter(({ number }) => number === undefined).length >= LENGTHS_OF_NAMES
}

/** What is unguessable in an id, folded; in pieces, of which no loss can touch all. */
interface Secret {
  readonly text: string
  readonly piece: number
  readonly bitsEach: number
  readonly idLength: number
}

function secretIn(id: string, { places }: IdScheme): Secret {
  const independent = places.flatMap(({ kind, bits }, at) =>
    kind === 'independent' ? [{ at, bits }] : [],
  )
  const text = lettersOf(independent.map(({ at }) => id.charAt(at)).join(''))
  return {
    text,
    piece: Math.ceil(text.length / (MAX_LOST + 1)),
    bitsEach: Math.min(FOLDED_BITS, independent[0]?.bits ?? 0),
    idLength: id.length,
  }
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '')
}

/** Whether a text keeps so much of what is unguessable in an id that no other can be meant. */
function keeps({ text, bitsEach, idLength }: Secret, spelled: string): boolean {
  if (spelled.length > idLength + MAX_ADDED) return false
  const kept = longestCommonSubsequence(text, spelled)
  return kept >= text.length - MAX_LOST && kept * bitsEach >= UNGUESSABLE_BITS
}

/** Length of the longest sequence of characters that both texts hold in this order. */
function longestCommonSubsequence(a: string, b: string): number {
  let row = new Uint16Array(b.length + 1)
  let next = new Uint16Array(b.length + 1)
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      next[j + 1] =
        a.charCodeAt(i) === b.charCodeAt(j)
          ? (row[j] ?? 0) + 1
          : Math.max(row[j + 1] ?? 0, next[j] ?? 0)
    }
    ;[row, next] = [next, row]
  }
  return row[b.length] ?? 0
}

/** Whether an id that is found in a text is not the middle of some other word. */
function standsAlone(text: string, at: number, length: number): boolean {
  if (length >= UNMISTAKABLE) return true
  return !/[\w-]/.test(text.charAt(at - 1)) && !/[\w-]/.test(text.charAt(at + length))
}

function templatesOf(scheme: IdScheme): readonly Template[] {
  const { places, guessable, varies, number } = scheme
  if (varies && number !== undefined) {
    return numbersUpTo(number.largest + GROWTH).map((cells) => ({
      cells: [...literals(number.word), ...cells],
      guessable,
    }))
  }
  if (!varies) return [{ cells: places, guessable }]
  // Counters without leading zeros had fewer digits once, and may have one more.
  const free = places.filter(({ characters }) => characters.length > 1)
  const characters = [...new Set(free.map((place) => place.characters).join(''))].join('')
  const word = places.slice(0, places.length - free.length)
  return Array.from({ length: free.length + 1 }, (_, at) => ({
    cells: [...word, ...new Array<Cell>(at + 1).fill({ characters, bits: 0 })],
    guessable,
  }))
}

function literals(text: string): readonly Cell[] {
  return [...text].map((characters) => ({ characters, bits: 0 }))
}

/** Rows of digits that spell all numbers from 0 up to one. */
function numbersUpTo(most: bigint): readonly (readonly Cell[])[] {
  const digit = (from: number, to: number) => ({
    characters: '0123456789'.slice(from, to + 1),
    bits: 0,
  })
  const digits = String(most)
  const shorter = Array.from({ length: digits.length - 1 }, (_, at) => [
    digit(at === 0 ? 0 : 1, 9),
    ...new Array<Cell>(at).fill(digit(0, 9)),
  ])
  const asLong = [...digits].flatMap((one, at) => {
    const least = at === 0 ? 1 : 0
    const highest = Number(one) - (at === digits.length - 1 ? 0 : 1)
    if (highest < least) return []
    const rest = digits.length - at - 1
    return [
      [
        ...literals(digits.slice(0, at)),
        digit(least, highest),
        ...new Array<Cell>(rest).fill(digit(0, 9)),
      ],
    ]
  })
  return [...shorter, ...asLong]
}

function rangeOf({ places, varies, number }: IdScheme): readonly NumberRange[] {
  if (number === undefined) return []
  const { word, largest } = number
  const digits = places.length - word.length
  const padded = !varies && String(largest).length < digits
  if (varies || padded) return [{ least: 1n, most: largest + GROWTH }]
  return [{ least: 10n ** BigInt(digits - 1), most: 10n ** BigInt(digits) }]
}

/** Numbers that an id which is one can be read as. */
function numericIn(id: string): readonly bigint[] {
  if (!/^(?:[A-Za-z]+[-_:.])?[0-9]+$/.test(id)) return []
  return [...new Set(numbersIn(id))]
}

/** Ids that were made in the same tick as one of this run: all but its last characters are the same. */
function neighbourhoodOf(id: string, { places }: IdScheme): Template {
  const counted = id.length - TICK_COUNTER
  const cells = places.map(({ characters }, at) => ({
    characters: at < counted ? id.charAt(at) : characters,
    bits: 0,
  }))
  return { cells, guessable: true }
}
