import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { BUNDLE, type Difference } from '../harness/evidence/bundle.ts'
import type { IsLine } from '../harness/evidence/evidence-file.ts'
import { reportText } from '../library/launch.ts'
import { UsageError } from '../model/errors.ts'
import type { EvidenceLine } from '../model/evidence.ts'
import type { Report } from '../model/report.ts'
import { FileError, readRegular } from '../spec/bounded-file.ts'

/** A target that answers everything with 1 MiB gets a report of 2 MiB. Of 16, JSON can make 600 in memory. */
export const MAX_REPORT_BYTES = 16 * 1024 * 1024

/** A folder of a run, read. */
interface ReadBundle {
  /** Undefined where it has not the form of a report. */
  readonly report: Report | undefined
  readonly isLine: IsLine
  readonly differences: readonly Difference[]
}

/**
 * Makes sure that a folder is one of a run that has ended.
 *
 * @param command - the command that needs it, for messages
 * @throws UsageError if it is not
 */
export function expectBundle(
  folder: string | undefined,
  command: string,
): asserts folder is string {
  const accepted = 'accepted is one that "run --out" has written'
  if (folder === undefined) throw new UsageError(`${command}: no folder given; ${accepted}`)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${command}: no folder ${folder}; ${accepted}`)
  }
  if (!existsSync(join(folder, BUNDLE.report))) {
    throw new UsageError(
      `${command}: ${folder} holds no ${BUNDLE.report}, and a run that was interrupted has none; ${accepted}`,
    )
  }
}

/** Reads the report of a folder and holds it against the JSON Schema of reports. */
export function readBundle(folder: string): ReadBundle {
  const { isReport, isLine } = validators()
  let text: string
  let report: unknown
  try {
    text = readRegular(join(folder, BUNDLE.report), MAX_REPORT_BYTES).toString()
    report = JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const bound = error instanceof FileError ? `; at most ${MAX_REPORT_BYTES} octets are read` : ''
    return { report: undefined, isLine, differences: [wrong(message + bound)] }
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
