import { UNGUESSABLE_BITS } from '../../model/id-scheme.ts'
import { leadingNumber, numbersIn, octetsOfBase64, takenForTheSame } from './numbers.ts'
import { type Cell, compile, likeliest, type Node } from './pattern.ts'
import { globPattern, likePattern, regularExpression } from './pattern-syntax.ts'

/**
 * Simulates how careless servers look an id up.
 *
 * A reading takes a text and the population of ids that others may have, and returns the first id of
 * somebody else that a server of its kind would take. The population does not list ids. It describes them
 * by templates: for each place, the characters that it may hold and the bits that a guess costs. A reading
 * takes an id if hitting it costs so few bits that it could happen by chance.
 */

/** Ids of others that have one length, place by place. */
export interface Template {
  readonly cells: readonly Cell[]
  /** Whether such ids have too few unguessable bits to be safe from each other. */
  readonly guessable: boolean
}

/** Numbers that are ids of others. */
export interface NumberRange {
  readonly least: bigint
  readonly most: bigint
}

/** Ids that a lookup could find. */
export interface Population {
  /** Templates of all schemes, and of the neighbours in time of the owned ids that a text resembles. */
  templatesFor(text: string): readonly Template[]
  readonly numbers: readonly NumberRange[]
  /** Whether an id is owned, or was drawn by this run. */
  isOurs(id: string): boolean
  /** Whether nobody else can have this id, however the ids of others are made. */
  isNobodys(id: string): boolean
  ownsNumber(value: bigint): boolean
  /** Whether an owned id begins with these digits. */
  ownsLeading(value: bigint): boolean
  /** Texts that owned ids hold in base 64. */
  readonly heldInBase64: () => Iterable<string>
  /** A pattern that an id without the run id cannot match takes nothing. */
  readonly runId: string
  /** Whether a text was drawn by this run, or holds its run id: all but one character of it are still 64 bits. */
  isDrawn(text: string): boolean
}

/** A way in which servers look ids up. */
export interface Lookup {
  readonly name: string
  /** Whether to try it on the parts that a server cuts off, too. */
  readonly onRest?: true
  /** Returns the first id of somebody else that such a server would take. */
  readonly takes: (text: string, population: Population) => string | undefined
}

/** Fewer bits are hit by chance by one of many deletions: of 10,000 ids, by one deletion in 400,000. */
const CHANCE_BITS = 32
/** More bits are needed where each place of a text is tried. */
const CHANCE_ANYWHERE_BITS = 36
/** Fewer bits are enough for an id that differs from an owned one by case alone. */
const CHANCE_OF_CASE_BITS = 24

export const SAME_BUT_FOR_CASE = 'ids that are the same but for case'

