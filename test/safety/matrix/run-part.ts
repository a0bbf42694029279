import { appendFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { type CellResult, runCell } from '../cell.ts'
import { plannedCells } from './planned-cells.ts'
import { refusedText } from './summary.ts'

/** Files of tests that share the cells among them, one a core of a small machine. */
const PARTS = 2
/** No cell is begun after so long; the matrix is then incomplete, and says so. */
const LIMIT_MS = 30 * 60 * 1000
/** So many ids of lost files are shown, and segments that they were lost to. */
const SHOWN = 3

/** Runs each second cell of the matrix, with a line of progress for each. */
export function runPart(part: number): void {
  const begin = performance.now()
  const mine = plannedCells().filter((_, at) => at % PARTS === part)
  const folder = inject('safetyFolder')
  for (const [at, cell] of mine.entries()) {
    const name = `${cell.scheme} × ${cell.lookup}, ${cell.option}`
    it(name, { timeout: 0 }, async ({ skip }) => {
      skip(performance.now() - begin > LIMIT_MS, 'time limit')
      const result = await runCell(cell)
      appendFileSync(join(folder, `part-${part}.ndjson`), `${JSON.stringify(result)}\n`)
      // Straight to the terminal: what a test logs is shown when it ends, and gathered by test.
      writeSync(2, `part ${part + 1}  ${at + 1}/${mine.length}  ${lineOf(name, result)}\n`)
      if (cell.option !== 'disposable') expect(result.lost.length, lossOf(result)).toBe(0)
    })
  }
}

function lineOf(
  name: string,
  { lost, nearMisses, negativeRequests, refused, durationMs }: CellResult,
) {
  return [
    name,
    `lost ${lost.length}`,
    `negative ${negativeRequests}, near-misses ${nearMisses}`,
    `refused by ${refusedText(refused)}`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join('  ')
}

function lossOf({ lost, foreign, culprits }: CellResult): string {
  if (lost.length === 0) return 'nothing lost'
  const [ids, segments] = [lost, culprits].map((texts) => texts.slice(0, SHOWN).join(', '))
  return `${lost.length} of ${foreign} lost: ${ids}; by ${segments}`
}
