import { shellQuoted } from '../reporters/curl.ts'
import { printable } from '../reporters/printable.ts'

/** The command that removes what a run has left behind. */
export function cleanupCommand(ledgerPath: string): string {
  return `delete-conformance cleanup ${printable(shellQuoted(ledgerPath))}`
}

/** What is said of the files of a run that was interrupted. */
export function accountOfLeft(left: readonly string[], ledgerPath: string): string {
  if (left.length === 0) return 'no file was left behind'
  return `left behind: ${left.map(printable).join(', ')}; remove with: ${cleanupCommand(ledgerPath)}`
}
