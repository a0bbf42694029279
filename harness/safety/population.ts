import { type IdScheme, spaceOf, UNGUESSABLE_BITS } from '../../model/id-scheme.ts'
import { createIdMeasure } from './measure-ids.ts'
import { inBase64, leadingNumber, numbersIn, octetsOfBase64 } from './numbers.ts'
import type { NumberRange, Population, Template } from './readings.ts'
import { literals, neighbourhoodOf, rangesOf, TICK_COUNTER, templatesOf } from './templates.ts'
import { createPartIndex } from './unguessable-part.ts'

/** Facts about ids that a run is told. */
export interface IdRules {
  readonly runId: string
  /** Whether this run created the id, or was given it to delete; also if it is gone. */
  readonly owns: (id: string) => boolean
  /** Odd names that are known to be nobody's id. */
  readonly reviewed: ReadonlySet<string>
  /** Whether a list showed the id before this run made anything: it is somebody's. */
  readonly wasListed?: (id: string) => boolean
}

/** An owned id of this length may stand among letters and digits: no shorter word can be it. */
const UNMISTAKABLE = 8
/** A text without separators, and so without an id that has one. */
const PLAIN = /^[\w.~-]*$/
/** End of a file name. */
const EXTENSION = /\.[a-z]{2,5}$/i
/** Ids of so many lengths are words, and any word may be one. */
const LENGTHS_OF_NAMES = 3

/** Ids of a run, and what follows from them for the ids of others. */
export type KnownIds = ReturnType<typeof createKnownIds>

/**
 * Keeps the ids of a run, and derives from them the ids that others may have.
 *
 * Every id that the target gives is measured. Templates and number ranges follow from the schemes that are
 * found, and are derived anew whenever a scheme changes. Beside them stand indexes of the owned ids: what
 * clearly means one of these is nobody else's.
 *
 * @param spellingsOf - lists a text and what it may be once its spelling is decoded
 */
export function createKnownIds(
  { runId, owns, reviewed, wasListed = () => false }: IdRules,
  spellingsOf: (text: string) => Iterable<string>,
) {
  const measure = createIdMeasure()
  const minted = new Set<string>()
  const living = new Set<string>()
  const folded = new Map<string, string>()
  const lengths = new Set<number>()
  const separated = new Set<string>()
  const parts = createPartIndex(measure.schemeOf)
  const numbers = createNumberIndex()
  const base64 = createBase64Index()
  let latest: string | undefined
  /** Whether ids follow from names: then any word can be somebody's id. */
  let followNames = false
  let indexed = -1
  let templates: readonly Template[] = []
  let ranges: readonly NumberRange[] = []
  let last: { readonly text: string; readonly templates: readonly Template[] } | undefined

  /** A new id may change what a scheme is taken for. */
  const refresh = () => {
    if (indexed === measure.version) return
    indexed = measure.version
    parts.clear()
    for (const id of living) parts.add(id)
    templates = measure.schemes.flatMap(templatesOf)
    ranges = measure.schemes
      .filter(({ number }) => number?.word.includes(runId) !== true)
      .flatMap(rangesOf)
  }
  const take = (id: string) => {
    base64.see(id)
    measure.learn(id)
    last = undefined
  }
  const isDrawn = (text: string) => text.includes(runId) || minted.has(text)
  const isMadeUp = (text: string) =>
    !wasListed(text) && (minted.has(text) || (reviewed.has(text) && !followNames))
  const holdsOwned = (text: string) => {
    if (folded.has(text.toLowerCase())) return true
    for (const length of lengths) {
      for (let at = 0; at + length <= text.length; at += 1) {
        if (living.has(text.slice(at, at + length)) && standsAlone(text, at, length)) return true
      }
    }
    return false
  }

  return {
    runId,
    /** Owned ids that hold separators. */
    separated,
    isDrawn,
    /** Notes an id that was made up, with at least 64 random bits. */
    mint: (id: string) => minted.add(id),
    isMinted: (id: string) => minted.has(id),
    isOurs: (id: string) => owns(id) || isDrawn(id),
    /** Whether an id is owned and not known to be gone. */
    isLiving: (id: string) => living.has(id),
    /** Whether there are so many ids of this length that a fresh one is nobody's. */
    isLong: (id: string) => spaceOf(id, measure.schemeOf(id)) >= UNGUESSABLE_BITS,
    ownsNumber: numbers.owns,
    ownsLeading: numbers.ownsLeading,
    heldInBase64: base64.held,
    /** Whether all ids of one length look like base 64. */
    get areInBase64() {
      return base64.isUsed()
    },
    get numbers() {
      refresh()
      return ranges
    },
    /** Returns an id that nobody can guess, and its scheme. */
    get sample() {
      const scheme = latest === undefined ? undefined : measure.schemeOf(latest)
      return latest === undefined || scheme === undefined ? undefined : { id: latest, scheme }
    },
    /** Notes an id that the target gave, whosever it is. */
    learn(id: string) {
      latest = id
      take(id)
      followNames ||= EXTENSION.test(id) || areNames(measure.schemes)
    },
    /** Notes an id of this run. */
    own(id: string) {
      followNames ||= id.includes(runId) || EXTENSION.test(id) || areNames(measure.schemes)
      if (latest === undefined || measure.schemeOf(id)?.guessable !== true) latest = id
      take(id)
      if (living.has(id)) return
      living.add(id)
      lengths.add(id.length)
      folded.set(id.toLowerCase(), id)
      if (!PLAIN.test(id)) separated.add(id)
      if (indexed === measure.version) parts.add(id)
      base64.add(id)
      numbers.count(id, 1)
    },
    /** Notes that an id of this run is gone: nothing resembles it any more. */
    forget(id: string) {
      if (!living.delete(id)) return
      last = undefined
      if (folded.get(id.toLowerCase()) === id) folded.delete(id.toLowerCase())
      separated.delete(id)
      parts.remove(id)
      base64.remove(id)
      numbers.count(id, -1)
    },
    /** Lists the places of an id that chance has filled; all of them if it can be guessed. */
    placesOf(id: string): readonly number[] {
      const scheme = measure.schemeOf(id)
      const counted = scheme?.timeOrdered === true ? id.length - TICK_COUNTER : id.length
      const drawn = (scheme?.places ?? []).flatMap(({ kind }, at) =>
        kind === 'independent' && at < counted ? [at] : [],
      )
      return drawn.length > 0 && scheme?.guessable === false ? drawn : [...id].map((_, at) => at)
    },
    templatesFor(text: string) {
      refresh()
      if (last?.text === text) return last.templates
      // The neighbours of an id that is gone are still there.
      const own = owns(text) ? [text] : []
      const neighbours = [...new Set([...own, ...parts.related(text)])].flatMap((id) => {
        const scheme = measure.schemeOf(id)
        return scheme?.timeOrdered === true ? [neighbourhoodOf(id, scheme)] : []
      })
      last = { text, templates: [...templates, ...neighbours] }
      return last.templates
    },
    isNobodys(text: string) {
      refresh()
      if (text.includes(runId) || isMadeUp(text) || parts.isKeptIn(text)) return true
      for (const one of spellingsOf(text)) if (holdsOwned(one)) return true
      return false
    },
    /** Whether a text could be an id that the target has given to somebody. */
    couldBeIssued(text: string) {
      refresh()
      return templates.some(({ cells, guessable }) => {
        if (!guessable || cells.length !== text.length) return false
        // A place that stayed constant in this run may have counted before it.
        const counted = cells.map(({ characters }) => characters).filter(({ length }) => length > 1)
        return cells.every(({ characters }, at) => {
          const one = text.charAt(at)
          const isWidened = counted.some((all) => all.includes(characters) && all.includes(one))
          return isWidened || characters.includes(one)
        })
      })
    },
  }
}

