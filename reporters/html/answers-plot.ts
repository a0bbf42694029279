import type { Report } from '../../model/report.ts'
import { anchorOf } from './anchor.ts'
import { figure, numbersTable, tenth } from './figure.ts'
import type { Observations } from './observations.ts'
import { html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'
import { frequentStatuses, OTHER, tones } from './status-tone.ts'

const WIDTH = 960
const LEFT = 270
const RIGHT = 660
const TOP = 4
const ROW = 19
const BAR = 11

/** Characters of an id beside a bar: as wide as there is room. */
const LABEL = 34

/** Rows that are drawn; the catalogue has fewer. */
const MOST_ROWS = 200

/** Statuses that are named beside a bar. */
const NAMED = 4

interface Row {
  readonly id: string
  readonly total: number
  /** Statuses that came at all. */
  readonly parts: readonly (readonly [status: string, count: number])[]
}

/** Which statuses the requests of each requirement were answered with. */
export function answersPlot(report: Report, { answers }: Observations): SafeHtml | undefined {
  const statuses = frequentStatuses(summed([...answers.values()]))
  const rows = report.requirements
    .map(({ id }) => rowOf(id, answers.get(id), statuses))
    .filter(({ total }) => total > 0)
    .slice(0, MOST_ROWS)
  if (rows.length === 0) return undefined
  const columns = [...statuses, OTHER].filter((status) =>
    rows.some(({ parts }) => parts.some(([one]) => one === status)),
  )
  const toneOf = tones(columns)
  return figure({
    name: 'answers',
    heading: 'Answers by requirement',
    caption:
      'The share of each status in the answers that a requirement asked for; beside it, how many there were.',
    summary: `${rows.length} requirements asked for answers; the statuses were ${columns.join(', ')}`,
    width: WIDTH,
    height: TOP + ROW * rows.length + 4,
    legend: html`<ul class="legend">${columns.map((status) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true" class="${toneOf.get(status)}"><rect class="part" width="10" height="10" rx="2"/></svg>${status}</li>`)}</ul>`,
    stream: rows.map((row, at) => bar(row, TOP + ROW * at, toneOf)),
    table: numbersTable(
      'Answers by requirement and status',
      ['Requirement', ...columns],
      rows.map(({ id, parts }) => [
        html`<a href="#${anchorOf(id)}">${shortened(id, 80)}</a>`,
        ...columns.map((column) => parts.find(([status]) => status === column)?.[1] ?? 0),
      ]),
    ),
  })
}

function summed(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const one of all) {
    for (const [status, count] of one) sums.set(status, (sums.get(status) ?? 0) + count)
  }
  return sums
}

function rowOf(
  id: string,
  outcomes: ReadonlyMap<string, number> = new Map(),
  statuses: readonly string[],
): Row {
  const named = statuses.map((status) => [status, outcomes.get(status) ?? 0] as const)
  const total = [...outcomes.values()].reduce((sum, one) => sum + one, 0)
  const rest = total - named.reduce((sum, [, one]) => sum + one, 0)
  const parts = [...named, [OTHER, rest] as const].filter(([, one]) => one > 0)
  return { id, total, parts }
}

function bar(
  { id, total, parts }: Row,
  top: number,
  toneOf: ReadonlyMap<string, string>,
): SafeHtml {
  const baseline = top + BAR
  const before = (at: number) => parts.slice(0, at).reduce((sum, [, count]) => sum + count, 0)
  const at = (count: number) => tenth(LEFT + (count / total) * (RIGHT - LEFT))
  const words = parts.map(([status, count]) => `${status} × ${count.toLocaleString('en')}`)
  return html`<text class="label" x="${LEFT - 12}" y="${baseline}" text-anchor="end">${shortened(id, LABEL)}</text>
${parts.map(
  ([status, count], nth) =>
    html`<rect class="part ${toneOf.get(status)}" x="${at(before(nth))}" y="${top + 1}" width="${tenth(at(before(nth) + count) - at(before(nth)))}" height="${BAR}"/>`,
)}
<text class="tick" x="${RIGHT + 12}" y="${baseline}">${named(words)}</text>
`
}

function named(words: readonly string[]): string {
  return [...words.slice(0, NAMED), ...(words.length > NAMED ? ['…'] : [])].join('   ')
}
