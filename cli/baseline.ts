import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { UsageError } from '../model/errors.ts'
import { REPORT_FORMAT, type Report } from '../model/report.ts'
import { textOf } from '../spec/bounded-file.ts'
import { MAX_REPORT_BYTES, validators } from './bundle-reader.ts'

const ACCEPTED = `a report.json of the format ${REPORT_FORMAT}`

/**
 * The earlier report that `--baseline` names.
 *
 * @throws UsageError if it is not there or no report
 */
export function baselineFrom(file: string): Promise<Report> {
  if (!existsSync(file)) {
    throw new UsageError(
      `--baseline ${file}: no such file; it is never made by itself, --update-baseline beside it writes it`,
    )
  }
  return reportFrom(file, `--baseline ${file}`)
}

/**
 * A report as JSON, or that in the folder of a run.
 *
 * @param named - the flag or word that it came from, for messages
 * @throws UsageError if there is none
 */
export async function reportFrom(word: string, named: string): Promise<Report> {
  const isFolder = statSync(word, { throwIfNoEntry: false })?.isDirectory() === true
  const path = isFolder ? join(word, BUNDLE.report) : word
  return reportIn(
    await textOf({ named, path, accepted: ACCEPTED, maxBytes: MAX_REPORT_BYTES }),
    named,
  )
}

/** The same from text. */
export function reportIn(text: string, named: string): Report {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    throw new UsageError(`${named}: found no JSON, accepted is ${ACCEPTED}`)
  }
  const { isReport } = validators()
  if (isReport(report)) return report as Report
  const { format } = (report ?? {}) as { format?: unknown }
  const [problem] = isReport.errors ?? []
  const found =
    typeof format === 'string' && format !== REPORT_FORMAT
      ? `the format ${format}`
      : `${problem?.instancePath || 'a report that'} ${problem?.message}`
  throw new UsageError(`${named}: found ${found}, accepted is ${ACCEPTED}`)
}
