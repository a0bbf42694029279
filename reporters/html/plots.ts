import type { Report } from '../../model/report.ts'
import { counted } from '../wording.ts'
import {
  edgeMs,
  frequentStatuses,
  type LatencyHistogram,
  type Observations,
  quantileMs,
  shortTime,
} from './observations.ts'
import { anchorOf, type Content, html, type SafeHtml, shortened, table } from './safe-html.ts'
import { SHADES } from './style.ts'

/** Width of every drawing, in its own units. */
const WIDTH = 960

/** Drawing, its meaning in words, and its numbers as a table for who cannot see it. */
interface Figure {
  /** Prefix of the ids of its parts; letters and hyphens. */
  readonly name: string
  readonly heading: string
  /** Explains how to read it. */
  readonly caption: string
  /** Says in a sentence what it shows. */
  readonly summary: string
  readonly height: number
  readonly legend?: SafeHtml
  readonly drawing: Content
  readonly numbers: SafeHtml
}

function figure(shown: Figure): SafeHtml {
  const { name, heading, caption, summary, height, legend, drawing, numbers } = shown
  return html`
<figure class="plot" aria-labelledby="${name}-heading">
<h3 id="${name}-heading">${heading}</h3>
<figcaption>${caption}</figcaption>
${legend}
<div class="drawing" tabindex="0" role="group" aria-label="${heading}, drawn">
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">${heading}</title>
<desc id="${name}-desc">${summary}</desc>
${drawing}
</svg>
</div>
<details class="numbers"><summary>${heading}, as a table</summary>
${numbers}
</details>
</figure>`
}

/** Rounds a coordinate to a tenth of a unit: more digits only make the page longer. */
function tenth(coordinate: number): number {
  return Math.round(coordinate * 10) / 10
}

/** Names the class in the style sheet of each status: a colour by its first digit, a shade by its place. */
export function tones(statuses: readonly string[]): ReadonlyMap<string, string> {
  const tone = (status: string) => {
    const alike = statuses.filter((one) => one[0] === status[0])
    const shade = alike.indexOf(status) % SHADES.length
    return /^[1-5]/.test(status) ? `tone-${status[0]}-${shade}` : 'tone-none'
  }
  return new Map(statuses.map((status) => [status, tone(status)]))
}

/** Logarithmic axis of time. */
interface LogAxis {
  /** Whole powers of ten, in milliseconds. */
  readonly ticksMs: readonly number[]
  /** Gives the coordinate of a time. */
  at(ms: number): number
}

/** Makes an axis between two coordinates, from the power of ten below the shortest time to the one above the longest. */
export function logAxis(minMs: number, maxMs: number, left: number, right: number): LogAxis {
  const exponent = (ms: number) => Math.log10(Math.max(0.1, ms))
  const first = Math.floor(exponent(minMs))
  const last = Math.max(first + 1, Math.ceil(exponent(maxMs)))
  return {
    ticksMs: Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at)),
    at(ms) {
      const share = (exponent(ms) - first) / (last - first)
      return tenth(left + Math.min(1, Math.max(0, share)) * (right - left))
    },
  }
}

const LATENCY = { left: 130, right: 940, top: 8, row: 58, hill: 30 } as const

const QUANTILES = [0.25, 0.5, 0.75, 0.95] as const

