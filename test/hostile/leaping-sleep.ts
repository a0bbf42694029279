import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import { onTestFinished, vi } from 'vitest'

const realSleep = timers.setTimeout
const realNow = performance.now.bind(performance)
let leaptMs = 0

/** Lets whoever sleeps with `node:timers/promises` go on at once, until the test is over. Other timers do not leap. */
export function skipSleep(): void {
  sleepWith(() => undefined)
}

/** As {@link skipSleep}, and `performance.now()` leaps as well: the time that was slept has gone by. */
export function leapWithSleep(): void {
  leaptMs = 0
  const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + leaptMs)
  onTestFinished(() => now.mockRestore())
  sleepWith((ms) => {
    const wakeMs = realNow() + leaptMs + ms
    return () => {
      leaptMs = Math.max(leaptMs, wakeMs - realNow())
    }
  })
}

/** Time that was slept, in milliseconds; of several who slept at once, that of the longest. */
export function sleptMs(): number {
  return leaptMs
}

/** The program has these functions already: they are replaced where it looks for them. */
function sleepWith(begin: (ms: number) => (() => void) | undefined): void {
  timers.setTimeout = async <T>(ms = 0, value?: T) => {
    const wake = begin(ms)
    await timers.setImmediate()
    wake?.()
    return value as T
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    timers.setTimeout = realSleep
    syncBuiltinESMExports()
  })
}
