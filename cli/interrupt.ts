import type { ReadyRun } from '../library/launch.ts'
import { RunInterrupted } from '../model/errors.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { printable } from '../reporters/printable.ts'
import { firstOf } from '../reporters/wording.ts'
import { EXIT } from './exit-code.ts'

/**
 * Does something that Ctrl-C, SIGTERM and the end of the terminal abort. A second Ctrl-C or SIGTERM ends the
 * process at once.
 *
 * @param note - writes a line for the person who interrupts
 * @returns undefined if the run was interrupted before it had a report
 */
export async function interruptible<T>(
  run: ReadyRun,
  note: (line: string) => void,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const controller = new AbortController()
  const { signal } = controller
  const begin = () => {
    if (signal.aborted) return
    note('interrupted: removing the files of this run; once more to stop at once')
    controller.abort()
  }
  const interrupt = () => {
    if (!signal.aborted) return begin()
    note(`stopped at once; remove what is left with: ${cleanupOf(run)}`)
    process.exit(EXIT.interrupted)
  }
  // Shell and system both send SIGHUP when a terminal closes, so a second one means nothing.
  const handlers = { SIGINT: interrupt, SIGTERM: interrupt, SIGHUP: begin }
  for (const [name, handle] of Object.entries(handlers)) process.on(name, handle)
  try {
    return await act(signal)
  } catch (error) {
    if (!(error instanceof RunInterrupted)) throw error
    note(`interrupted; ${leftSentence(run, error.left)}`)
    return undefined
  } finally {
    for (const [name, handle] of Object.entries(handlers)) process.off(name, handle)
  }
}

/** Files left behind that are named; the ledger names all. */
const NAMED_FILES = 3

/** Says which files a run has left on its target, and how to remove them. */
export function leftSentence(run: ReadyRun, left: readonly string[]): string {
  if (left.length === 0) return 'no file was left behind'
  return `left behind: ${firstOf(left.map(printable), NAMED_FILES)}; remove with: ${cleanupOf(run)}`
}

function cleanupOf({ settings, folder }: ReadyRun): string {
  return cleanupCommand(settings.target.url, folder.ledgerPath)
}
