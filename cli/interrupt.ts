import { EXIT } from './exit-code.ts'

/** Ctrl-C and SIGTERM as an abort signal; a second one ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Gives the signals back. */
  release(): void
}

/** @param tell - writes a line for the person who interrupts */
export function onInterrupt(tell: (line: string) => void, ledgerPath: string): Interrupt {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) {
      tell(`stopped at once; remove what is left with: delete-conformance cleanup ${ledgerPath}`)
      process.exit(EXIT.interrupted)
    }
    tell('interrupted: removing the files of this run; once more to stop at once')
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    },
  }
}
