import { type CellResult, summed } from '../cell.ts'
import { runsOf } from '../cell-options.ts'
import type { RefusedByReading } from '../reported.ts'

/** What came of several cells. */
interface Sum {
  readonly name: string
  readonly runs: number
  /** Files of others that are gone, but for those on targets said to be disposable. */
  readonly lost: number
  readonly lostDisposable: number
  /** Of one cell, the fewest and the most. */
  readonly negativeRequests: readonly [number, number]
  readonly refused: RefusedByReading
}

/** Adds up cells that have a name in common. */
export function sumsBy(
  results: readonly CellResult[],
  name: (result: CellResult) => string,
): Sum[] {
  return [...grouped(results, name)].map(([key, cells]) => {
    const negative = cells.map(({ negativeRequests }) => negativeRequests)
    return {
      name: key,
      runs: cells.reduce((sum, { cell }) => sum + runsOf(cell.option), 0),
      lost: lostIn(cells.filter(({ cell }) => cell.option !== 'disposable')),
      lostDisposable: lostIn(cells.filter(({ cell }) => cell.option === 'disposable')),
      negativeRequests: [Math.min(...negative), Math.max(...negative)],
      refused: summed(cells.map(({ refused }) => refused)),
    }
  })
}

/** Writes the table for people who decide whether to run against a server of theirs. */
export function markdownOf(results: readonly CellResult[]): string {
  const rows = sumsBy(results, ({ cell }) => cell.scheme).map((sum) => {
    const [fewest, most] = sum.negativeRequests
    const counts = `${sum.runs} | ${sum.lost} | ${sum.lostDisposable} | ${fewest}–${most}`
    return `| \`${sum.name}\` | ${counts} | ${refusedText(sum.refused, NAMED)} |`
  })
  return [
    '| ids | runs | lost | lost, `--disposable` | negative requests | refused by |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n')
}

/** Writes sums for a terminal, the worst first. */
export function linesOf(title: string, sums: readonly Sum[]): string {
  const width = Math.max(...sums.map(({ name }) => name.length))
  const lines = sums
    .toSorted((one, other) => other.lost - one.lost)
    .map(({ name, runs, lost, lostDisposable, negativeRequests: [fewest, most], refused }) => {
      const counts = `runs ${runs}  lost ${lost} (disposable ${lostDisposable})`
      return `  ${name.padEnd(width)}  ${counts}  negative ${fewest}–${most}  refused by ${refusedText(refused)}`
    })
  return [title, ...lines].join('\n')
}

/** Readings of a row of the page; the list of a scheme is longer than a line. */
const NAMED = 5

/** Names the readings that kept requests back, the most frequent first, the others by their number. */
export function refusedText(refused: RefusedByReading, atMost = Number.POSITIVE_INFINITY): string {
  const readings = Object.entries(refused).toSorted(([, one], [, other]) => other - one)
  const named = readings.slice(0, atMost).map(([reading, count]) => `${reading} ${count}`)
  if (readings.length > atMost) named.push(`${readings.length - atMost} more`)
  return named.join('; ') || 'none'
}

/** Groups what has the same name, in the order in which names come first. */
export function grouped<One>(
  all: readonly One[],
  name: (one: One) => string,
): ReadonlyMap<string, readonly One[]> {
  const groups = new Map<string, One[]>()
  for (const one of all) groups.set(name(one), [...(groups.get(name(one)) ?? []), one])
  return groups
}

function lostIn(cells: readonly CellResult[]): number {
  return cells.reduce((sum, { lost }) => sum + lost.length, 0)
}
