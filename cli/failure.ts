import { CommanderError } from 'commander'
import { TOOL } from '../harness/http/tool.ts'
import { SelectionError } from '../harness/run/selection.ts'
import { DocumentError, EvidenceError, LedgerError, UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

/**
 * Says in one line what went wrong, and gives the exit code: 2 for what the user can mend, 4 for a
 * fault of this program, with what to report.
 */
export function exitCodeFor(error: unknown, output: Output): number {
  // commander has said its line already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.conforms : EXIT.usage
  if (
    error instanceof UsageError ||
    error instanceof DocumentError ||
    error instanceof SelectionError ||
    error instanceof LedgerError ||
    error instanceof EvidenceError
  ) {
    // A document says what it refers to, and names what it holds.
    output.note(error instanceof DocumentError ? printable(error.message) : error.message)
    return EXIT.usage
  }
  const { stack, message } = error instanceof Error ? error : new Error(String(error))
  output.note(`internal error, a fault of this program and not of the target: ${message}`)
  output.note(
    `please report it with these lines (${TOOL.name} ${TOOL.version}, Node ${process.version}):`,
  )
  output.note(stack ?? 'no stack')
  return EXIT.internal
}
