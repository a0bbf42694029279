import { UNGUESSABLE_BITS } from '../../model/id-scheme.ts'
import { leadingNumber, numbersIn, octetsOfBase64, takenForTheSame } from './numbers.ts'
import { type Automaton, type Cell, compile, likeliest, type Node } from './pattern.ts'
import { globPattern, likePattern, regularExpression } from './pattern-syntax.ts'

/** Ids of other people, as far as they can be told: of one length, place by place. */
export interface Template {
  readonly cells: readonly Cell[]
  /** Whether such ids have too few unguessable bits to be safe from each other. */
  readonly guessable: boolean
}

/** Numbers that are other people's ids. */
export interface NumberRange {
  readonly least: bigint
  readonly most: bigint
}

/** Everything that a lookup could find that is not this run's. */
export interface Population {
  /** Templates of all schemes, and those of the neighbours that an id of this run has in its tick. */
  templatesFor(text: string): readonly Template[]
  readonly numbers: readonly NumberRange[]
  /** Whether an id is this run's: owned, or with its run id in it. */
  isOurs(id: string): boolean
  /** Whether nobody else can have this id, of whatever making the ids of others are. */
  isNobodys(id: string): boolean
  ownsNumber(value: bigint): boolean
  /** Whether an id of this run begins with these digits. */
  ownsLeading(value: bigint): boolean
  /** Texts that ids of this run hold in base 64. */
  readonly heldInBase64: () => Iterable<string>
  /** The name of the run: what must be found in an id for a pattern to match is nobody's. */
  readonly runId: string
  /** Whether a text was drawn by this run, or holds its run id: no more than one character of it may be left out. */
  isDrawn(text: string): boolean
}

/** A way in which servers look ids up. */
export interface Lookup {
  readonly name: string
  /** Whether it is tried on what a server cuts off, too, and not only on what it takes for the id. */
  readonly onRest?: true
  /** The first id of somebody else that a server of this kind would take; undefined where there is none. */
  readonly takes: (text: string, population: Population) => string | undefined
}

/** Bits below which one of many deletions hits one of many ids by chance: of 10,000 ids, one deletion in 400,000. */
const CHANCE_BITS = 32
/** The same where each place of a text is tried. */
const CHANCE_ANYWHERE_BITS = 36

