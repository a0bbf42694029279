import { vi } from 'vitest'

let leaptMs = 0
const realNow = performance.now.bind(performance)

/**
 * In place of `node:timers/promises`: whoever sleeps finds the time gone by at once. Only the clock of
 * `performance.now()` leaps; timers and sockets go on as they do.
 * `vi.mock('node:timers/promises', () => import('./leaping-sleep.ts'))`
 */
export async function setTimeout<T>(ms: number, value?: T): Promise<T | undefined> {
  const wakeMs = realNow() + leaptMs + ms
  await setImmediate()
  leaptMs = Math.max(leaptMs, wakeMs - realNow())
  return value
}

/** Lets `performance.now()` leap with all sleep. */
export function leapWithSleep(): void {
  leaptMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => realNow() + leaptMs)
}

/** Time that was slept, in milliseconds; of several who slept at once, that of the longest. */
export function sleptMs(): number {
  return leaptMs
}

/** The next turn of the event loop. */
export function setImmediate(): Promise<void> {
  return new Promise((resolve) => {
    globalThis.setImmediate(resolve)
  })
}
