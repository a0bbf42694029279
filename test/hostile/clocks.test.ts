import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { leapWithSleep } from './leaping-sleep.ts'
import { runAgainst } from './outcome.ts'
import { http, inHttp, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  leapWithSleep()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const HOURS = 3_600_000

/** Lets the system's clock jump when it is asked to. */
function jumpingClock(): { jump(ms: number): void } {
  const realNow = Date.now.bind(Date)
  let offsetMs = 0
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs)
  return {
    jump: (ms) => {
      offsetMs += ms
    },
  }
}

test.each([
  ['back', -5 * HOURS],
  ['forward', 5 * HOURS],
])('tells how long a run took though the clock is set %s in the middle of it', async (_, ms) => {
  const clock = jumpingClock()
  const { url } = await startSpoiled({
    when: ({ method }, nth) => method === 'DELETE' && nth > 5,
    spoil: async ({ conforming, before }) => {
      if (before === 0) clock.jump(ms)
      return inHttp(await conforming())
    },
  })
  const { report } = await runAgainst(url, '--deadline', '30m')
  expect(report.verdict).toBe('conforming')
  expect(report.durationMs).toBeGreaterThanOrEqual(0)
  expect(report.durationMs).toBeLessThan(HOURS)
})

test.each([
  ['hours behind', -5 * HOURS],
  ['hours ahead', 5 * HOURS],
])('waits for a date as the target means it, whose clock is %s', async (_, ms) => {
  let putOff = 0
  const { url } = await startSpoiled({
    when: ({ method }) => method === 'DELETE' && putOff++ === 1,
    spoil: () => {
      const theirs = Date.now() + ms
      const date = (laterMs: number) => new Date(theirs + laterMs).toUTCString()
      return http(429, { date: date(0), 'retry-after': date(1_000) })
    },
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status')
  expect(outcome.report.verdict).toBe('conforming')
})
