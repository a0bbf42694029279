import type { IdScheme } from '../../model/id-scheme.ts'
import type { Cell } from './pattern.ts'
import type { NumberRange, Template } from './readings.ts'

/**
 * Describes the ids that others may have by the scheme of the ids that a target gave.
 *
 * Ids of one length make one template. Numbers make one for each row of digits that spells them. They reach
 * beyond the largest that was seen, since others create resources while a run goes on.
 */

/** Ids that others may create while a run goes on. */
const GROWTH = 10_000n
/** Characters at the end of an id that may count up where several are made in one tick. */
export const TICK_COUNTER = 4

export function templatesOf(scheme: IdScheme): readonly Template[] {
  const { places, guessable, varies, number } = scheme
  if (!varies) return [{ cells: places, guessable }]
  if (number !== undefined) {
    return numbersUpTo(number.largest + GROWTH).map((cells) => ({
      cells: [...literals(number.word), ...cells],
      guessable,
    }))
  }
  // Counters without leading zeros had fewer digits once, and may have one more.
  const free = places.filter(({ characters }) => characters.length > 1)
  const characters = [...new Set(free.map((place) => place.characters).join(''))].join('')
  const word = places.slice(0, places.length - free.length)
  return Array.from({ length: free.length + 1 }, (_, at) => ({
    cells: [...word, ...new Array<Cell>(at + 1).fill({ characters, bits: 0 })],
    guessable,
  }))
}

/** Makes cells of which each has one character. */
export function literals(text: string): readonly Cell[] {
  return [...text].map((characters) => ({ characters, bits: 0 }))
}

/** Makes rows of digits that spell all numbers from 0 up to one. */
function numbersUpTo(most: bigint): readonly (readonly Cell[])[] {
  const digit = (from: number, to = 9) => ({
    characters: '0123456789'.slice(from, to + 1),
    bits: 0,
  })
  const any = (count: number) => new Array<Cell>(count).fill(digit(0))
  const digits = String(most)
  const shorter = Array.from({ length: digits.length - 1 }, (_, at) => [
    digit(at === 0 ? 0 : 1),
    ...any(at),
  ])
  const asLong = [...digits].flatMap((one, at) => {
    const least = at === 0 ? 1 : 0
    const highest = Number(one) - (at === digits.length - 1 ? 0 : 1)
    if (highest < least) return []
    const begin = literals(digits.slice(0, at))
    return [[...begin, digit(least, highest), ...any(digits.length - at - 1)]]
  })
  return [...shorter, ...asLong]
}

export function rangesOf({ places, varies, number }: IdScheme): readonly NumberRange[] {
  if (number === undefined) return []
  const { word, largest } = number
  const digits = places.length - word.length
  const isPadded = String(largest).length < digits
  if (varies || isPadded) return [{ least: 1n, most: largest + GROWTH }]
  return [{ least: 10n ** BigInt(digits - 1), most: 10n ** BigInt(digits) }]
}

/** Describes ids made in the same tick as an owned one: all but their last characters are the same. */
export function neighbourhoodOf(id: string, { places }: IdScheme): Template {
  const counted = id.length - TICK_COUNTER
  const cells = places.map(({ characters }, at) => ({
    characters: at < counted ? id.charAt(at) : characters,
    bits: 0,
  }))
  return { cells, guessable: true }
}
