import type { RecordedExchange, Report } from '../../model/report.ts'
import { shortened } from './safe-html.ts'

/** Exchanges that are listed for each requirement. */
const LISTED = 10

/** Characters of a request target in a list. */
const LISTED_TARGET = 100

/** Stands for a status where no response came. */
const NO_ANSWER = 'no answer'

/** Digest of the exchanges of a run, made in one pass: as large for many exchanges as for few. */
export interface Observations {
  /** Number of exchanges with the operation under test. */
  readonly exchanges: number
  /** Times by status, ascending. */
  readonly latencies: ReadonlyMap<string, LatencyHistogram>
  /** Counts of each status, by the requirement that asked for the answers. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** First exchanges of each requirement, set-up included. */
  readonly listed: ReadonlyMap<string, readonly ListedExchange[]>
}

/** Exchange as a row of a table. */
export interface ListedExchange {
  readonly case: string
  readonly step: number
  /** Method and request target. */
  readonly request: string
  /** Status, or kind of failure. */
  readonly outcome: string
  readonly durationMs: number
}

export function observe(report: Report, exchanges: Iterable<RecordedExchange>): Observations {
  const answers = new Map(report.requirements.map(({ id }) => [id, new Map<string, number>()]))
  const listed = new Map<string, ListedExchange[]>()
  const latencies = new Map<string, GrowingHistogram>()
  let total = 0
  for (const exchange of exchanges) {
    const { requirement, purpose, attempts, response, durationMs } = exchange
    // Undefined for the preflight, which belongs to no requirement.
    const counts = answers.get(requirement)
    const rows = listed.get(requirement) ?? []
    if (counts !== undefined && rows.length < LISTED) {
      listed.set(requirement, [...rows, listedExchange(exchange)])
    }
    if (purpose === 'set-up' || attempts === 0) continue
    total += 1
    const status = statusOf(exchange)
    counts?.set(status, (counts.get(status) ?? 0) + 1)
    if (response === undefined) continue
    const histogram = latencies.get(status) ?? createHistogram()
    addTime(histogram, durationMs)
    latencies.set(status, histogram)
  }
  const byStatus = [...latencies].sort(([one], [other]) => Number(one) - Number(other))
  return { exchanges: total, latencies: new Map(byStatus), answers, listed }
}

export function listedExchange(exchange: RecordedExchange): ListedExchange {
  const { case: caseKey, step, request, failure, durationMs } = exchange
  return {
    case: caseKey,
    step,
    request: shortened(`${request.method} ${request.target}`, LISTED_TARGET),
    outcome: failure?.kind ?? statusOf(exchange),
    durationMs,
  }
}

function statusOf({ response }: RecordedExchange): string {
  return response === undefined ? NO_ANSWER : String(response.status)
}

/** Statuses that a plot tells apart; a target can answer with nine hundred. */
export const MOST_STATUSES = 9

/** Picks the most frequent statuses, in ascending order with no answer last. */
export function frequentStatuses(counts: ReadonlyMap<string, number>): readonly string[] {
  const rank = (status: string) =>
    status === NO_ANSWER ? Number.POSITIVE_INFINITY : Number(status)
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_STATUSES)
    .map(([status]) => status)
    .sort((one, other) => rank(one) - rank(other))
}

/** Times in bins of equal width on a logarithmic axis: as large for a million times as for one. */
export type LatencyHistogram = Readonly<GrowingHistogram>

interface GrowingHistogram {
  /** Number of times in each bin. */
  readonly bins: number[]
  count: number
  minMs: number
  maxMs: number
}

/** Edge of the first bin, in milliseconds: about the time of an answer over loopback. */
const SHORTEST_MS = 0.1

/** Bins of a power of ten: quantiles read off them are at most 6 % off. */
const BINS_PER_DECADE = 20

/** Bins up to 1,000 seconds, which is beyond any time limit. */
const BINS = 7 * BINS_PER_DECADE

export function createHistogram(): GrowingHistogram {
  return {
    bins: new Array<number>(BINS).fill(0),
    count: 0,
    minMs: Number.POSITIVE_INFINITY,
    maxMs: 0,
  }
}

export function addTime(histogram: GrowingHistogram, ms: number): void {
  const bin = ms > SHORTEST_MS ? Math.floor(Math.log10(ms / SHORTEST_MS) * BINS_PER_DECADE) : 0
  const within = Math.min(BINS - 1, bin)
  histogram.bins[within] = (histogram.bins[within] ?? 0) + 1
  histogram.count += 1
  histogram.minMs = Math.min(histogram.minMs, ms)
  histogram.maxMs = Math.max(histogram.maxMs, ms)
}

/** Gives the time at the lower edge of a bin, in milliseconds. */
export function edgeMs(bin: number): number {
  return SHORTEST_MS * 10 ** (bin / BINS_PER_DECADE)
}

/** Gives the time that a share of all times does not exceed, in milliseconds. */
export function quantileMs({ bins, count, minMs, maxMs }: LatencyHistogram, share: number): number {
  let left = share * count
  const bin = bins.findIndex((inBin) => {
    left -= inBin
    return inBin > 0 && left <= 0
  })
  return Math.min(maxMs, Math.max(minMs, edgeMs(bin + 0.5)))
}

/** Writes a time with two digits: `0.1 ms`, `12 ms`, `1.2 s`. */
export function shortTime(ms: number): string {
  const rounded = (value: number) => Number(value.toPrecision(2)).toLocaleString('en')
  return ms < 1_000 ? `${rounded(ms)} ms` : `${rounded(ms / 1_000)} s`
}
