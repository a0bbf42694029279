import { PREFLIGHT } from '../harness/run/preflight.ts'
import { type Counts, type PlannedRow, spentOn, summed } from './plan-counts.ts'

const NAMES: Readonly<Record<string, string>> = {
  [PREFLIGHT]: '(finding out what the target offers)',
  'set-up/sweep': '(removing files that are left)',
}

type Column = readonly [title: string, of: (counts: Counts) => number]

/** The table of a plan, a requirement a line, with its sum at the end. */
export function planTable(rows: readonly PlannedRow[]): readonly string[] {
  const total = summed(rows.map(({ counts }) => counts))
  const files: Column =
    total.handedOver > 0
      ? ['handed over', ({ handedOver }) => handedOver]
      : ['uploads', ({ uploads }) => uploads]
  const columns: readonly Column[] = [
    ['deletions', ({ deletions }) => deletions],
    files,
    ['other', ({ others }) => others],
    ['requests', (counts) => spentOn(counts).requests],
  ]
  const cells = (name: string, cases: string, counts: Counts) => [
    name,
    cases,
    ...columns.map(([, of]) => String(of(counts))),
  ]
  return aligned([
    ['requirement', 'cases', ...columns.map(([title]) => title)],
    ...rows.map(({ requirement, cases, counts }) =>
      cells(NAMES[requirement] ?? requirement, String(cases), counts),
    ),
    cells('in all', '', total),
  ])
}

/** Lines whose first column begins at the left, the others ending at the right. */
function aligned(table: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0))
  return table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(width(at)) : cell.padStart(width(at) + 2)))
      .join(''),
  )
}
