import type { Redaction } from '../harness/http/redaction.ts'
import type { Progress } from '../model/progress.ts'
import { createStyle, type Style } from '../reporters/terminal.ts'
import { EXIT } from './exit-code.ts'

/** Where a command writes. */
export interface Output {
  /** Results. */
  line(text?: string): void
  /** What is not a result: notes, warnings. */
  note(text: string): void
  readonly style: Style
}

/** The same without credentials. */
export function withoutCredentials({ line, note, style }: Output, { text }: Redaction): Output {
  return {
    line: (given) => line(given === undefined ? given : text(given)),
    note: (given) => note(text(given)),
    style,
  }
}

/** Standard output and standard error, coloured on a terminal unless `NO_COLOR` says otherwise. */
export function standardOutput(): Output {
  const note = (text: string) => process.stderr.write(`delete-conformance: ${text}\n`)
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const) {
    const refused = (error: NodeJS.ErrnoException) => {
      stream.off('error', refused).on('error', () => undefined)
      // Whoever reads may stop, or close the terminal: the run goes on, and the exit code stands.
      if (error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)) return
      if (stream !== process.stderr) note(`${name}: cannot be written (${error.code})`)
      process.on('exit', endWithUsage)
    }
    stream.on('error', refused)
  }
  const { NO_COLOR, FORCE_COLOR } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const coloured = !NO_COLOR && (forced || process.stdout.isTTY === true)
  return {
    line: (text = '') => process.stdout.write(`${text}\n`),
    note,
    style: createStyle(coloured),
  }
}

/** What was found is not where it was to be written: for a script that must not look like success. */
function endWithUsage(code: number): void {
  if (code !== EXIT.interrupted && code !== EXIT.internal) process.exitCode = EXIT.usage
}

/** A line on a terminal that is written over while a run goes on; nothing elsewhere. */
export interface ProgressLine {
  /** Shows the requirement under way, cases done and time left. */
  show(progress: Progress): void
  /** Wipes the line, so that something else can be written. */
  clear(): void
}

/** Between two updates of the line: faster cannot be read. */
const REDRAW_MS = 100

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  const startedMs = performance.now()
  let drawnMs = 0
  let current = { requirement: '', number: 0, of: 1 }

  const draw = (share: number, detail: string, force = false) => {
    const now = performance.now()
    if (!stream.isTTY || (!force && now - drawnMs < REDRAW_MS)) return
    drawnMs = now
    const { requirement, number, of } = current
    const part = (number - 1 + share) / of
    const elapsedMs = now - startedMs
    const left =
      part > 0.05 ? `, about ${Math.ceil((elapsedMs / part - elapsedMs) / 1000)} s left` : ''
    const text = `  ${number} of ${of}  ${requirement} ${detail}${left}`
    stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
  }
  const clear = () => {
    if (stream.isTTY) stream.write('\r\u001b[K')
  }

  return {
    clear,
    show(progress) {
      if (progress.kind === 'requirement') {
        current = progress
        draw(0, '', true)
      } else if (progress.kind === 'case') {
        const { done, planned } = progress
        draw(done / planned, `${done} of ${planned} cases`)
      } else if (progress.kind === 'cleanup') clear()
    },
  }
}
