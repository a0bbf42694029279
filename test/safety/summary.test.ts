import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CellResult } from './cell.ts'
import type { CellOption } from './cell-options.ts'
import { markdownOf } from './matrix/summary.ts'
import { reportedIn } from './reported.ts'

function result(option: CellOption, lost: readonly string[], negativeRequests: number): CellResult {
  return {
    cell: { scheme: 'decimal', lookup: 'exact', option, seed: 1 },
    ...{ foreign: 9, lost, requests: 20, negativeRequests, nearMisses: 0, culprits: [], runs: [] },
    ...{ refused: { exact: 2, regex: 3 }, guessable: undefined, durationMs: 1 },
  }
}

test('the table shows losses on disposable targets apart', () => {
  const table = markdownOf([result('default', ['1'], 7), result('disposable', ['2', '3'], 5)])
  expect(table.split('\n').at(-1)).toBe('| `decimal` | 2 | 1 | 2 | 5–7 | regex 6; exact 4 |')
})

test('a report says what was refused, or nothing of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  const file = join(folder, 'report.json')
  expect(reportedIn(file)).toEqual({ verdict: undefined, guessable: undefined, refused: {} })
  const notSent = [
    { reading: 'regex', count: 2 },
    { reading: 'regex', count: 1 },
    { reading: 'list', count: 1 },
  ]
  writeFileSync(file, JSON.stringify({ verdict: 'conforming', ids: { guessable: true }, notSent }))
  expect(reportedIn(file)).toEqual({
    verdict: 'conforming',
    guessable: true,
    refused: { regex: 3, list: 1 },
  })
  rmSync(folder, { recursive: true })
})
