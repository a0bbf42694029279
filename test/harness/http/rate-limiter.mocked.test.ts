import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRateLimiter, type RateLimits } from '../../../harness/http/rate-limiter.ts'
import { Interrupted } from '../../../model/errors.ts'

vi.mock('node:timers/promises', () => import('./faked-sleep.ts'))

const neverAborted = new AbortController().signal

function rateLimiter(options: Partial<RateLimits> = {}) {
  return createRateLimiter({ concurrency: 4, signal: neverAborted, ...options })
}

/** When requests go out, in milliseconds from now, one for each duration. */
async function departures(made: ReturnType<typeof rateLimiter>, durationsMs: readonly number[]) {
  const begunMs = performance.now()
  const sentMs: number[] = []
  const schedule = durationsMs.map((ms) =>
    made.turn(() => {
      sentMs.push(Math.round(performance.now() - begunMs))
      return new Promise<void>((resolve) => setTimeout(resolve, ms))
    }),
  )
  await vi.runAllTimersAsync()
  await Promise.all(schedule)
  return sentMs
}

describe('the pace', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('never has more requests under way than it is told, whatever they do, and sends all', async () => {
    const request = fc.record({ ms: fc.integer({ min: 0, max: 50 }), fails: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(request),
        async (concurrency, requests) => {
          const made = rateLimiter({ concurrency })
          let underWay = 0
          let most = 0
          const schedule = requests.map(({ ms, fails }) =>
            made.turn(async () => {
              underWay += 1
              most = Math.max(most, underWay)
              await new Promise((resolve) => setTimeout(resolve, ms))
              underWay -= 1
              if (fails) throw new Error('made up')
              made.answered()
            }),
          )
          const settled = Promise.allSettled(schedule)
          await vi.runAllTimersAsync()
          expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(
            requests.filter(({ fails }) => fails).length,
          )
          expect(most).toBe(Math.min(concurrency, requests.length))
        },
      ),
    )
  })

  it('sends in the order in which turns were asked for', async () => {
    const order: number[] = []
    const made = rateLimiter({ concurrency: 1 })
    const schedule = [1, 2, 3].map((at) => made.turn(async () => order.push(at)))
    await Promise.all(schedule)
    expect(order).toEqual([1, 2, 3])
  })

  it('gives back what was sent for', async () => {
    expect(await rateLimiter().turn(async () => 'answer')).toBe('answer')
  })

  it('leaves the same time between requests where there is a rate', async () => {
    const sent = await departures(rateLimiter({ ratePerSecond: 4 }), [0, 0, 0, 0, 0])
    expect(sent).toEqual([0, 250, 500, 750, 1_000])
  })

  it('does not make up for requests that were not sent', async () => {
    const made = rateLimiter({ ratePerSecond: 4 })
    await departures(made, [0])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await departures(made, [0, 0, 0])).toEqual([0, 250, 500])
  })

  it('holds everything back while the target asks for it', async () => {
    const made = rateLimiter()
    made.slowDown(3_000)
    expect(await departures(made, [0, 0])).toEqual([3_000, 3_000])
  })

  it('holds back as long as the most patient request is asked to', async () => {
    const made = rateLimiter()
    made.slowDown(3_000)
    made.slowDown(1_000)
    expect(await departures(made, [0])).toEqual([3_000])
  })

  it('keeps the rate after it was held back', async () => {
    const made = rateLimiter({ concurrency: 3, ratePerSecond: 4 })
    made.slowDown(3_000)
    expect(await departures(made, [0, 0, 0, 0])).toEqual([3_000, 3_250, 3_500, 3_750])
  })

  it('halves what may be under way, down to one, and comes back one a round', async () => {
    const made = rateLimiter({ concurrency: 4 })
    const together = async () => {
      const sent = await departures(made, Array(8).fill(10))
      return sent.filter((ms) => ms === sent[0]).length
    }
    expect(await together()).toBe(4)
    made.slowDown(0)
    expect(await together()).toBe(2)
    made.slowDown(0)
    made.slowDown(0)
    made.slowDown(0)
    expect(await together()).toBe(1)
    made.answered()
    expect(await together()).toBe(2)
    made.answered()
    made.answered()
    expect(await together()).toBe(2)
    for (let answers = 0; answers < 100; answers += 1) made.answered()
    expect(await together()).toBe(4)
  })

  it('sends nothing once it is interrupted, not even what waits for its turn', async () => {
    const controller = new AbortController()
    const made = rateLimiter({ signal: controller.signal })
    made.slowDown(60_000)
    const send = vi.fn(async () => undefined)
    const turn = expect(made.turn(send)).rejects.toThrow(Interrupted)
    await vi.advanceTimersByTimeAsync(1)
    controller.abort()
    await vi.advanceTimersByTimeAsync(1)
    await turn
    await expect(made.turn(send)).rejects.toThrow(Interrupted)
    expect(send).not.toHaveBeenCalled()
  })
})
