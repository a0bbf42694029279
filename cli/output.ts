import type { Redaction } from '../harness/http/redaction.ts'
import type { RunListener } from '../harness/run/schedule.ts'
import { isInvariant, type Requirement } from '../model/requirement.ts'
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

/** A line that is written over while a run goes on. */
export interface Progress extends Pick<RunListener, 'requirementStarted' | 'caseDone'> {
  /** Wipes the line, so that something else can be written. */
  clear(): void
}

/** Between two updates of the line: faster cannot be read. */
const REDRAW_MS = 100

/**
 * Progress on a terminal: requirement under way, cases done, time left. Nothing elsewhere.
 *
 */
export function createProgress(
  stream: NodeJS.WriteStream,
  requirements: readonly Requirement[],
): Progress {
  const probing = requirements.filter((one) => !isInvariant(one))
  const startedMs = performance.now()
  let started = 0
  let share = 0
  let drawnMs = 0
  let current = ''

  const draw = (detail: string, force = false) => {
    const now = performance.now()
    if (!stream.isTTY || (!force && now - drawnMs < REDRAW_MS)) return
    drawnMs = now
    const part = (started - 1 + share) / Math.max(1, probing.length)
    const elapsedMs = now - startedMs
    const left =
      part > 0.05 ? `, about ${Math.ceil((elapsedMs / part - elapsedMs) / 1000)} s left` : ''
    const text = `  ${started} of ${probing.length}  ${current} ${detail}${left}`
    stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
  }

  return {
    requirementStarted(requirement) {
      if (isInvariant(requirement)) return
      started += 1
      share = 0
      current = requirement.id
      draw('', true)
    },
    caseDone(_, done, planned) {
      share = done / planned
      draw(`${done} of ${planned} cases`)
    },
    clear() {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}
