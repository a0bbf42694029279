import { accessSync, constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { BUNDLE } from '../harness/bundle.ts'
import { checksums } from '../harness/checksums.ts'
import { UsageError } from './usage-error.ts'

/** Where ledgers go without a folder. */
export const LEDGER_FOLDER = join(tmpdir(), 'delete-conformance')

/** What the names of ledgers end in there. */
export const LEDGER_SUFFIX = '.ledger'
const EVIDENCE_SUFFIX = '.evidence.ndjson'

/** Where a run keeps what it writes while it goes on. */
export interface RunFolder {
  /** The folder that is kept, if there is one. */
  readonly out: string | undefined
  readonly ledgerPath: string
  readonly evidencePath: string
  /** Writes a file into the folder that is kept; nothing without one. */
  write(name: string, content: string | Uint8Array | Iterable<string>): void
  /** Lists the digests of all files in it, when no more is to come. */
  seal(): void
  /** Removes what is of no use without one. */
  discard(): void
}

/**
 * Prepares the folder that a run is kept in, or another one for a run that is not.
 *
 * @param runName - names the files where there is no folder
 * @param option - where the folder was given, for messages
 * @throws UsageError if it cannot be written, or holds anything: a report is never written over
 */
export function openRunFolder(out: string | undefined, runName: string, option: string): RunFolder {
  if (out === undefined) return passing(runName)
  refuseUnlessEmpty(out, option)
  return {
    out,
    ledgerPath: join(out, BUNDLE.ledger),
    evidencePath: join(out, BUNDLE.evidence),
    write: (name, content) => write(join(out, name), content, 'wx'),
    seal: () => write(join(out, BUNDLE.checksums), checksums(out), 'wx'),
    discard: () => undefined,
  }
}

function passing(runName: string): RunFolder {
  const evidencePath = join(LEDGER_FOLDER, `${runName}${EVIDENCE_SUFFIX}`)
  return {
    out: undefined,
    ledgerPath: join(LEDGER_FOLDER, `${runName}${LEDGER_SUFFIX}`),
    evidencePath,
    write: () => undefined,
    seal: () => undefined,
    discard: () => rmSync(evidencePath, { force: true }),
  }
}

/** Removes what a run without a folder has left beside its ledger, and had no time to. */
export function discardBeside(ledgerPath: string): void {
  if (dirname(ledgerPath) !== LEDGER_FOLDER || !ledgerPath.endsWith(LEDGER_SUFFIX)) return
  rmSync(ledgerPath.slice(0, -LEDGER_SUFFIX.length) + EVIDENCE_SUFFIX, { force: true })
}

/**
 * Writes a file; of a new one that cannot be written to its end, nothing stays.
 *
 * @param flag - `wx` never writes over another
 * @throws UsageError if it cannot be written
 */
export function write(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  flag: 'w' | 'wx',
): void {
  const pieces = typeof content === 'string' || ArrayBuffer.isView(content) ? [content] : content
  let begun = false
  try {
    writeFileSync(path, '', { flag })
    begun = true
    for (const piece of pieces) writeFileSync(path, piece, { flag: 'a' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Half a report would be taken for a report.
    if (begun && flag === 'wx') rmSync(path, { force: true })
    if (code === undefined) throw error
    throw new UsageError(`${path}: cannot be written (${code})`)
  }
}

function refuseUnlessEmpty(out: string, option: string): void {
  const accepted = 'accepted is a new or empty folder'
  let found: readonly string[]
  try {
    mkdirSync(out, { recursive: true })
    found = readdirSync(out)
    accessSync(out, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`${option} ${out}: cannot be written (${code}); ${accepted}`)
  }
  if (found.length === 0) return
  throw new UsageError(
    `${option} ${out}: holds ${found.slice(0, 3).join(', ')} already; ${accepted}`,
  )
}
