import { createStyle, type Style } from '../reporters/style.ts'

/** Where a command writes. */
export interface Output {
  /** Results. */
  line(text?: string): void
  /** What is not a result: notes, warnings. */
  note(text: string): void
  readonly style: Style
}

/** Standard output and standard error, coloured on a terminal unless `NO_COLOR` says otherwise. */
export function standardOutput(): Output {
  // Whoever reads may stop: the run goes on to remove its files, and the exit code stands.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const { NO_COLOR, FORCE_COLOR } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const coloured = !NO_COLOR && (forced || process.stdout.isTTY === true)
  return {
    line: (text = '') => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`delete-conformance: ${text}\n`),
    style: createStyle(coloured),
  }
}
