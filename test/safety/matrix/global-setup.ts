import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { CellResult } from '../cell.ts'
import { plannedCells } from './planned-cells.ts'
import { linesOf, markdownOf, sumsBy } from './summary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which the parts of the matrix leave what came of their cells. */
    safetyFolder: string
  }
}

const PAGE = new URL('../../../docs/reliability.md', import.meta.url)
const SECTION = /(<!-- safety matrix: begin -->\n)[\s\S]*(<!-- safety matrix: end -->)/

/** Gathers what the parts find out, in the process that outlives them. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-matrix-'))
  project.provide('safetyFolder', folder)
  const updates = project.config.snapshotOptions.updateSnapshot === 'all'
  return () => {
    const results = resultsIn(folder)
    rmSync(folder, { recursive: true, force: true })
    if (results.length > 0) conclude(results, updates)
  }
}

function conclude(results: readonly CellResult[], updates: boolean): void {
  const say = (text: string) => process.stdout.write(`\n${text}\n`)
  const schemes = sumsBy(results, ({ cell }) => cell.scheme)
  say(linesOf('By id scheme', schemes))
  say(
    linesOf(
      'By lookup',
      sumsBy(results, ({ cell }) => cell.lookup),
    ),
  )
  say(
    linesOf(
      'By option',
      sumsBy(results, ({ cell }) => cell.option),
    ),
  )
  const lost = schemes.reduce((sum, one) => sum + one.lost, 0)
  const runs = schemes.reduce((sum, one) => sum + one.runs, 0)
  const missing = plannedCells().length - results.length
  say(`${results.length} cells, ${runs} runs: ${lost} files of others lost`)
  if (missing > 0) {
    say(`${missing} cells were not run to their end: the matrix is incomplete`)
    process.exitCode = 1
  } else if (updates) {
    writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), markdownOf(results)))
    say('docs/reliability.md is up to date')
  }
}

function resultsIn(folder: string): readonly CellResult[] {
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
  )
  const order = plannedCells().map(({ seed }) => seed)
  return lines
    .map((line) => JSON.parse(line) as CellResult)
    .toSorted((one, other) => order.indexOf(one.cell.seed) - order.indexOf(other.cell.seed))
}

/** @throws Error if the page has lost the comments between which the table stands */
function withTable(page: string, table: string): string {
  if (!SECTION.test(page)) throw new Error('docs/reliability.md has no place for the safety matrix')
  return page.replace(SECTION, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`)
}