/** Draws how long answers took, by status: a hill where most times are, and a box for the middle half. */
export function latencyPlot({ latencies }: Observations): SafeHtml | undefined {
  if (latencies.size === 0) return undefined
  const { left, right, top, row } = LATENCY
  const statuses = frequentStatuses(new Map([...latencies].map(([key, one]) => [key, one.count])))
  const toneOf = tones(statuses)
  const shown = [...latencies].filter(([status]) => statuses.includes(status))
  const bottom = top + row * shown.length
  const shortest = Math.min(...shown.map(([, { minMs }]) => minMs))
  const longest = Math.max(...shown.map(([, { maxMs }]) => maxMs))
  const axis = logAxis(shortest, longest, left, right)
  return figure({
    name: 'latency',
    heading: 'Response time by status',
    caption:
      'From the request to the end of the body, on a logarithmic axis. Hill: where most times are. Box: the middle half, split at the median. Line: to the 95th percentile. Dot: the longest.',
    summary: shown.map(([status, histogram]) => inWords(status, histogram)).join('; '),
    height: bottom + 26,
    drawing: [
      axis.ticksMs.map((ms) => gridLine(axis.at(ms), shortTime(ms), top, bottom)),
      shown.map(([status, histogram], at) =>
        latencyRow(status, histogram, axis, top + row * at, toneOf.get(status)),
      ),
    ],
    numbers: table(
      'Response time by status; quantiles are at most 6 % off',
      ['Status', 'Count', 'Shortest', '1st quartile', 'Median', '3rd quartile', '95 %', 'Longest'],
      shown.map(([status, histogram]) => [
        status,
        histogram.count.toLocaleString('en'),
        shortTime(histogram.minMs),
        ...QUANTILES.map((share) => shortTime(quantileMs(histogram, share))),
        shortTime(histogram.maxMs),
      ]),
    ),
  })
}

function inWords(status: string, histogram: LatencyHistogram): string {
  const median = shortTime(quantileMs(histogram, 0.5))
  return `${status}: ${counted(histogram.count, 'answer')}, half of them within ${median}, the longest ${shortTime(histogram.maxMs)}`
}

function gridLine(x: number, time: string, top: number, bottom: number): SafeHtml {
  return html`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>
<text class="tick" x="${x}" y="${bottom + 18}" text-anchor="middle">${time}</text>
`
}

function latencyRow(
  status: string,
  histogram: LatencyHistogram,
  axis: LogAxis,
  top: number,
  tone: string | undefined,
): SafeHtml {
  const [q1 = 0, median, q3 = 0, p95] = QUANTILES.map((share) =>
    axis.at(quantileMs(histogram, share)),
  )
  const ground = top + LATENCY.hill + 6
  const middle = ground + 9
  return html`<text class="name" x="0" y="${ground - 4}">${status}</text>
<text class="tick" x="0" y="${ground + 13}">${counted(histogram.count, 'answer')}</text>
<g class="${tone}">
<path class="hill" d="${hill(histogram, axis, ground)}"/>
<line class="whisker" x1="${axis.at(histogram.minMs)}" x2="${p95}" y1="${middle}" y2="${middle}"/>
<rect class="box" x="${q1}" y="${middle - 5}" width="${tenth(Math.max(2, q3 - q1))}" height="10" rx="2"/>
<line class="median" x1="${median}" x2="${median}" y1="${middle - 6}" y2="${middle + 6}"/>
<circle class="longest" cx="${axis.at(histogram.maxMs)}" cy="${middle}" r="3"/>
</g>
`
}

/** Outlines the bins, through their middles. */
function hill({ bins }: LatencyHistogram, axis: LogAxis, ground: number): string {
  const highest = Math.max(...bins)
  const first = Math.max(0, bins.findIndex((count) => count > 0) - 1)
  const end = Math.min(bins.length, bins.findLastIndex((count) => count > 0) + 2)
  const points = bins.slice(first, end).map((count, at) => {
    const x = axis.at(edgeMs(first + at + 0.5))
    return `L${x} ${tenth(ground - (count / highest) * LATENCY.hill)}`
  })
  const [from, to] = [axis.at(edgeMs(first)), axis.at(edgeMs(end))]
  return `M${from} ${ground}${points.join('')}L${to} ${ground}Z`
}

/** Geometry of the plot of answers; `label` is in characters. */
const ANSWERS = { left: 270, right: 660, top: 4, row: 19, bar: 11, label: 34 } as const

/** Rows that are drawn; the catalogue has fewer. */
const MOST_ROWS = 200

