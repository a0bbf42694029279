import type { RunListener } from '../harness/run/schedule.ts'
import { isWatching, type Requirement } from '../model/requirement.ts'

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
  const probing = requirements.filter((one) => !isWatching(one))
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
      if (isWatching(requirement)) return
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
