import type { Cell } from '../cell.ts'
import type { CellOption } from '../cell-options.ts'
import { exactLookup, type Lookup, lookups } from '../lookups.ts'
import { schemes } from '../schemes.ts'

/** Cells in all: some ten minutes on two cores. */
export const CELLS = 500

/** Options of twenty cells. */
const ROTATION: readonly CellOption[] = [
  ...Array<CellOption>(13).fill('default'),
  ...(['many-runs', 'shards', 'replay', 'ids', 'command', 'accounts', 'disposable'] as const),
]
/** Coprime to the rotation and odd, so that no option falls to the same schemes, or to one half of the cells. */
const SHIFT = 3
const FEW_FOREIGN = 2_000
const MANY_FOREIGN = 5_000
/** One cell in so many has many files of other people. */
const CROWDED = 10
/** So many cells in turn have one kind of traffic, then the other: no multiple of what else turns. */
const SAME_TRAFFIC = 3

/** Near relatives of other lookups, and those that look beside the path: in fewer cells than the others. */
export const SELDOM: ReadonlySet<string> = new Set([
  ...['collation', 'word-characters', 'uuid-value', 'ends-with', 'like-prefix', 'like-any-case'],
  ...['ampersand-list', 'leading-number', 'coerced', 'hex-number', 'any-segment', 'behind-colon'],
  ...['cuts-comment', 'base64-folder', 'id-from-query', 'id-from-json', 'id-from-form'],
  ...['override-header', 'override-parameter'],
])
/** Rounds in which each of the other lookups comes once. */
const ROUNDS = 8

/** Plans the matrix: schemes, lookups and options turn side by side, each at its own pace. */
export function plannedCells(): readonly Cell[] {
  const turning = turningLookups()
  return turning.map((lookup, at) => {
    const block = Math.floor(at / ROTATION.length)
    return {
      scheme: schemeAt(at, turning),
      lookup: lookup.name,
      option: ROTATION[(at + block * SHIFT) % ROTATION.length] ?? 'default',
      seed: at + 1,
      foreign: at % CROWDED === 0 ? MANY_FOREIGN : FEW_FOREIGN,
      traffic: Math.floor(at / SAME_TRAFFIC) % 2 === 0 ? 'busy' : 'quiet',
    }
  })
}

/**
 * The scheme of a cell. A lookup that finds ids within a segment changes with its neighbour where it would
 * have names for ids: every single letter is the name of somebody's file, and each text that could be sent
 * holds one.
 */
function schemeAt(at: number, turning: readonly Lookup[]): string {
  const inTurn = (cell: number) => schemes[cell % schemes.length]?.name ?? ''
  const clashes = (cell: number) =>
    turning[cell]?.name === 'includes-id' && inTurn(cell) === 'file-name'
  if (clashes(at)) return inTurn(at + 1)
  return inTurn(clashes(at - 1) ? at - 1 : at)
}

/** Gives the lookup of each cell: in every round all but the seldom ones, of which a part fills it up. */
function turningLookups(): readonly Lookup[] {
  const often = [exactLookup, ...lookups].filter(({ name }) => !SELDOM.has(name))
  const seldom = lookups.filter(({ name }) => SELDOM.has(name))
  const filling = CELLS - ROUNDS * often.length
  return Array.from({ length: ROUNDS }, (_, round) => {
    const [begin, end] = [round, round + 1].map((at) => Math.floor((at * filling) / ROUNDS))
    const some = Array.from({ length: (end ?? 0) - (begin ?? 0) }, (_, at) => {
      return seldom[((begin ?? 0) + at) % seldom.length]
    })
    return [...often, ...some.filter((one) => one !== undefined)]
  }).flat()
}
