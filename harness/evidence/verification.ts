import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InternalError, SelectionError, UsageError } from '../../model/errors.ts'
import { type RecordedProvided, recorded } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { RecordedExchange, Report, RequirementResult, Shard } from '../../model/report.ts'
import type { Family } from '../../model/requirement.ts'
import { FileError, readRegular } from '../../spec/bounded-file.ts'
import { type Accepted, gated } from '../gate/gate.ts'
import { MAX_REPORT_BYTES, reportIn } from '../gate/report-file.ts'
import { MAX_WAIVERS_BYTES, waiversIn } from '../gate/waivers.ts'
import { reportedTool, TOOL } from '../http/tool.ts'
import { launch } from '../run/run.ts'
import type { RunSettings } from '../run/run-settings.ts'
import { seedFrom } from '../run/seed.ts'
import { ledgerInMemory } from '../safety/ledger.ts'
import { BUNDLE } from './bundle.ts'
import { type Difference, differencesBetween } from './difference.ts'
import {
  type EvidenceReader,
  type IsLine,
  lineOf,
  type ReadLine,
  readEvidence,
} from './evidence-file.ts'
import { mergedReport } from './merging.ts'
import { replayedEnvironment } from './replayed-environment.ts'

/** Result of repeating a run over its evidence. */
interface Verification {
  readonly differences: readonly Difference[]
  /** Number of lines of evidence that were read. */
  readonly lines: number
}

export interface VerificationParts {
  /** Report to verify. */
  readonly report: Report
  readonly evidencePath: string
  readonly isLine: IsLine
  readonly accepted?: Accepted | undefined
  /** Gives the settings of the run, or of one of the shards that it was merged from. */
  optionsOf(shard?: Shard): RunSettings
}

/** Most differences in lines that are kept: more would say nothing new. */
const MAX_LINE_DIFFERENCES = 20

/**
 * Repeats a run, with its evidence in place of the target. Every case must follow from the seed again,
 * every request must be the recorded one, the same judges judge the recorded answers, and the same
 * report must result.
 *
 * @throws EvidenceError if the evidence cannot be read
 */
export async function verifyRun(parts: VerificationParts): Promise<Verification> {
  const { report, accepted, optionsOf } = parts
  const differences: Difference[] = []
  const note = (difference: Difference) => {
    if (differences.length < MAX_LINE_DIFFERENCES) differences.push(difference)
  }
  const reader = readEvidence(parts.evidencePath, parts.isLine, (number, found) =>
    note({ where: lineName(number), expected: 'a line of the chain', found }),
  )
  const { shards } = report
  const ledgerPath = report.files.ledger ?? ''
  const derived =
    shards === undefined
      ? await derivedReport(optionsOf(), ledgerPath, reader, note)
      : await mergedFrom(shards, parts, reader, note)
  if (shards !== undefined && derived !== undefined && reader.next() !== undefined) {
    note({ where: 'evidence', expected: 'the lines of the shards', found: 'more' })
  }
  const { lines } = reader.identity()
  if (derived === undefined) return { differences, lines }
  const held = accepted === undefined ? derived : gated(derived, accepted)
  return { differences: [...differences, ...reportDifferences(held, report)], lines }
}

/** Derives the report of each shard from its part of the evidence, and merges them. */
async function mergedFrom(
  shards: NonNullable<Report['shards']>,
  { optionsOf, report: merged }: VerificationParts,
  reader: EvidenceReader,
  note: (difference: Difference) => void,
): Promise<Report | undefined> {
  const reports: Report[] = []
  for (const [at, { lines }] of shards.entries()) {
    const settings = optionsOf({ index: at + 1, count: shards.length })
    const ledgerPath = merged.files.ledger ?? ''
    const report = await derivedReport(settings, ledgerPath, partOf(reader, lines), note)
    if (report === undefined) return undefined
    reports.push(report)
  }
  const { contract, catalogue } = optionsOf()
  return mergedReport(reports, { contract, catalogue, evidence: reader.identity() })
}

function partOf(reader: EvidenceReader, lines: number): EvidenceReader {
  let read = 0
  return {
    next() {
      const line = read === lines ? undefined : reader.next()
      if (line !== undefined) read += 1
      return line
    },
    identity: () => ({ lines: read, sha256: '' }),
  }
}

