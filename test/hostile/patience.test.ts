import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { leapWithSleep, sleptMs } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, runAllAgainst, runUnverified, WATCHED } from './outcome.ts'
import { http, inHttp, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  leapWithSleep()
})
afterEach(() => vi.unstubAllEnvs())

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
    const outcome = await runUnverified(server.url, ...WATCHED)
    expectUndecided(outcome, /answered 429 after \d+ attempts/)
    expect(sleptMs()).toBeLessThan(MINUTES)
    expect(server.received.length).toBeLessThan(2_000)
  },
)

test('comes to an end where each deletion is answered 503 with a Retry-After', async () => {
  const { url } = await startSpoiled({ spoil: () => http(503, { 'retry-after': '10' }) })
  expectUndecided(await runAgainst(url, ...WATCHED), /answered 503 after \d+ attempts/)
  expect(sleptMs()).toBeLessThan(MINUTES)
})

/** What a run may take on a target that lets nothing through; in all, six time limits of a request. */
const LIMITS = 6

describe.each([
  ['everything', () => true],
  ['every deletion', ({ method }: ServerRequest) => method === 'DELETE'],
  ['every upload', ({ method }: ServerRequest) => method === 'POST'],
])('where %s', (_, when) => {
  test.each([
    ['429 with a Retry-After of no time', 429, { 'retry-after': '0' }],
    ['429 with a Retry-After of a second', 429, { 'retry-after': '1' }],
    ['429 with a Retry-After of a minute', 429, { 'retry-after': '60' }],
    ['429 without a word', 429, {}],
    ['503 with a Retry-After of no time', 503, { 'retry-after': '0' }],
    ['503 with a Retry-After of five seconds', 503, { 'retry-after': '5' }],
  ])('is answered %s, a run ends soon', async (_, status, headers) => {
    const server = await startSpoiled({ when, spoil: () => http(status, headers) })
    const outcome = await runAllAgainst(server.url, '--timeout', '10s')
    expectUndecided(outcome, new RegExp(`answered ${status}`))
    expect(outcome.code).toBe(3)
    expect(outcome.report.files.left).toEqual([])
    expect(server.store.size).toBe(0)
    expect(sleptMs()).toBeLessThan(LIMITS * 10_000)
  })
})

test('ends soon where each answer takes nearly the whole time limit, and says what to do', async () => {
  const timeoutMs = 1_000
  const { url, store } = await startSpoiled({
    when: () => true,
    spoil: async ({ conforming }) => {
      await new Promise((resolve) => setTimeout(resolve, 0.85 * timeoutMs))
      return inHttp(await conforming())
    },
  })
  const outcome = await runAllAgainst(url, '--timeout', '1s')
  expect(outcome.report.durationMs).toBeLessThan(LIMITS * timeoutMs)
  expectUndecided(outcome, /answers took \d.* s, .*: raise --timeout, which is 1\.0 s/)
  expect(outcome.report.files.left).toEqual([])
  expect(store.size).toBe(0)
})

test('ends soon where a target is busy with each error before it goes on, and says that errors are slow', async () => {
  const BUSY_MS = 500
  let busy: Promise<unknown> = Promise.resolve()
  const { url } = await startSpoiled({
    when: () => true,
    spoil: async ({ conforming }) => {
      await busy
      const answer = await conforming()
      if (answer.status >= 400) {
        const before = busy
        busy = before.then(() => new Promise((resolve) => setTimeout(resolve, BUSY_MS)))
      }
      return inHttp(answer)
    },
  })
  const outcome = await runAgainst(url, '--timeout', '1s')
  expectUndecided(outcome, /errors are slow on this target: 4 at once took .* raise --timeout/)
  expect(outcome.report.durationMs).toBeLessThan(LIMITS * 1_000 + 20 * BUSY_MS)
  expect(outcome.report.files.left).toEqual([])
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
