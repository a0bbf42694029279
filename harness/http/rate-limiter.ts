import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'

export interface RateLimits {
  /** Requests under way at once, at most. */
  readonly concurrency: number
  /** Requests a second, at most; undefined for no bound. */
  readonly ratePerSecond?: number | undefined
  /** Pace of that rate, where other limiters keep to it as well. */
  readonly pace?: Pace | undefined
  /** Interrupts what waits for its turn. */
  readonly signal: AbortSignal
  /** Ends all waiting, so that a turn then sends nothing. Aborted with `signal`, too. */
  readonly waiting?: AbortSignal
}

/** Gives the time from which a request may be sent, and takes it. */
export type Pace = () => number

export function createPace(ratePerSecond: number): Pace {
  let nextSlotMs = 0
  return () => {
    const slotMs = Math.max(nextSlotMs, performance.now())
    nextSlotMs = slotMs + 1000 / ratePerSecond
    return slotMs
  }
}

/**
 * A limiter that grants turns to send, in the order in which they are asked for.
 *
 * It adapts as TCP does: when the target asks to slow down, what may be under way is halved; with each full
 * round of answers it is raised by one.
 */
export interface RateLimiter {
  /** Waits for a turn, sends, and gives the turn back. */
  turn<T>(send: () => Promise<T>): Promise<T>
  /** Holds everything back for a while, and halves what may be under way at once. */
  slowDown(waitMs: number): void
  /** Lets one more be under way again, up to the bound, after each full round of answers. */
  answered(): void
}

export function createRateLimiter({
  concurrency,
  ratePerSecond,
  pace = ratePerSecond === undefined ? undefined : createPace(ratePerSecond),
  signal,
  waiting = signal,
}: RateLimits): RateLimiter {
  // Each request that waits listens for the interruption.
  setMaxListeners(0, waiting)
  const queue: (() => void)[] = []
  let limit = concurrency
  let underWay = 0
  let heldUntilMs = 0

  const hasRoom = () => underWay < Math.max(1, Math.floor(limit))
  const wake = () => {
    while (queue.length > 0 && (waiting.aborted || hasRoom())) {
      underWay += 1
      queue.shift()?.()
    }
  }
  const enter = () =>
    new Promise<void>((resolve) => {
      queue.push(resolve)
      wake()
    })
  const isHeld = () => pace !== undefined || signal.aborted || heldUntilMs > performance.now()
  const restUntil = async (time: () => number) => {
    for (;;) {
      if (signal.aborted) throw new Interrupted()
      if (waiting.aborted) return
      const waitMs = time() - performance.now()
      if (waitMs <= 0) return
      await sleep(waitMs, undefined, { signal: waiting }).catch(() => undefined)
    }
  }
  const rest = async (): Promise<void> => {
    await restUntil(() => heldUntilMs)
    if (pace === undefined) return
    const slotMs = pace()
    await restUntil(() => slotMs)
    // If the target asked to slow down in the meantime, this slot is gone.
    if (heldUntilMs > performance.now() && !waiting.aborted) await rest()
  }
  waiting.addEventListener('abort', wake)

  return {
    async turn(send) {
      // Most requests can go out at once; no promise is made for those.
      if (queue.length === 0 && hasRoom()) underWay += 1
      else await enter()
      try {
        if (isHeld()) await rest()
        return await send()
      } finally {
        underWay -= 1
        wake()
      }
    },
    slowDown(waitMs) {
      limit = Math.max(1, limit / 2)
      heldUntilMs = Math.max(heldUntilMs, performance.now() + waitMs)
    },
    answered() {
      limit = Math.min(concurrency, limit + 1 / Math.max(1, limit))
    },
  }
}
