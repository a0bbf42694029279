import type { Redaction } from '../harness/http/redaction.ts'
import type { Progress } from '../model/progress.ts'
import { createStyle, type Style } from '../reporters/terminal.ts'
import { present } from '../reporters/wording.ts'
import { wrapped } from '../reporters/wrapped.ts'
import { EXIT } from './exit-code.ts'

/** Destination of everything that a command writes. */
export interface Output {
  /** Writes a line of a result. */
  line(text?: string): void
  /** Writes a note or a warning. */
  note(text: string): void
  readonly style: Style
  /** Sets whether there are colours. */
  color?(when: 'auto' | 'always' | 'never'): void
}

/** Makes an output that replaces credentials. */
export function withoutCredentials({ line, note, style }: Output, { text }: Redaction): Output {
  return {
    line: (given) => line(given === undefined ? given : text(given)),
    note: (given) => note(text(given)),
    style,
  }
}

/**
 * Opens standard output and standard error, with colours on a terminal unless `NO_COLOR` is set, or as
 * `--color` says.
 */
export function standardOutput(): Output {
  const started = startedBy(process.env)
  const note = (text: string) => {
    const message = `delete-conformance: ${text.replaceAll(COMMAND, started)}`
    process.stderr.write(`${fitted(message, process.stderr)}\n`)
  }
  for (const stream of [process.stdout, process.stderr]) {
    const refused = (error: NodeJS.ErrnoException) => {
      stream.off('error', refused).on('error', () => undefined)
      // Readers may stop, and terminals close: the run goes on, and its exit code stands.
      if (error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)) return
      if (stream === process.stdout) note(`standard output: cannot be written (${error.code})`)
      process.on('exit', endWithUsage)
    }
    stream.on('error', refused)
  }
  const { NO_COLOR, FORCE_COLOR } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const coloured = !NO_COLOR && (forced || process.stdout.isTTY === true)
  const columns = process.stdout.isTTY ? columnsOf(process.stdout) : undefined
  let style = createStyle(coloured, columns)
  return {
    line: (text = '') => process.stdout.write(`${text.replaceAll(COMMAND, started)}\n`),
    note,
    get style() {
      return style
    },
    color: (when) => {
      if (when !== 'auto') style = createStyle(when === 'always', columns)
    },
  }
}

/** Beginning of a command of this program, as reports name it. */
const COMMAND = /\bdelete-conformance(?= (?:run|doctor|init|help|verify|merge|compare|cleanup)\b)/g

/** Gives the words that start this program here, so that a printed command can be copied. */
function startedBy({ npm_command, npm_lifecycle_event }: NodeJS.ProcessEnv): string {
  if (npm_command === 'exec') return 'npx delete-conformance'
  return npm_lifecycle_event === 'start' ? 'npm start --' : 'delete-conformance'
}

/** Columns of a terminal that does not say how wide it is. */
const COLUMNS = 80

/** Fits a message to a terminal, unless it holds a command, which can be copied in one line. */
function fitted(message: string, stream: NodeJS.WriteStream): string {
  const isWhole = !stream.isTTY || message.includes(': delete-conformance ')
  return wrapped(message, isWhole ? undefined : columnsOf(stream), 2)
}

function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : COLUMNS
}

/** Ends the process with 2: a script must not take a result that was not written for success. */
function endWithUsage(code: number): void {
  if (code !== EXIT.interrupted && code !== EXIT.internal) process.exitCode = EXIT.usage
}

/** Line on a terminal that is overwritten during a run; nothing elsewhere. */
export interface ProgressLine {
  /** Shows the requirement under way, cases done, time spent and time left. */
  show(progress: Progress): void
  /** Wipes the line, so that something else can be written. */
  clear(): void
  /** Wipes the line for good. */
  end(): void
}

/** Time between two updates of the line: nobody reads faster. */
const REDRAW_MS = 100
/** Time after which the line of something that waits is drawn again. */
const TICK_MS = 1_000

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  const startedMs = performance.now()
  let drawnMs = 0
  let shown = { what: '', share: 0 }

  const draw = () => {
    if (!stream.isTTY || shown.what === '') return
    drawnMs = performance.now()
    const elapsedMs = drawnMs - startedMs
    const leftMs = elapsedMs / shown.share - elapsedMs
    const left = shown.share > 0.05 && shown.share < 1 && `about ${seconds(leftMs)} left`
    const text = `  ${present([shown.what, `${seconds(elapsedMs)} so far`, left]).join(', ')}`
    stream.write(`\r\u001b[K${text.slice(0, columnsOf(stream) - 1)}`)
  }
  const clear = () => {
    if (stream.isTTY) stream.write('\r\u001b[K')
  }
  const ticking = stream.isTTY ? setInterval(draw, TICK_MS).unref() : undefined
  let current = { requirement: '', number: 0, of: 1 }
  const under = (share: number, detail = '') => {
    const { requirement, number, of } = current
    const what = present([`requirement ${number} of ${of}: ${requirement}`, detail]).join(', ')
    shown = { what, share: (number - 1 + share) / of }
  }

  return {
    clear,
    end() {
      clearInterval(ticking)
      clear()
    },
    show(progress) {
      if (progress.kind === 'requirement') {
        current = progress
        under(0)
        draw()
      } else if (progress.kind === 'case') {
        const { done, planned } = progress
        under(done / planned, planned > 1 ? `${done} of ${planned} cases` : '')
        if (performance.now() - drawnMs >= REDRAW_MS) draw()
      } else if (progress.kind === 'cleanup') {
        shown = { what: 'removing the files of this run', share: 1 }
        draw()
      }
    },
  }
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`
}
