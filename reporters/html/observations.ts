import type { RecordedExchange, Report } from '../../model/report.ts'
import {
  createHistogram,
  type GrowingHistogram,
  type LatencyHistogram,
} from './latency-histogram.ts'
import { shortened } from './shortened.ts'

/** Exchanges of each requirement that are listed. */
const LISTED = 10

/** Characters of a request target in a list. */
const LISTED_TARGET = 100

/** Where nothing came back, in the place of a status. */
export const NO_ANSWER = 'no answer'

/** What a page says of the exchanges of a run, gathered in one pass; as large for many as for few. */
export interface Observations {
  /** Of the operation under test. */
  readonly exchanges: number
  /** By status, ascending. */
  readonly latencies: ReadonlyMap<string, LatencyHistogram>
  /** For each requirement of the report that asked for answers: how often each status came. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** The first exchanges of each requirement, set-up included. */
  readonly listed: ReadonlyMap<string, readonly ListedExchange[]>
}

/** An exchange as a row of a table. */
export interface ListedExchange {
  readonly case: string
  readonly step: number
  /** Method and request target. */
  readonly request: string
  /** Status, or why nothing came back. */
  readonly outcome: string
  readonly durationMs: number
}

export function observe(report: Report, exchanges: Iterable<RecordedExchange>): Observations {
  const ids = new Set(report.requirements.map(({ id }) => id))
  const latencies = new Map<string, GrowingHistogram>()
  const answers = new Map<string, Map<string, number>>()
  const listed = new Map<string, ListedExchange[]>()
  let total = 0
  for (const exchange of exchanges) {
    // A preflight asks for no requirement.
    const known = ids.has(exchange.requirement)
    if (known) list(listed, exchange)
    if (exchange.purpose === 'set-up' || exchange.attempts === 0) continue
    total += 1
    if (exchange.response !== undefined) time(latencies, exchange)
    if (known) count(answers, exchange)
  }
  const byStatus = [...latencies].sort(([one], [other]) => Number(one) - Number(other))
  return {
    exchanges: total,
    latencies: new Map(byStatus.map(([status, one]) => [status, one.histogram()])),
    answers,
    listed,
  }
}

function list(listed: Map<string, ListedExchange[]>, exchange: RecordedExchange): void {
  const rows = listed.get(exchange.requirement) ?? []
  if (rows.length === LISTED) return
  listed.set(exchange.requirement, [...rows, listedExchange(exchange)])
}

export function listedExchange(exchange: RecordedExchange): ListedExchange {
  const { case: caseKey, step, request, durationMs } = exchange
  return {
    case: caseKey,
    step,
    request: shortened(`${request.method} ${request.target}`, LISTED_TARGET),
    outcome: exchange.failure?.kind ?? outcomeOf(exchange),
    durationMs,
  }
}

function time(latencies: Map<string, GrowingHistogram>, exchange: RecordedExchange): void {
  const status = outcomeOf(exchange)
  const histogram = latencies.get(status) ?? createHistogram()
  histogram.add(exchange.durationMs)
  latencies.set(status, histogram)
}

function count(answers: Map<string, Map<string, number>>, exchange: RecordedExchange): void {
  const outcomes = answers.get(exchange.requirement) ?? new Map<string, number>()
  const outcome = outcomeOf(exchange)
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  answers.set(exchange.requirement, outcomes)
}

function outcomeOf({ response }: RecordedExchange): string {
  return response === undefined ? NO_ANSWER : String(response.status)
}
