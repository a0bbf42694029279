import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../model/errors.ts'
import type { Report } from '../../model/report.ts'
import { FileError, piecesOf, readRegular } from '../../spec/bounded-file.ts'
import {
  MAX_REPORT_BYTES,
  otherFormat,
  REPORT_FILE,
  reportText,
  validators,
} from '../gate/report-file.ts'
import { type Difference, readOrError } from './difference.ts'
import type { IsLine } from './evidence-file.ts'

/** Names of the files in the folder of a run. */
export const BUNDLE = {
  report: REPORT_FILE,
  evidence: 'evidence.ndjson',
  document: 'document.yaml',
  waivers: 'waivers.yaml',
  baseline: 'baseline.json',
  attestation: 'attestation.dsse.json',
  checksums: 'SHA256SUMS',
  /** Not checked: a cleanup changes it. */
  ledger: 'ledger.ndjson',
} as const

/** Room for thousands of files. */
const MAX_CHECKSUMS_BYTES = 1024 * 1024

/**
 * Gives the lower-case hexadecimal SHA-256 of a file, read in pieces.
 *
 * @throws FileError if it cannot be read, or is no regular file
 */
export function fileSha256(path: string): string {
  const hash = createHash('sha256')
  for (const piece of piecesOf(path)) hash.update(piece)
  return hash.digest('hex')
}

/** Makes the `SHA256SUMS` of a folder, as `sha256sum -c` reads it. */
export function checksums(folder: string): string {
  return filesIn(folder)
    .map((name) => `${fileSha256(join(folder, name))}  ${name}\n`)
    .join('')
}

function filesIn(folder: string): readonly string[] {
  const apart: readonly string[] = [BUNDLE.checksums, BUNDLE.ledger]
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !apart.includes(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Line of `SHA256SUMS`. It names a file beside it, and none elsewhere. */
const LINE = /^(?<sha256>[0-9a-f]{64}) {2}(?<name>[^/\\\0]+)$/

/** Result of checking `SHA256SUMS`. */
interface CheckedFiles {
  /** Whether all entries are plain files: a pipe would never end, and a link leads elsewhere. */
  readonly plain: boolean
  readonly names: readonly string[]
  readonly differences: readonly Difference[]
}

/** Checks that `SHA256SUMS` fits the files of a folder, and lists all of them and all that a run has. */
export function checkFiles(folder: string): CheckedFiles {
  const odd = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isFile())
    .map(({ name }) => ({ where: name, expected: 'a plain file', found: 'something else' }))
  if (odd.length > 0) return { plain: false, names: [], differences: odd }
  const text = readOrError(() => readRegular(join(folder, BUNDLE.checksums), MAX_CHECKSUMS_BYTES))
  if (text instanceof FileError) {
    const expected = `digests, at most ${MAX_CHECKSUMS_BYTES} octets of them`
    const unread = { where: BUNDLE.checksums, expected, found: text.message }
    return { plain: true, names: [], differences: [unread] }
  }
  const lines = text.toString().replace(/\n$/, '').split('\n')
  const names = lines.flatMap((line) => LINE.exec(line)?.groups?.name ?? [])
  // A file that is not listed would be taken for a verified one.
  const needed = new Set([BUNDLE.evidence, BUNDLE.report, BUNDLE.document, ...filesIn(folder)])
  const listing = (name: string, expected: string, found: string) => ({
    where: `${BUNDLE.checksums}, ${name}`,
    expected,
    found,
  })
  return {
    plain: true,
    names,
    differences: [
      ...lines.flatMap((line, at) => lineDifference(folder, line, at + 1)),
      ...[...needed]
        .filter((name) => !names.includes(name))
        .map((name) => listing(name, 'a line for it', 'none')),
      ...names
        .filter((name, at) => names.indexOf(name) !== at)
        .map((name) => listing(name, 'one line for it', 'two')),
    ],
  }
}

function lineDifference(folder: string, line: string, number: number): readonly Difference[] {
  const { sha256, name } = LINE.exec(line)?.groups ?? {}
  if (sha256 === undefined || name === undefined) {
    const where = `${BUNDLE.checksums} line ${number}`
    return [{ where, expected: 'a digest and the name of a file beside it', found: line }]
  }
  const hash = readOrError(() => fileSha256(join(folder, name)))
  const found = hash instanceof FileError ? hash.message : hash
  return found === sha256 ? [] : [{ where: name, expected: `SHA-256 ${sha256}`, found }]
}

/**
 * Makes sure that a folder is one of a run that has ended.
 *
 * @param command - command that needs it, for messages
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
      `${command}: ${folder} holds no ${BUNDLE.report}, and an interrupted run has none; ${accepted}`,
    )
  }
}

/** Report of a folder. */
interface ReadBundle {
  /** Undefined if it does not fit the schema. */
  readonly report: Report | undefined
  readonly isLine: IsLine
  readonly differences: readonly Difference[]
}

/** Reads the report of a folder, and checks it with the JSON Schema of reports. */
export function readBundle(folder: string): ReadBundle {
  const { isReport, isLine } = validators()
  const wrong = (found: string, pointer = ''): Difference => ({
    where: `report ${pointer}`,
    expected: 'a report as its schema describes it',
    found,
  })
  const unusable = (...differences: readonly Difference[]) => ({
    report: undefined,
    isLine,
    differences,
  })
  let text: string
  let report: unknown
  try {
    text = readRegular(join(folder, BUNDLE.report), MAX_REPORT_BYTES).toString()
    report = JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const bound = error instanceof FileError ? `; at most ${MAX_REPORT_BYTES} octets are read` : ''
    return unusable(wrong(message + bound))
  }
  if (!isReport(report)) {
    const other = otherFormat(report)
    if (other !== undefined) return unusable(wrong(other, '/format'))
    const problems = (isReport.errors ?? []).map(({ instancePath, message = '', params }) =>
      wrong(`${message} ${JSON.stringify(params)}`, instancePath),
    )
    return unusable(...problems)
  }
  // Other readers may take the first of two equal keys.
  const isCanonical = text === reportText(report as Report)
  const differences = isCanonical ? [] : [wrong('other JSON', ' text')]
  return { report: report as Report, isLine, differences }
}
