import type { RecordedExchange, Report } from '../model/report.ts'

/** What a reporter reads: the report, and the evidence behind it. */
export interface Findings {
  readonly report: Report
  /** Every exchange of the run in the order of their ends, bodies whole; read from disk anew at each call. */
  exchanges(): Iterable<RecordedExchange>
}

/** A form in which a report is given to people or programs. */
export interface Format {
  /** As `--report` names it. */
  readonly name: string
  /** The name of its file, unless the user gives another. */
  readonly file: string
  /** What it is for, in a few words. */
  readonly about: string
  /** The text, in pieces, so that a long one is never held as a whole. */
  render(findings: Findings): Iterable<string>
}

/** The names of all formats: the help of a program shows them without loading what renders them. */
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
