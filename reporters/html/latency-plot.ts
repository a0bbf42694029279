import { counted } from '../wording.ts'
import { figure, numbersTable, tenth } from './figure.ts'
import { edgeMs, type LatencyHistogram, quantileMs } from './latency-histogram.ts'
import { gridLines, type LogAxis, logAxis, shortTime } from './log-axis.ts'
import type { Observations } from './observations.ts'
import { html, type SafeHtml } from './safe-html.ts'
import { frequentStatuses, tones } from './status-tone.ts'

const WIDTH = 960
const LEFT = 130
const RIGHT = 940
const TOP = 8
const ROW = 58

/** Height of the highest bin of a row. */
const HILL = 30

const QUANTILES = [0.25, 0.5, 0.75, 0.95] as const

/** How long answers took, by status: a hill where most are, and a box for the middle half. */
export function latencyPlot({ latencies }: Observations): SafeHtml | undefined {
  if (latencies.size === 0) return undefined
  const counts = new Map([...latencies].map(([status, { count }]) => [status, count]))
  const statuses = frequentStatuses(counts)
  const shown = statuses.flatMap((status) => {
    const histogram = latencies.get(status)
    return histogram === undefined ? [] : [{ status, histogram }]
  })
  const toneOf = tones(statuses)
  const bottom = TOP + ROW * shown.length
  const shortest = Math.min(...shown.map(({ histogram }) => histogram.minMs))
  const longest = Math.max(...shown.map(({ histogram }) => histogram.maxMs))
  const axis = logAxis(shortest, longest, LEFT, RIGHT)
  return figure({
    name: 'latency',
    heading: 'Time to the answer, by status',
    caption:
      'From the request to the end of the body, on a logarithmic axis. Hill: where the times are. Box: the middle half, parted at the median. Line: to the 95th percentile. Dot: the longest.',
    summary: shown.map(({ status, histogram }) => inWords(status, histogram)).join('; '),
    width: WIDTH,
    height: bottom + 26,
    stream: [
      gridLines(axis, TOP, bottom),
      shown.map(({ status, histogram }, at) =>
        row(status, histogram, axis, TOP + ROW * at, toneOf.get(status) ?? ''),
      ),
    ],
    table: numbersTable(
      'Time to the answer by status; quantiles are at most 6 % off',
      [
        'Status',
        'Answers',
        'Shortest',
        '1st quartile',
        'Median',
        '3rd quartile',
        '95th',
        'Longest',
      ],
      shown.map(({ status, histogram }) => [
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

function row(
  status: string,
  histogram: LatencyHistogram,
  axis: LogAxis,
  top: number,
  tone: string,
): SafeHtml {
  const [q1, median, q3, p95] = QUANTILES.map((share) => axis.at(quantileMs(histogram, share)))
  const ground = top + HILL + 6
  const middle = ground + 9
  return html`<text class="name" x="0" y="${ground - 4}">${status}</text>
<text class="tick" x="0" y="${ground + 13}">${counted(histogram.count, 'answer')}</text>
<g class="${tone}">
<path class="hill" d="${hill(histogram, axis, ground)}"/>
<line class="whisker" x1="${axis.at(histogram.minMs)}" x2="${p95}" y1="${middle}" y2="${middle}"/>
<rect class="box" x="${q1}" y="${middle - 5}" width="${tenth(Math.max(2, (q3 ?? 0) - (q1 ?? 0)))}" height="10" rx="2"/>
<line class="median" x1="${median}" x2="${median}" y1="${middle - 6}" y2="${middle + 6}"/>
<circle class="longest" cx="${axis.at(histogram.maxMs)}" cy="${middle}" r="3"/>
</g>
`
}

/** The outline of the bins, drawn through their middles. */
function hill({ bins }: LatencyHistogram, axis: LogAxis, ground: number): string {
  const highest = Math.max(...bins)
  const first = Math.max(0, bins.findIndex((count) => count > 0) - 1)
  const end = Math.min(bins.length, bins.findLastIndex((count) => count > 0) + 2)
  const points = bins.slice(first, end).map((count, at) => {
    const x = axis.at(edgeMs(first + at + 0.5))
    return `L${x} ${tenth(ground - (count / highest) * HILL)}`
  })
  const [from, to] = [axis.at(edgeMs(first)), axis.at(edgeMs(first + points.length))]
  return `M${from} ${ground}${points.join('')}L${to} ${ground}Z`
}
