import { CommanderError } from 'commander'
import { TOOL } from '../harness/http/tool.ts'
import { DocumentError, isWrongInput } from '../model/errors.ts'
import type { GateVerdict } from '../model/gate.ts'
import type { Report } from '../model/report.ts'
import type { RunVerdict } from '../model/verdict.ts'
import { printable } from '../reporters/printable.ts'

/** Exit codes of the process. */
export const EXIT = {
  conforms: 0,
  violates: 1,
  usage: 2,
  inconclusive: 3,
  internal: 4,
  interrupted: 130,
} as const

const EXIT_OF: Readonly<Record<RunVerdict | GateVerdict, number>> = {
  conforming: EXIT.conforms,
  'non-conforming': EXIT.violates,
  inconclusive: EXIT.inconclusive,
  open: EXIT.conforms,
  closed: EXIT.violates,
  undecided: EXIT.inconclusive,
  stale: EXIT.usage,
}

/** Gives the exit code of a run: the gate decides, if there is one. */
export function exitCodeOf({ gate, verdict }: Report): number {
  return EXIT_OF[gate?.verdict ?? verdict]
}

/**
 * Explains an error, and gives its exit code: 2 and one line if the user can mend it, else 4 and what to
 * report.
 *
 * @param output - its `note` writes a line
 */
export function exitCodeFor(error: unknown, { note }: { note(text: string): void }): number {
  // commander has written its line already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.conforms : EXIT.usage
  const { message, stack = 'no stack' } = error instanceof Error ? error : new Error(String(error))
  if (isWrongInput(error)) {
    // A document could put escape sequences into its message.
    note(error instanceof DocumentError ? printable(message) : message)
    return EXIT.usage
  }
  note(`internal error, a fault of this program and not of the target: ${message}`)
  note(`please report it with these lines (${TOOL.name} ${TOOL.version}, Node ${process.version}):`)
  note(stack)
  return EXIT.internal
}
