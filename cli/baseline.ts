import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE } from '../harness/bundle.ts'
import { REPORT_FORMAT, type Report } from '../model/report.ts'
import { validators } from './bundle-reader.ts'
import { UsageError } from './exit-code.ts'

/**
 * The earlier report that `--baseline` names.
 *
 * @throws UsageError if it is not there or no report
 */
export function baselineFrom(file: string): Report {
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
export function reportFrom(path: string, named: string): Report {
  const accepted = `accepted is a report.json of the format ${REPORT_FORMAT}`
  let report: unknown
  try {
    const isFolder = statSync(path).isDirectory()
    report = JSON.parse(readFileSync(isFolder ? join(path, BUNDLE.report) : path, 'utf8'))
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? 'no JSON'
    throw new UsageError(`${named}: cannot be read (${found}), ${accepted}`)
  }
  const { isReport } = validators()
  if (isReport(report)) return report as Report
  const { format } = (report ?? {}) as { format?: unknown }
  const [problem] = isReport.errors ?? []
  const found =
    typeof format === 'string' && format !== REPORT_FORMAT
      ? `the format ${format}`
      : `${problem?.instancePath || 'a report that'} ${problem?.message}`
  throw new UsageError(`${named}: found ${found}, ${accepted}`)
}
