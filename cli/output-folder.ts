import { accessSync, constants, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from './exit-code.ts'

/** Where ledgers go without `--out`. */
export const LEDGER_FOLDER = join(tmpdir(), 'delete-conformance')

/** A folder that is this run's alone. */
export interface OutputFolder {
  readonly ledgerPath: string
  /** Writes a file into it; nothing without `--out`. */
  write(name: string, content: string): void
}

/**
 * Prepares the folder of `--out`.
 *
 * @param runName - names the ledger where there is no folder
 * @throws UsageError if it cannot be written, or holds anything: a report is never written over
 */
export function outputFolder(out: string | undefined, runName: string): OutputFolder {
  if (out === undefined) {
    return { ledgerPath: join(LEDGER_FOLDER, `${runName}.ledger`), write: () => undefined }
  }
  const accepted = 'accepted is a new or empty folder'
  let found: readonly string[]
  try {
    mkdirSync(out, { recursive: true })
    found = readdirSync(out)
    accessSync(out, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`--out ${out}: cannot be written (${code}); ${accepted}`)
  }
  if (found.length > 0) {
    throw new UsageError(`--out ${out}: holds ${found.slice(0, 3).join(', ')} already; ${accepted}`)
  }
  return {
    ledgerPath: join(out, 'ledger.ndjson'),
    write: (name, content) => writeFileSync(join(out, name), content, { flag: 'wx' }),
  }
}
