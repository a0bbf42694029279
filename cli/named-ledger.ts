import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { LedgerNotBegun, readLedger } from '../harness/safety/ledger.ts'
import { whyNotOwn } from '../harness/safety/own-path.ts'
import { hasOpen } from '../harness/safety/running-process.ts'
import { UsageError } from './exit-code.ts'
import { LEDGER_SUFFIX, stateFolder } from './run-folder.ts'

/**
 * The ledger that a word of `cleanup` means: the file itself, or the one in the folder of `--out`.
 *
 * @returns undefined where a run has left none, since it had nothing to leave
 * @throws UsageError if there is no word, or it is the folder of something else
 */
export function namedLedger(word: string | undefined): string | undefined {
  if (word === undefined) throw new UsageError(`cleanup: no ledger given; ${knownLedgers()}`)
  if (!isFolder(word)) return word
  const ledger = join(word, BUNDLE.ledger)
  // A link that leads nowhere is there, too, and will be refused.
  if (lstatSync(ledger, { throwIfNoEntry: false }) !== undefined) return ledger
  // A run writes its evidence before its ledger, and leaves it in any case.
  if (existsSync(join(word, BUNDLE.evidence))) return undefined
  throw new UsageError(
    `cleanup ${word}: found a folder without ${BUNDLE.ledger}, accepted is a ledger or the folder of a run's --out`,
  )
}

/**
 * Removes a ledger that was cut off before its run has sent anything.
 *
 * @returns whether it was one
 * @throws LedgerError if it cannot be read or is no ledger
 */
export function removedUnbegun(path: string): boolean {
  try {
    readLedger(path)
    return false
  } catch (error) {
    if (!(error instanceof LedgerNotBegun)) throw error
    rmSync(path)
    return true
  }
}

/**
 * Refuses the ledger of a run that goes on, whose cases would lose their files.
 *
 * @throws UsageError
 */
export function refuseWhileRunning(path: string): void {
  const { header, ended } = readLedger(path)
  const { process } = header
  if (ended || process === undefined || !hasOpen(process, path)) return
  throw new UsageError(
    `ledger ${path}: its run is still going on, as process ${process.pid}; it removes its files at its end, and after Ctrl-C or SIGTERM. If that process is another by now, accepted is --force`,
  )
}

/** Whoever reads it says why it cannot be looked at. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

function knownLedgers(): string {
  const folder = stateFolder() ?? ''
  const found = lstatSync(folder, { throwIfNoEntry: false })
  // Names in the folder of somebody else are not to be told as those of earlier runs.
  const isOwn = found !== undefined && whyNotOwn(found, 'folder') === undefined
  const names = isOwn ? readdirSync(folder) : []
  const ledgers = names.filter((name) => name.endsWith(LEDGER_SUFFIX))
  if (ledgers.length === 0) return `no earlier run left one${folder && ` in ${folder}`}`
  return `earlier runs left ${ledgers.map((name) => join(folder, name)).join(', ')}`
}
