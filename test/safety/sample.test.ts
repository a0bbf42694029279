import { expect, it } from 'vitest'
import { type Cell, runCell } from './cell.ts'

const FOREIGN = 300
/** No id is made up where many delete at once. */
const APART = ['--skip', 'concurrency/']
const FEW = { option: 'default', seed: 1, foreign: FOREIGN, words: APART } as const
/** Next to no files of others between those of the run: it sees plainly how ids count. */
const QUIET = { ...FEW, traffic: 'quiet' } as const
/** Hundreds of cases of each property that makes ids up; thousands are for `npm run safety`. */
const MANY = { ...FEW, option: 'many-runs', words: ['--runs', '300'] } as const

/** Servers on which a careless run does the most harm. */
const cells: readonly Cell[] = [
  // Only so many cases and files come upon each other here, if nothing is kept back.
  { scheme: 'padded-24-blocks', lookup: 'exact', ...MANY, foreign: 1_000, words: [] },
  { scheme: 'uuid-tail', lookup: 'one-edit', ...FEW },
  { scheme: 'padded-24', lookup: 'one-edit', ...QUIET },
  { scheme: 'uuid-tail-blocks', lookup: 'exact', ...FEW },
  { scheme: 'sql-server', lookup: 'exact', ...MANY },
  { scheme: 'oracle', lookup: 'exact', ...MANY },
  { scheme: 'sha256', lookup: 'exact', ...FEW },
  { scheme: 'decimal', lookup: 'regex', ...QUIET },
  { scheme: 'openai', lookup: 'regex', ...FEW },
  { scheme: 'uuid4', lookup: 'comma-list', ...FEW },
  { scheme: 'base62-4', lookup: 'like', ...FEW },
  { scheme: 'ulid-monotonic', lookup: 'starts-with', ...QUIET },
  { scheme: 'file-padded-24', lookup: 'parse-int', ...QUIET },
  { scheme: 'decimal-from-1', lookup: 'includes-id', ...FEW },
  { scheme: 'one-in-five-counts', lookup: 'one-edit', ...QUIET },
  { scheme: 'snowflake', lookup: 'number-32', ...FEW },
]

it.each(cells)('nobody loses a file to a run: ids $scheme, looked up by $lookup', async (cell) => {
  const { lost, culprits, foreign, requests } = await runCell(cell)
  expect({ lost: lost.length, by: culprits.slice(0, 3) }).toEqual({ lost: 0, by: [] })
  // There was something to lose, and something was tried.
  expect(foreign).toBeGreaterThan(FOREIGN)
  expect(requests).toBeGreaterThan(100)
})
