import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { BUNDLE } from '../harness/bundle.ts'
import type { Difference } from '../harness/differences.ts'
import type { IsLine } from '../harness/evidence-reader.ts'
import type { EvidenceLine } from '../model/evidence.ts'
import type { Report } from '../model/report.ts'
import { json } from '../reporters/json.ts'
import { UsageError } from './exit-code.ts'

/** A folder of a run, read. */
export interface ReadBundle {
  /** Undefined where it has not the form of a report. */
  readonly report: Report | undefined
  readonly isLine: IsLine
  readonly differences: readonly Difference[]
}

/**
 * Reads the report of a folder and holds it against the JSON Schema of reports.
 *
 * @throws UsageError if there is no report: the run has not ended, or the folder is none of a run
 */
export function readBundle(folder: string): ReadBundle {
  const { isReport, isLine } = validators()
  let text: string
  try {
    text = readFileSync(join(folder, BUNDLE.report), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      `verify: ${join(folder, BUNDLE.report)} cannot be read (${code}); a run that was interrupted has none`,
    )
  }
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch (error) {
    return { report: undefined, isLine, differences: [wrong((error as Error).message)] }
  }
  if (isReport(report)) {
    // A key that stands there twice has another value for other readers.
    const differences = text === reportText(report as Report) ? [] : [wrong('other JSON', ' text')]
    return { report: report as Report, isLine, differences }
  }
  const differences = (isReport.errors ?? []).map(({ instancePath, message = '', params }) =>
    wrong(`${message} ${JSON.stringify(params)}`, instancePath),
  )
  return { report: undefined, isLine, differences }
}

/** The text of `report.json`. */
export function reportText(report: Report): string {
  return [...json.render({ report, exchanges: () => [] })].join('')
}

function wrong(found: string, pointer = ''): Difference {
  return { where: `report ${pointer}`, expected: 'a report as its schema describes it', found }
}

/** Validators of a report, and of a line of evidence, from the schema that this package ships. */
export function validators() {
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
