import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { leapWithSleep, sleptMs } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, WATCHED } from './outcome.ts'
import { http, startSpoiled } from './spoiled-server.ts'

vi.mock('node:timers/promises', () => import('./leaping-sleep.ts'))

beforeEach(() => {
  withoutProxy()
  leapWithSleep()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/**
 * Three requests are waited for in vain, and three removals at the end, a minute each, in which others are
 * held back, too. A run that waited for each of its requests would take forty minutes.
 */
const MINUTES = 12 * 60_000

test.each<[what: string, value: string]>([
  ['of a year', String(365 * 24 * 60 * 60)],
  ['of more than a number holds', '9'.repeat(4_000)],
  ['of less than nothing', '-1'],
  ['of a fraction', '0.001'],
  ['in words', 'soon'],
  ['of nothing', ''],
  ['of no time, over and over', '0'],
  ['of a second, over and over', '1'],
  ['until a day that is past', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['until a day that is far', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['until a day that is none', 'Fri, 99 Dec 2026 99:99:99 GMT'],
])(
  'comes to an end where each deletion is answered 429 with a Retry-After %s',
  async (_, value) => {
    const server = await startSpoiled({ spoil: () => http(429, { 'retry-after': value }) })
    const outcome = await runAgainst(server.url, ...WATCHED)
    expectUndecided(outcome, /answered 429 after \d+ polite attempts/)
    expect(sleptMs()).toBeLessThan(MINUTES)
    expect(server.received.length).toBeLessThan(2_000)
  },
)

test('comes to an end where each deletion is answered 503 with a Retry-After', async () => {
  const { url } = await startSpoiled({ spoil: () => http(503, { 'retry-after': '10' }) })
  expectUndecided(await runAgainst(url, ...WATCHED), /answered 503 after \d+ polite attempts/)
  expect(sleptMs()).toBeLessThan(MINUTES)
})

test('comes to an end where each file is being processed for ever', async () => {
  const { url } = await startSpoiled({ spoil: () => http(409, {}) })
  const outcome = await runAgainst(url, ...WATCHED)
  expect(outcome.report.verdict).toBe('non-conforming')
  expect(outcome.of('deleted/status').violations[0]?.received).toBe('409')
  expect(sleptMs()).toBeLessThan(MINUTES)
})

test('waits as often as it is asked to where it is let in afterwards', async () => {
  const before = new Set<string>()
  const isFirst = (target: string) => before.size !== before.add(target).size
  const { url } = await startSpoiled({
    when: ({ method, target }) => method === 'DELETE' && isFirst(target),
    spoil: () => http(429, { 'retry-after': '30' }),
  })
  const { report } = await runAgainst(url, ...WATCHED, '--concurrency', '1')
  expect(report.verdict).toBe('conforming')
  expect(sleptMs()).toBeGreaterThan(20 * 30_000)
})
