import type { RecordedExchange, Report } from '../model/report.ts'

/** Report and evidence, all that a reporter reads. */
export interface Findings {
  readonly report: Report
  /** Reads every exchange of the run anew from disk, in the order of their ends, with whole bodies. */
  exchanges(): Iterable<RecordedExchange>
}

/** Form in which a report is given to people or programs. */
export interface Format {
  /** Name after `--report`. */
  readonly name: string
  /** Name of its file, unless the user gives another. */
  readonly file: string
  /** Purpose, in a few words. */
  readonly about: string
  /** Writes the text in pieces, so that a long one is never in memory as a whole. */
  render(findings: Findings): Iterable<string>
}

/** Names of all formats. The help shows them without loading the formats. */
export const FORMAT_NAMES = [
  'html',
  'markdown',
  'junit',
  'ctrf',
  'sarif',
  'har',
  'har-all',
  'badge',
  'github',
  'json',
] as const
