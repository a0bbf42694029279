import { InternalError } from '../../model/errors.ts'
import { type RecordedProvided, recorded } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { RecordedExchange, Report, Shard } from '../../model/report.ts'
import { type Accepted, gated } from '../gate/gate.ts'
import { launch } from '../run/run.ts'
import type { RunSettings } from '../run/run-settings.ts'
import { SelectionError } from '../run/selection.ts'
import { ledgerInMemory } from '../safety/ledger.ts'
import { type Difference, differencesBetween } from './bundle.ts'
import {
  type EvidenceReader,
  type IsLine,
  lineOf,
  type ReadLine,
  readEvidence,
} from './evidence-file.ts'
import { mergedReport } from './merging.ts'
import { replayedEnvironment } from './replayed-environment.ts'

/** What came of holding a run over its evidence once more. */
export interface Verification {
  readonly differences: readonly Difference[]
  /** Lines of evidence that were read. */
  readonly lines: number
  /** The report as it follows from the evidence; undefined where the two part on the way. */
  readonly derived: Report | undefined
}

export interface VerificationParts {
  /** The report to verify. */
  readonly report: Report
  readonly evidencePath: string
  readonly isLine: IsLine
  /** What the run was held against. */
  readonly accepted?: Accepted | undefined
  /** The run that the report tells of, or one of the shards that it was joined from. */
  optionsOf(shard?: Shard): RunSettings
}

/** After so many, more would say nothing new. */
const MAX_LINE_DIFFERENCES = 20

/**
 * Holds a run again, its evidence in the place of the target: every case is derived from the seed and
 * must be found, every request must be the one that was recorded, every verdict is judged from the
 * recorded answers by the same judges, and the report must come out as it is.
 *
 * @throws EvidenceError if the evidence cannot be read
 */
export async function verifyRun(parts: VerificationParts): Promise<Verification> {
  const differences: Difference[] = []
  const note = (difference: Difference) => {
    if (differences.length < MAX_LINE_DIFFERENCES) differences.push(difference)
  }
  const reader = readEvidence(parts.evidencePath, parts.isLine, (number, found) =>
    note({ where: lineName(number), expected: 'a line of the chain', found }),
  )
  const { shards } = parts.report
  const ledgerPath = parts.report.files.ledger ?? ''
  const derive = (settings: RunSettings, lines?: number) =>
    derivedReport(settings, ledgerPath, partOf(reader, lines), note)
  const joined = async (count: number) => {
    const reports: Report[] = []
    for (const [at, { lines }] of (shards ?? []).entries()) {
      const report = await derive(parts.optionsOf({ index: at + 1, count }), lines)
      if (report === undefined) return undefined
      reports.push(report)
    }
    const { contract, catalogue } = parts.optionsOf()
    return mergedReport(reports, { contract, catalogue, evidence: reader.identity() })
  }
  let derived = await (shards === undefined ? derive(parts.optionsOf()) : joined(shards.length))
  if (derived !== undefined && parts.accepted !== undefined) {
    derived = gated(derived, parts.accepted)
  }
  if (shards !== undefined && derived !== undefined && reader.next() !== undefined) {
    note({ where: 'evidence', expected: 'the lines of the shards', found: 'more' })
  }
  const { lines } = reader.identity()
  if (derived === undefined) return { differences, lines, derived }
  return {
    differences: [...differences, ...reportDifferences(derived, parts.report)],
    lines,
    derived,
  }
}

/** Evidence as far as a run goes: to its end, or to that of the shard. */
function partOf(reader: EvidenceReader, lines = Number.POSITIVE_INFINITY): EvidenceReader {
  let read = 0
  return {
    next() {
      if (read === lines) return undefined
      const line = reader.next()
      if (line !== undefined) read += 1
      return line
    },
    identity: () =>
      lines === Number.POSITIVE_INFINITY ? reader.identity() : { lines: read, sha256: '' },
  }
}

/** The report that follows from evidence, or undefined where the two part on the way. */
async function derivedReport(
  settings: RunSettings,
  ledgerPath: string,
  evidence: EvidenceReader,
  note: (difference: Difference) => void,
): Promise<Report | undefined> {
  const environment = replayedEnvironment(evidence.next)
  const check = (record: RecordedExchange | RecordedProvided) => {
    const line = environment.delivered(record)
    if (line === undefined || lineOf(record, line.previous) === line.text) return
    for (const difference of lineDifferences(record, line)) note(difference)
  }
  let derived: Report | undefined
  try {
    derived = await launch(settings, {
      ledgerPath,
      openLedger: ledgerInMemory,
      openEnvironment: () => environment,
      record: (exchange: Exchange) => check(recorded(exchange)),
      provided: check,
      evidence: evidence.identity,
    })
  } catch (error) {
    if (error instanceof SelectionError) {
      note({ where: 'report /selection', expected: 'a selection', found: error.message })
    } else if (environment.mismatch === undefined) {
      // A run that ends like this gives no report: the evidence is of no such run.
      if (!(error instanceof InternalError)) throw error
      note({ where: 'evidence', expected: 'a run that comes to its end', found: error.message })
    }
  }
  const parting = environment.mismatch ?? environment.unused()
  if (parting !== undefined) {
    const where = parting.line === undefined ? 'evidence' : lineName(parting.line)
    note({ where, expected: 'what the run asks for', found: parting.message })
  }
  return derived
}

function lineName(number: number): string {
  return `evidence.ndjson line ${number}`
}

function lineDifferences(
  record: RecordedExchange | RecordedProvided,
  { number, record: found, text }: ReadLine,
): readonly Difference[] {
  const expected: unknown = JSON.parse(JSON.stringify(record))
  const differences = differencesBetween(expected, found, lineName(number))
  if (differences.length > 0) return differences
  return [{ where: lineName(number), expected: 'JSON as this program writes it', found: text }]
}

/** What can be derived, requirement by requirement and then the rest; when it was made cannot be. */
function reportDifferences(derived: Report, report: Report): readonly Difference[] {
  const { requirements: expected, ...expectedRest } = asJson(derived)
  const { requirements: found, ...foundRest } = report
  const claims = {
    started: report.started,
    durationMs: report.durationMs,
    ...(derived.shards === undefined ? {} : { shards: claimedShards(derived, report) }),
  }
  const ids = [...new Set([...expected, ...found].map(({ id }) => id))]
  const of = (results: typeof found, id: string) => results.find((one) => one.id === id)
  const order = (results: typeof found) => results.map(({ id }) => id)
  return [
    ...ids.flatMap((id) => differencesBetween(of(expected, id), of(found, id), `report ${id} `)),
    ...differencesBetween(order(expected), order(found), 'report /requirements'),
    ...differencesBetween({ ...expectedRest, ...claims }, foundRest, 'report '),
  ]
}

function claimedShards({ shards = [] }: Report, report: Report) {
  return shards.map((shard, at) => {
    const { started, durationMs } = report.shards?.[at] ?? shard
    return { ...shard, started, durationMs }
  })
}

function asJson(report: Report): Report {
  return JSON.parse(JSON.stringify(report)) as Report
}