/** Derives a report from evidence; undefined if the run does not come to the end of it. */
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
      // A run that ends with an internal error writes no report: the evidence is of no such run.
      if (!(error instanceof InternalError)) throw error
      note({ where: 'evidence', expected: 'a run that comes to its end', found: error.message })
    }
  }
  const mismatch = environment.mismatch ?? environment.unused()
  if (mismatch !== undefined) {
    const where = mismatch.line === undefined ? 'evidence' : lineName(mismatch.line)
    note({ where, expected: 'what the run asks for', found: mismatch.message })
  }
  return derived
}

function lineName(number: number): string {
  return `${BUNDLE.evidence} line ${number}`
}

function lineDifferences(
  record: RecordedExchange | RecordedProvided,
  { number, record: found, text }: ReadLine,
): readonly Difference[] {
  const differences = differencesBetween(asJson(record), found, lineName(number))
  if (differences.length > 0) return differences
  return [{ where: lineName(number), expected: 'JSON as this program writes it', found: text }]
}

/** Compares requirement by requirement, then the rest. Times cannot be derived, and are left out. */
function reportDifferences(derived: Report, report: Report): readonly Difference[] {
  const { requirements: expected, ...expectedRest } = asJson(derived)
  const { requirements: found, ...foundRest } = report
  const timesOf = ({ started, durationMs }: Pick<Report, 'started' | 'durationMs'>) => ({
    started,
    durationMs,
  })
  const shards = derived.shards?.map((one, at) => ({
    ...one,
    ...timesOf(report.shards?.[at] ?? one),
  }))
  const rest = { ...expectedRest, ...timesOf(report), ...(shards && { shards }) }
  const ids = [...new Set([...expected, ...found].map(({ id }) => id))]
  const resultIn = (results: readonly RequirementResult[], id: string) =>
    results.find((one) => one.id === id)
  const order = (results: readonly RequirementResult[]) => results.map(({ id }) => id)
  return [
    ...ids.flatMap((id) =>
      differencesBetween(resultIn(expected, id), resultIn(found, id), `report ${id} `),
    ),
    ...differencesBetween(order(expected), order(found), 'report /requirements'),
    ...differencesBetween(rest, foundRest, 'report '),
  ]
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/**
 * Compares the program of a report with this one, its challenge with the expected one, and its seed with its
 * challenge.
 */
export function identityDifferences(
  { tool, challenge, seed }: Report,
  expectedChallenge: string | undefined,
): readonly Difference[] {
  const advice =
    tool.version === TOOL.version
      ? 'other code under the same version'
      : `verify with: npx ${TOOL.name}@${tool.version} verify`
  const withAdvice = ({ found, ...one }: Difference) => ({ ...one, found: `${found}; ${advice}` })
  return [
    ...differencesBetween(reportedTool(), tool, 'report /tool').map(withAdvice),
    ...differencesBetween(expectedChallenge ?? challenge, challenge, 'report /challenge'),
    ...differencesBetween(
      challenge === undefined ? seed : seedFrom(challenge),
      seed,
      'report /seed',
    ),
  ]
}

/** Violations that a recorded run accepted. */
interface RecordedAcceptance {
  readonly accepted: Accepted | undefined
  /** Reasons why they cannot be read. */
  readonly differences: readonly Difference[]
}

/** Reads the copies of waivers and baseline in the folder of a run, if its report has a gate. */
export function recordedAcceptance(
  folder: string,
  { gate, started }: Report,
  catalogue: readonly Family[],
): RecordedAcceptance {
  const differences: Difference[] = []
  const attempt = <T>(name: string, maxBytes: number, read: (text: string) => T) => {
    const path = join(folder, name)
    try {
      if (existsSync(path)) return read(readRegular(path, maxBytes).toString())
      differences.push({ where: name, expected: 'a copy of what the run accepted', found: 'none' })
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof FileError)) throw error
      const expected = `as the run has read it, of at most ${maxBytes} octets`
      differences.push({ where: name, expected, found: error.message })
    }
    return undefined
  }
  if (gate === undefined) return { accepted: undefined, differences }
  const { waivers: listed, baseline: earlier } = gate
  const waivers =
    listed &&
    attempt(BUNDLE.waivers, MAX_WAIVERS_BYTES, (text) =>
      waiversIn(text, listed.file, catalogue, started.slice(0, 10)),
    )
  const report =
    earlier && attempt(BUNDLE.baseline, MAX_REPORT_BYTES, (text) => reportIn(text, BUNDLE.baseline))
  const accepted = {
    ...(waivers && { waivers }),
    ...(earlier && report && { baseline: { file: earlier.file, report } }),
  }
  return { accepted, differences }
}