/** Statuses that are named beside a bar. */
const NAMED = 4

/** Stands for all statuses but the most frequent. */
const OTHER = 'other'

interface AnswersRow {
  readonly id: string
  readonly parts: ReadonlyMap<string, number>
}

/** Draws the share of each status in the answers to each requirement. */
export function answersPlot(report: Report, { answers }: Observations): SafeHtml | undefined {
  const statuses = frequentStatuses(summed([...answers.values()].flatMap((one) => [...one])))
  const nameOf = (status: string) => (statuses.includes(status) ? status : OTHER)
  const order = [...statuses, OTHER]
  const rows = report.requirements
    .map(({ id }): AnswersRow => {
      const counts = [...(answers.get(id) ?? [])]
      const sums = summed(counts.map(([status, count]) => [nameOf(status), count]))
      return { id, parts: new Map(order.map((status) => [status, sums.get(status) ?? 0])) }
    })
    .filter(({ parts }) => [...parts.values()].some((count) => count > 0))
    .slice(0, MOST_ROWS)
  if (rows.length === 0) return undefined
  const columns = order.filter((status) => rows.some(({ parts }) => parts.get(status)))
  const toneOf = tones(columns)
  return figure({
    name: 'answers',
    heading: 'Answers by requirement',
    caption:
      'The share of each status in the answers to the requests of a requirement, and their number beside it.',
    summary: `${rows.length} requirements asked for answers; the statuses were ${columns.join(', ')}`,
    height: ANSWERS.top + ANSWERS.row * rows.length + 4,
    legend: html`<ul class="legend">${columns.map((status) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true" class="${toneOf.get(status)}"><rect class="part" width="10" height="10" rx="2"/></svg>${status}</li>`)}</ul>`,
    drawing: rows.map((row, at) => bar(row, ANSWERS.top + ANSWERS.row * at, toneOf)),
    numbers: table(
      'Answers by requirement and status',
      ['Requirement', ...columns],
      rows.map(({ id, parts }) => [
        html`<a href="#${anchorOf(id)}">${shortened(id, 80)}</a>`,
        ...columns.map((status) => parts.get(status) ?? 0),
      ]),
    ),
  })
}

function summed(counts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const [status, count] of counts) sums.set(status, (sums.get(status) ?? 0) + count)
  return sums
}

function bar(
  { id, parts }: AnswersRow,
  top: number,
  toneOf: ReadonlyMap<string, string>,
): SafeHtml {
  const { left, right, label, bar: height } = ANSWERS
  const shown = [...parts].filter(([, count]) => count > 0)
  const baseline = top + height
  const tinted = shown.map(([status, count]) => [`part ${toneOf.get(status)}`, count] as const)
  const words = shown.map(([status, count]) => `${status} × ${count.toLocaleString('en')}`)
  const named = [...words.slice(0, NAMED), ...(words.length > NAMED ? ['…'] : [])].join('   ')
  return html`<text class="label" x="${left - 12}" y="${baseline}" text-anchor="end">${shortened(id, label)}</text>
${stackedBar(tinted, { left, right, top: top + 1, height })}
<text class="tick" x="${right + 12}" y="${baseline}">${named}</text>
`
}

/** Draws rectangles side by side, each with its class, and as wide as its share. */
export function stackedBar(
  parts: readonly (readonly [name: string, count: number])[],
  { left, right, top, height }: Readonly<Record<'left' | 'right' | 'top' | 'height', number>>,
): Content {
  const total = parts.reduce((sum, [, count]) => sum + count, 0)
  let x = left
  let before = 0
  return parts.map(([name, count]) => {
    const from = x
    before += count
    x = tenth(left + (before / Math.max(1, total)) * (right - left))
    return (
      count > 0 &&
      html`<rect class="${name}" x="${from}" y="${top}" width="${tenth(x - from)}" height="${height}"/>`
    )
  })
}