export const LOOKUPS: readonly Lookup[] = [
  {
    name: 'the id itself',
    takes: (text, of) => (of.isOurs(text) || of.isNobodys(text) ? undefined : text),
  },
  {
    name: SAME_BUT_FOR_CASE,
    onRest: true,
    takes: (text, of) => placed(text, of, sameLength, () => UNGUESSABLE_BITS),
  },
  {
    name: 'ids that begin with it',
    takes: (text, of) => placed(text, of, (longer) => Math.min(longer - 1, 0), chanceBits),
  },
  { name: 'ids within it', takes: within },
  {
    name: 'ids that it is a part of',
    takes: (text, of) =>
      placed(
        text,
        of,
        (longer) => longer,
        () => CHANCE_ANYWHERE_BITS,
      ),
  },
  { name: 'LIKE', takes: (text, of) => byPattern(text, of, /[%_[\\]/, likePattern) },
  { name: 'shell pattern', takes: (text, of) => byPattern(text, of, /[*?[{!\\]|^!/, globPattern) },
  {
    name: 'regular expression',
    takes: (text, of) => byPattern(text, of, /[.*+?|([{^$\\]/, regularExpression),
  },
  { name: 'ids one edit away', takes: oneEditAway },
  { name: 'a number', onRest: true, takes: byNumber },
  { name: 'a leading number', takes: byLeadingNumber },
  { name: 'a path in base 64', takes: asPathInBase64 },
]

/** Finds an id of somebody else that differs from an owned one by case alone. */
export function inAnotherCase(id: string, population: Population): string | undefined {
  return placed(id, population, sameLength, () => CHANCE_OF_CASE_BITS)
}

function sameLength(longer: number): number {
  return longer === 0 ? 0 : -1
}

function chanceBits({ guessable }: Template): number {
  return guessable ? CHANCE_BITS : UNGUESSABLE_BITS
}

/**
 * Finds an id that holds a text, in any case, at a place where that could happen by chance.
 *
 * @param lastPlace - by how much longer ids are than the text: the last place to try, or a negative number
 * @param most - bits that are too many for chance
 */
function placed(
  text: string,
  population: Population,
  lastPlace: (longer: number) => number,
  most: (template: Template) => number,
): string | undefined {
  if (population.isDrawn(text)) return undefined
  for (const template of population.templatesFor(text)) {
    const { cells } = template
    const last = lastPlace(cells.length - text.length)
    for (let at = 0; at <= last; at += 1) {
      if (costAt(text, cells, at) >= most(template)) continue
      const id = idWith(text, cells, at, population)
      if (id !== undefined) return id
    }
  }
  return undefined
}

function within(text: string, population: Population): string | undefined {
  for (const { cells, guessable } of population.templatesFor(text)) {
    const most = guessable ? CHANCE_ANYWHERE_BITS : UNGUESSABLE_BITS
    for (let at = 0; at + cells.length <= text.length; at += 1) {
      const piece = text.slice(at, at + cells.length)
      if (costAt(piece, cells, 0) >= most || population.isOurs(piece)) continue
      const id = idWith(piece, cells, 0, population)
      if (id !== undefined) return id
    }
  }
  return undefined
}

/** Counts the bits that it costs to hit an id with this text at a place, in any case; infinite where none has it. */
function costAt(text: string, cells: readonly Cell[], at: number): number {
  let bits = 0
  for (let read = 0; read < text.length; read += 1) {
    const { characters, bits: each } = cells[at + read] as Cell
    const character = text.charAt(read)
    const lower = characters.includes(character.toLowerCase())
    const upper = characters.includes(character.toUpperCase())
    if (!lower && !upper) return Number.POSITIVE_INFINITY
    bits += lower && upper ? Math.max(0, each - 1) : each
  }
  return bits
}

/** Returns an id with this text at a place, in any case, that is not ours; tries one change of each place. */
function idWith(text: string, cells: readonly Cell[], at: number, { isOurs }: Population) {
  const choices = cells.map(({ characters }, place) => {
    const one = text.charAt(place - at)
    if (one === '') return characters
    const both = new Set([one.toLowerCase(), one.toUpperCase()])
    return [...both].filter((spelled) => characters.includes(spelled)).join('')
  })
  const id = choices.map((characters) => characters.charAt(0)).join('')
  if (!isOurs(id)) return id
  for (const [free, characters] of choices.entries()) {
    for (const one of characters) {
      const other = id.slice(0, free) + one + id.slice(free + 1)
      if (!isOurs(other)) return other
    }
  }
  return undefined
}

/** Characters that may negate, or make optional, what follows them in a pattern. */
const OPENING = /[([{\\!]/

/** Tells whether every match holds the run id: it stands in each alternative, before all groups and sets. */
function isRequired(runId: string, text: string): boolean {
  return text.split('|').every((alternative) => {
    const at = alternative.indexOf(runId)
    return at >= 0 && !OPENING.test(alternative.slice(0, at))
  })
}

function byPattern(
  text: string,
  population: Population,
  meaningful: RegExp,
  read: (text: string) => Node,
): string | undefined {
  if (!meaningful.test(text) || isRequired(population.runId, text)) return undefined
  const automaton = compile(read(text))
  for (const template of population.templatesFor(text)) {
    const { cells } = template
    const first = likeliest(automaton, cells)
    if (first === undefined || first.bits >= chanceBits(template)) continue
    const found = population.isOurs(first.id) ? likeliest(automaton, cells, first.id) : first
    if (found !== undefined && found.bits < chanceBits(template)) return found.id
  }
  return undefined
}

/** Finds an id that one added, removed or changed character makes of a text. */
function oneEditAway(text: string, population: Population): string | undefined {
  if (population.isDrawn(text)) return undefined
  for (const template of population.templatesFor(text)) {
    const { cells } = template
    const longer = cells.length - text.length
    if (Math.abs(longer) > 1) continue
    // Characters that fit from the beginning, and from the end.
    const fits = (at: number, by: number) => cells[at + by]?.characters.includes(text.charAt(at))
    let before = 0
    while (before < text.length && fits(before, 0)) before += 1
    let behind = 0
    while (behind < text.length && fits(text.length - 1 - behind, longer)) behind += 1
    const kept = longer > 0 ? text.length : text.length - 1
    for (let at = Math.max(0, kept - behind); at <= Math.min(before, kept); at += 1) {
      // A removed character leaves no place free; any other edit leaves the place that it changes.
      const free = longer < 0 ? -1 : at
      const bits = cells.reduce((sum, cell, place) => (place === free ? sum : sum + cell.bits), 0)
      if (bits >= chanceBits(template)) continue
      const [head, tail] = [text.slice(0, at), text.slice(text.length - kept + at)]
      const ids = [...(cells[free]?.characters ?? [''])].map((one) => head + one + tail)
      const id = ids.find((one) => !population.isOurs(one))
      if (id !== undefined) return id
    }
  }
  return undefined
}

/** Behind ids of any kind there may be numbers as well; up to here they are taken to exist. */
const SMALL = 10_000n

function byNumber(text: string, { numbers, ownsNumber }: Population): string | undefined {
  const isSomebodys = (value: bigint) =>
    numbers.some(({ least, most }) => least <= value && value <= most) && !ownsNumber(value)
  for (const read of numbersIn(text)) {
    const same = takenForTheSame(read)
    // The 32 bits that a server keeps of a large number may be a small one.
    const small = same.find((value) => value !== read && value >= 0n && value <= SMALL)
    const taken = [read, ...same].find(isSomebodys) ?? (read > SMALL ? small : undefined)
    if (taken !== undefined && !ownsNumber(taken)) return String(taken)
  }
  return undefined
}

/** Finds the number that a server tries if it finds no id. */
function byLeadingNumber(text: string, population: Population): string | undefined {
  const value = leadingNumber(text)
  if (value === undefined || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return population.ownsLeading(value) || population.ownsNumber(value) ? undefined : String(value)
}

/** Finds a folder: where ids hold a path in base 64, a shortened id may hold one. */
function asPathInBase64(text: string, population: Population): string | undefined {
  const held = octetsOfBase64(text)
  const paths = held === undefined ? [] : [...population.heldInBase64()]
  return held === undefined || paths.length === 0 || paths.includes(held) ? undefined : held
}
