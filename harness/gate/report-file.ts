import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { UsageError } from '../../model/errors.ts'
import type { EvidenceLine } from '../../model/evidence.ts'
import { REPORT_FORMAT, type Report } from '../../model/report.ts'
import { textOf } from '../../spec/bounded-file.ts'

/** Name of the report in the folder of a run. */
export const REPORT_FILE = 'report.json'

/**
 * Bounds a report. A target that answers everything with 1 MiB gets a report of 2 MiB; of 16 MiB of
 * JSON, a hostile one can make 600 MiB in memory.
 */
export const MAX_REPORT_BYTES = 16 * 1024 * 1024

const ACCEPTED = `a ${REPORT_FILE} of the format ${REPORT_FORMAT}`

/**
 * Reads the report that `--baseline` names.
 *
 * @throws UsageError if there is none that can be used
 */
export function baselineFrom(file: string): Promise<Report> {
  if (existsSync(file)) return reportFrom(file, `--baseline ${file}`)
  throw new UsageError(
    `--baseline ${file}: no such file; --update-baseline beside it writes the file after a run`,
  )
}

/**
 * Reads a report, or the one in the folder of a run.
 *
 * @param named - flag or word that names it, for messages
 * @throws UsageError if there is none that can be used
 */
export async function reportFrom(word: string, named: string): Promise<Report> {
  const isFolder = statSync(word, { throwIfNoEntry: false })?.isDirectory() === true
  const path = isFolder ? join(word, REPORT_FILE) : word
  const text = await textOf({ named, path, accepted: ACCEPTED, maxBytes: MAX_REPORT_BYTES })
  return reportIn(text, named)
}

/** Reads a report from text; otherwise as {@link reportFrom}. */
export function reportIn(text: string, named: string): Report {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    throw new UsageError(`${named}: found no JSON, accepted is ${ACCEPTED}`)
  }
  const { isReport } = validators()
  if (isReport(report)) return report as Report
  const other = otherFormat(report)
  if (other !== undefined) throw new UsageError(`${named}: found ${other}`)
  const [problem] = isReport.errors ?? []
  const found = `${problem?.instancePath || 'a report that'} ${problem?.message}`
  throw new UsageError(`${named}: found ${found}, accepted is ${ACCEPTED}`)
}

/** Renders `report.json`. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

/** Says what to do about a report of another format; undefined if the format is not the problem. */
export function otherFormat(report: unknown): string | undefined {
  const { format } = (report ?? {}) as { readonly format?: unknown }
  // No other text is repeated: it may hold anything.
  if (typeof format !== 'string' || !/^delete-conformance\/report\/\d{1,3}$/.test(format)) return
  if (format === REPORT_FORMAT) return
  return `the format ${format}, and this version reads ${REPORT_FORMAT}: test the target again with this version, or use the version that wrote the report`
}

interface Validators {
  readonly isReport: ValidateFunction
  readonly isLine: (value: unknown) => value is EvidenceLine
}

/** Compiling the schema takes longer than checking most reports: it is done once. */
let compiled: Validators | undefined

/** Gives validators of a report and of a line of evidence, from the schema of this package. */
export function validators(): Validators {
  compiled ??= compile()
  return compiled
}

function compile(): Validators {
  const path = createRequire(import.meta.url).resolve('delete-conformance/report.schema.json')
  const schema = JSON.parse(readFileSync(path, 'utf8')) as { readonly $id: string }
  const ajv = new Ajv2020({ strictTypes: false })
  const formats = addFormats as unknown as (ajv: Ajv2020) => void
  formats(ajv)
  const isReport = ajv.compile(schema)
  const isEvidenceLine = ajv.getSchema(`${schema.$id}#/$defs/evidence-line`)
  if (isEvidenceLine === undefined) throw new Error('the schema of reports has no evidence-line')
  const isLine = (value: unknown): value is EvidenceLine => isEvidenceLine(value) === true
  return { isReport, isLine }
}
