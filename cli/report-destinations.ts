import { join } from 'node:path'
import { expectWritable, write } from '../library/output-file.ts'
import type { RunFolder } from '../library/run-folder.ts'
import { UsageError } from '../model/errors.ts'
import type { Findings, Format } from '../reporters/format.ts'
import { formats } from '../reporters/formats.ts'
import type { Output } from './output.ts'

/** A report that the user asked for, and where it goes. */
export interface Destination {
  readonly format: Format
  /** Undefined for the folder of `--out`, or the current one. */
  readonly file: string | undefined
}

/** Goes to standard output, where GitHub Actions reads it. */
const ANNOTATIONS = 'github'

/**
 * The reports that `--report` names; under GitHub Actions, annotations by themselves.
 *
 * @param words - `FORMAT` or `FORMAT=FILE`
 * @param out - the folder of `--out`, for those without a file
 * @throws UsageError if a format is unknown or a file cannot be written
 */
export function destinations(
  words: readonly string[],
  out: string | undefined,
): readonly Destination[] {
  const chosen = words.map((word) => destination(word, out))
  const annotations = formats.find(({ name }) => name === ANNOTATIONS)
  const byItself =
    process.env.GITHUB_ACTIONS === 'true' && !chosen.some(({ format }) => format === annotations)
  return annotations !== undefined && byItself
    ? [...chosen, { format: annotations, file: undefined }]
    : chosen
}

function destination(word: string, out: string | undefined): Destination {
  const [, name, file] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const format = formats.find((one) => one.name === name)
  if (format === undefined || file === '') {
    const accepted = formats.map((one) => one.name).join(', ')
    throw new UsageError(`--report ${word}: accepted are ${accepted}, each also as FORMAT=FILE`)
  }
  const written = file ?? (out === undefined && name !== ANNOTATIONS ? format.file : undefined)
  if (written !== undefined) expectWritable(`--report ${word}`, written)
  return { format, file }
}

/**
 * Writes reports, as many of them as can be.
 *
 * @returns where they went, for people
 * @throws UsageError that names those that cannot be written
 */
export function writeReports(
  chosen: readonly Destination[],
  findings: Findings,
  folder: RunFolder,
  output: Output,
): readonly string[] {
  const failures: string[] = []
  const written = chosen.flatMap((destination) => {
    try {
      return writeReport(destination, findings, folder, output)
    } catch (error) {
      // One that cannot be written is no reason to keep back the others.
      if (!(error instanceof UsageError)) throw error
      failures.push(error.message)
      return []
    }
  })
  if (failures.length > 0) throw new UsageError(failures.join('; '))
  return written
}

function writeReport(
  { format, file }: Destination,
  findings: Findings,
  folder: RunFolder,
  output: Output,
): readonly string[] {
  const pieces = format.render(findings)
  if (file !== undefined) {
    write(file, pieces, 'w')
    return [file]
  }
  if (format.name === ANNOTATIONS) {
    output.line([...pieces].join('').trimEnd())
    return []
  }
  if (folder.out === undefined) {
    write(format.file, pieces, 'w')
    return [format.file]
  }
  folder.write(format.file, pieces)
  return [join(folder.out, format.file)]
}
