import { leftBehind } from '../../model/left-behind.ts'
import { EvidenceError } from '../evidence/evidence-file.ts'
import { LedgerError } from '../safety/ledger.ts'

/**
 * Adds to the message of an error that has broken off a run what became of its files, which nobody
 * would learn otherwise: there is no report of such a run.
 *
 * @param left - what could not be removed
 */
export function nameLeft(error: unknown, left: readonly string[], ledgerPath: string): unknown {
  if (!(error instanceof Error)) return error
  // Its own fault or the disk's: whoever ran it will ask. Wrong usage was found before anything was made.
  const asked = error instanceof EvidenceError || error instanceof LedgerError
  if (left.length > 0) error.message += `; ${leftBehind(left, ledgerPath)}`
  else if (asked) error.message += `; ${leftBehind(left)}`
  return error
}
