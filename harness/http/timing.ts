import type { Exchange } from '../../model/exchange.ts'

/** When a request went out, and how long its answer took; as in an exchange. */
export type Timing = Pick<Exchange, 'startedAtMs' | 'waitMs' | 'durationMs'>

/** Measures one exchange on the clock of this process, which no change of the system's time touches. */
export function startClock() {
  const startedMs = performance.now()
  let headMs: number | undefined
  return {
    answered() {
      headMs = performance.now()
    },
    timing(): Timing {
      const endMs = performance.now()
      return {
        startedAtMs: inMicroseconds(performance.timeOrigin + startedMs),
        waitMs: inMicroseconds((headMs ?? endMs) - startedMs),
        durationMs: inMicroseconds(endMs - startedMs),
      }
    },
  }
}

/** Milliseconds since the Unix epoch, on a clock that never jumps. */
export function now(): number {
  return inMicroseconds(performance.timeOrigin + performance.now())
}

/** Milliseconds without the digits that no clock of this kind tells apart. */
function inMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