export const LOOKUPS: readonly Lookup[] = [
  { name: 'the id itself', takes: exactly },
  { name: 'ids that are the same but for case', onRest: true, takes: regardlessOfCase },
  { name: 'ids that begin with it', takes: beginningWith },
  { name: 'ids within it', takes: within },
  { name: 'ids that it is a part of', takes: containing },
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

function exactly(text: string, population: Population): string | undefined {
  return population.isOurs(text) || population.isNobodys(text) ? undefined : text
}

/**
 * Bits that it costs to hit an id that has this text at a place, in any case; infinite where none can.
 *
 * @param from - where in the text to begin; of a longer one, as much counts as an id has places
 */
function costAt(text: string, cells: readonly Cell[], at: number, from = 0): number {
  let bits = 0
  const end = from === 0 && text.length <= cells.length - at ? text.length : from + cells.length
  for (let read = from; read < end; read += 1) {
    const { characters, bits: each } = cells[at + read - from] ?? NO_CELL
    const character = text.charAt(read)
    const lower = characters.includes(character.toLowerCase())
    const upper = characters.includes(character.toUpperCase())
    if (!lower && !upper) return Number.POSITIVE_INFINITY
    bits += lower && upper ? Math.max(0, each - 1) : each
  }
  return bits
}

const NO_CELL: Cell = { characters: '', bits: 0 }

/** Any id that has this text at a place, in any case, and is not this run's. */
function idWith(text: string, cells: readonly Cell[], at: number, { isOurs }: Population) {
  const choices = cells.map(({ characters }, place) =>
    place >= at && place < at + text.length
      ? [...inBothCases(text.charAt(place - at))].filter((one) => characters.includes(one)).join('')
      : characters,
  )
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

function inBothCases(character: string): ReadonlySet<string> {
  return new Set([character.toLowerCase(), character.toUpperCase()])
}

function threshold({ guessable }: Template): number {
  return guessable ? CHANCE_BITS : UNGUESSABLE_BITS
}

function regardlessOfCase(text: string, population: Population): string | undefined {
  return withAnyCase(text, population, UNGUESSABLE_BITS)
}

/** Bits below which an id is met by chance that differs from one of this run by case alone. */
const CHANCE_OF_CASE_BITS = 24

/** An id that is the same as one of this run but for case. */
export function inAnotherCase(id: string, population: Population): string | undefined {
  return withAnyCase(id, population, CHANCE_OF_CASE_BITS)
}

function withAnyCase(text: string, population: Population, most: number): string | undefined {
  if (population.isDrawn(text)) return undefined
  for (const { cells } of population.templatesFor(text)) {
    if (cells.length !== text.length || costAt(text, cells, 0) >= most) continue
    const id = idWith(text, cells, 0, population)
    if (id !== undefined) return id
  }
  return undefined
}

function beginningWith(text: string, population: Population): string | undefined {
  if (population.isDrawn(text)) return undefined
  for (const template of population.templatesFor(text)) {
    const { cells } = template
    if (cells.length <= text.length || costAt(text, cells, 0) >= threshold(template)) continue
    const id = idWith(text, cells, 0, population)
    if (id !== undefined) return id
  }
  return undefined
}

function within(text: string, population: Population): string | undefined {
  for (const { cells, guessable } of population.templatesFor(text)) {
    const { length } = cells
    const most = guessable ? CHANCE_ANYWHERE_BITS : UNGUESSABLE_BITS
    for (let at = 0; at <= text.length - length; at += 1) {
      if (costAt(text, cells, 0, at) >= most) continue
      const piece = text.slice(at, at + length)
      const id = population.isOurs(piece) ? undefined : idWith(piece, cells, 0, population)
      if (id !== undefined) return id
    }
  }
  return undefined
}

function containing(text: string, population: Population): string | undefined {
  if (population.isDrawn(text)) return undefined
  for (const { cells } of population.templatesFor(text)) {
    for (let at = 0; at <= cells.length - text.length; at += 1) {
      if (costAt(text, cells, at) >= CHANCE_ANYWHERE_BITS) continue
      const id = idWith(text, cells, at, population)
      if (id !== undefined) return id
    }
  }
  return undefined
}

/** What may make dispensable, or turn round, what follows it in a pattern. */
const OPENING = /[([{\\!]/

/** Whether no id without the run id matches a pattern: it stands in each alternative, before all groups and sets. */
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
  if (!meaningful.test(text)) return undefined
  if (isRequired(population.runId, text)) return undefined
  const automaton = compile(read(text))
  for (const template of population.templatesFor(text)) {
    const id = takenBy(automaton, template, population)
    if (id !== undefined) return id
  }
  return undefined
}

function takenBy(automaton: Automaton, template: Template, population: Population) {
  const { cells } = template
  const most = threshold(template)
  const found = likeliest(automaton, cells)
  if (found === undefined || found.bits >= most) return undefined
  if (!population.isOurs(found.id)) return found.id
  const another = likeliest(automaton, cells, found.id)
  return another !== undefined && another.bits < most ? another.id : undefined
}

function oneEditAway(text: string, population: Population): string | undefined {
  // All but one letter of the run id is still 64 bits.
  if (population.isDrawn(text)) return undefined
  for (const template of population.templatesFor(text)) {
    const { cells } = template
    const longer = cells.length - text.length
    if (Math.abs(longer) > 1) continue
    // Places that fit from the beginning, and from the end.
    const fits = (at: number, by: number) => cells[at + by]?.characters.includes(text.charAt(at))
    let before = 0
    while (before < text.length && fits(before, 0)) before += 1
    let behind = 0
    while (behind < text.length && fits(text.length - 1 - behind, longer)) behind += 1
    const id = editedId(text, template, before, behind, population)
    if (id !== undefined) return id
  }
  return undefined
}

/** @param before - characters that fit from the beginning; `behind`: from the end */
function editedId(
  text: string,
  template: Template,
  before: number,
  behind: number,
  population: Population,
): string | undefined {
  const { cells } = template
  const kept = cells.length > text.length ? text.length : text.length - 1
  for (let at = kept - behind < 0 ? 0 : kept - behind; at <= Math.min(before, kept); at += 1) {
    const head = text.slice(0, at)
    const tail = text.slice(text.length - (kept - at))
    const gap = cells.length - kept
    const free = gap === 1 ? (cells[at]?.characters ?? '') : ''
    const bits = cells.reduce(
      (sum, cell, place) => sum + (gap === 1 && place === at ? 0 : cell.bits),
      0,
    )
    if (bits >= threshold(template)) continue
    const ids = gap === 0 ? [head + tail] : [...free].map((one) => head + one + tail)
    const foreign = ids.find((id) => !population.isOurs(id))
    if (foreign !== undefined) return foreign
  }
  return undefined
}

function byNumber(text: string, population: Population): string | undefined {
  const { numbers, ownsNumber } = population
  const isSomebodys = (value: bigint) =>
    numbers.some(({ least, most }) => least <= value && value <= most) && !ownsNumber(value)
  for (const read of numbersIn(text)) {
    const same = takenForTheSame(read)
    // Of a large number, 32 bits may be a small one: behind ids of any kind there may be some.
    const small = same.find((value) => value !== read && value >= 0n && value <= SMALL)
    const taken = [read, ...same].find(isSomebodys) ?? (read > SMALL ? small : undefined)
    if (taken !== undefined && !ownsNumber(taken)) return String(taken)
  }
  return undefined
}

const SMALL = 10_000n

/** Behind any ids there may be numbers, which a server tries when it finds none: small ones are somebody's. */
function byLeadingNumber(text: string, population: Population): string | undefined {
  const value = leadingNumber(text)
  if (value === undefined || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return population.ownsLeading(value) || population.ownsNumber(value) ? undefined : String(value)
}

/** Where ids hold a path in base 64, a shortened one holds a folder. */
function asPathInBase64(text: string, population: Population): string | undefined {
  const held = octetsOfBase64(text)
  if (held === undefined) return undefined
  const paths = [...population.heldInBase64()]
  if (paths.length === 0 || paths.includes(held)) return undefined
  return held
}
