import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../../model/violation.ts'
import { FileError, piecesOf, readRegular } from '../../spec/bounded-file.ts'

/** The files of a run's folder: what others can check. */
export const BUNDLE = {
  report: 'report.json',
  evidence: 'evidence.ndjson',
  document: 'document.yaml',
  waivers: 'waivers.yaml',
  baseline: 'baseline.json',
  attestation: 'attestation.dsse.json',
  checksums: 'SHA256SUMS',
  /** No part of what is checked: it changes when files are cleaned up. */
  ledger: 'ledger.ndjson',
} as const

/** Lines for thousands of files. */
const MAX_CHECKSUMS_BYTES = 1024 * 1024

/**
 * Lower-case hexadecimal SHA-256 of a file, read in pieces.
 *
 * @throws FileError if it cannot be read, or is no regular file
 */
export function fileSha256(path: string): string {
  const hash = createHash('sha256')
  for (const piece of piecesOf(path)) hash.update(piece)
  return hash.digest('hex')
}

/** `SHA256SUMS` for a folder, as `sha256sum -c` reads it. */
export function checksums(folder: string): string {
  return filesIn(folder)
    .map((name) => `${fileSha256(join(folder, name))}  ${name}\n`)
    .join('')
}

/** What a folder's digests are about: all of its files but these digests, and the ledger. */
function filesIn(folder: string): readonly string[] {
  const apart: readonly string[] = [BUNDLE.checksums, BUNDLE.ledger]
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !apart.includes(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Files that the format of a line may name: those beside it. */
const LINE = /^(?<sha256>[0-9a-f]{64}) {2}(?<name>[^/\\\0]+)$/

/** What checking `SHA256SUMS` has found. */
interface CheckedFiles {
  /** Whether everything there is a plain file: a pipe would never end, a link leads elsewhere. */
  readonly plain: boolean
  readonly names: readonly string[]
  readonly differences: readonly Difference[]
}

/**
 * Holds the files of a folder against its `SHA256SUMS`.
 *
 * @param required - names that it must list
 */
export function checkFiles(folder: string, required: readonly string[]): CheckedFiles {
  const odd = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isFile())
  if (odd.length > 0) {
    const differences = odd.map(({ name }) => ({
      where: name,
      expected: 'a plain file',
      found: 'something else',
    }))
    return { plain: false, names: [], differences }
  }
  let text: string
  try {
    text = readRegular(join(folder, BUNDLE.checksums), MAX_CHECKSUMS_BYTES).toString()
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    const expected = `digests, at most ${MAX_CHECKSUMS_BYTES} octets of them`
    const unread = { where: BUNDLE.checksums, expected, found: error.message }
    return { plain: true, names: [], differences: [unread] }
  }
  const lines = text.replace(/\n$/, '').split('\n')
  const names = lines.map((line) => LINE.exec(line)?.groups?.name)
  const differences = lines.flatMap((line, at) => lineDifference(folder, line, at + 1))
  // Whoever sees a file in the folder takes it for a part of what was verified.
  const listed = new Set([...required, ...filesIn(folder)])
  const unlisted = [...listed].filter((name) => !names.includes(name))
  const twice = names.filter((name, at) => name !== undefined && names.indexOf(name) !== at)
  return {
    plain: true,
    names: names.flatMap((name) => name ?? []),
    differences: [
      ...differences,
      ...unlisted.map((name) => listing(name, 'a line for it', 'none')),
      ...twice.map((name) => listing(name ?? '', 'one line for it', 'two')),
    ],
  }
}

function listing(name: string, expected: string, found: string): Difference {
  return { where: `${BUNDLE.checksums}, ${name}`, expected, found }
}

function lineDifference(folder: string, line: string, number: number): readonly Difference[] {
  const { sha256, name } = LINE.exec(line)?.groups ?? {}
  if (sha256 === undefined || name === undefined) {
    const where = `${BUNDLE.checksums} line ${number}`
    return [{ where, expected: 'a digest and the name of a file beside it', found: line }]
  }
  let found: string
  try {
    found = fileSha256(join(folder, name))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    found = error.message
  }
  return found === sha256 ? [] : [{ where: name, expected: `SHA-256 ${sha256}`, found }]
}

/** Something that was found and is not what it must be. */
export interface Difference {
  /** File, line, requirement or JSON Pointer. */
  readonly where: string
  readonly expected: string
  readonly found: string
}

/**
 * Where two JSON values differ: the deepest places, in the order of the expected value.
 *
 * @param where - what the values are, before the JSON Pointer into them
 */
export function differencesBetween(
  expected: unknown,
  found: unknown,
  where: string,
): readonly Difference[] {
  if (isObject(expected) && isObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
    return [...keys].flatMap((key) =>
      differencesBetween(own(expected, key), own(found, key), `${where}/${escaped(key)}`),
    )
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((item, at) => differencesBetween(item, found[at], `${where}/${at}`))
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return []
  return [{ where, expected: quote(expected), found: quote(found) }]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