/** Describes the ids of others by a list that shows all that are there. */
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

/** Counts the owned ids that can be read as a number, or begin with one. */
function createNumberIndex() {
  const read = new Map<bigint, number>()
  const leading = new Map<bigint, number>()
  const add = (into: Map<bigint, number>, value: bigint, by: 1 | -1) => {
    const count = (into.get(value) ?? 0) + by
    if (count > 0) into.set(value, count)
    else into.delete(value)
  }
  return {
    owns: (value: bigint) => read.has(value),
    ownsLeading: (value: bigint) => leading.has(value),
    count(id: string, by: 1 | -1) {
      for (const value of numericIn(id)) add(read, value, by)
      const first = /\d/.test(id) ? leadingNumber(id) : undefined
      if (first !== undefined) add(leading, first, by)
    },
  }
}

/** Lists the numbers that an id which is one can be read as. */
function numericIn(id: string): readonly bigint[] {
  if (!/^(?:[A-Za-z]+[-_:.])?[0-9]+$/.test(id)) return []
  return [...new Set(numbersIn(id))]
}

/** Tells whether ids look like base 64, and keeps the texts that owned ones hold in it. */
function createBase64Index() {
  const byLength = new Map<number, { readonly all: boolean; readonly mixed: boolean }>()
  const held = new Map<string, string>()
  return {
    /** Whether all ids of one length are spelled as an encoder spells them, with both cases among them. */
    isUsed: () => [...byLength.values()].some(({ all, mixed }) => all && mixed),
    held: () => held.values(),
    see(id: string) {
      const { all, mixed } = byLength.get(id.length) ?? { all: true, mixed: false }
      byLength.set(id.length, {
        all: all && inBase64(id).includes(id),
        mixed: mixed || (/[A-Z]/.test(id) && /[a-z]/.test(id)),
      })
    },
    add(id: string) {
      const text = octetsOfBase64(id)
      if (text !== undefined) held.set(id, text)
    },
    remove: (id: string) => held.delete(id),
  }
}

function areNames(schemes: readonly IdScheme[]): boolean {
  return schemes.filter(({ number }) => number === undefined).length >= LENGTHS_OF_NAMES
}

/** Tells whether an id that is found in a text is not the middle of some other word. */
function standsAlone(text: string, at: number, length: number): boolean {
  if (length >= UNMISTAKABLE) return true
  return !/[\w-]/.test(text.charAt(at - 1)) && !/[\w-]/.test(text.charAt(at + length))
}
