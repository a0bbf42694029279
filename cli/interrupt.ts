import { printable } from '../reporters/printable.ts'
import { EXIT } from './exit-code.ts'

/** Ctrl-C, SIGTERM and a terminal that is closed as an abort signal; a second one ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Gives the signals back. */
  release(): void
}

/**
 * @param tell - writes a line for the person who interrupts
 * @param cleanup - the command that removes what is left
 */
export function onInterrupt(tell: (line: string) => void, cleanup: string): Interrupt {
  const controller = new AbortController()
  const begin = () => {
    if (controller.signal.aborted) return
    tell('interrupted: removing the files of this run; once more to stop at once')
    controller.abort()
  }
  const interrupt = () => {
    if (controller.signal.aborted) {
      tell(`stopped at once; remove what is left with: ${cleanup}`)
      process.exit(EXIT.interrupted)
    }
    begin()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // Shell and system both send it when a terminal is closed: two are no second thought.
  process.on('SIGHUP', begin)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      process.off('SIGHUP', begin)
    },
  }
}

/**
 * What is said of the files of a run that was interrupted.
 *
 * @param cleanup - the command that removes them
 */
export function leftSentence(left: readonly string[], cleanup: string): string {
  if (left.length === 0) return 'no file was left behind'
  return `left behind: ${left.map(printable).join(', ')}; remove with: ${cleanup}`
}
