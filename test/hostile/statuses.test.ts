import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { endlessly } from './endless.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, runUnverified } from './outcome.ts'
import {
  EACH_TIME,
  http,
  inHttp,
  jsonText,
  type Spoil,
  startSpoiled,
  theJudgedDeletion,
} from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

test.each(['99', '099', '000', '1000', '-1', 'abc', ''])(
  'is inconclusive about an answer whose status is none: %j',
  async (status) => {
    const { url } = await startSpoiled({ spoil: () => http(status, {}) })
    const outcome = await runUnverified(url, '--only', 'deleted/status')
    expectUndecided(outcome, /the answer is no HTTP\/1\.1/)
  },
)

test.each([299, 600, 999])('judges %i as the status that it is', async (status) => {
  const { url } = await startSpoiled({ spoil: () => jsonText(status, '{}') })
  const outcome = await runAgainst(url, '--only', 'deleted/status,documented/status')
  expect(outcome.report.verdict).toBe('non-conforming')
  expect(outcome.of('documented/status').blockedBy).toEqual(['deleted/status'])
  expect(outcome.of('deleted/status').violations[0]?.received).toBe(String(status))
})

test.each([102, 103])('waits for the answer behind thousands of %i', async (status) => {
  const interim = `HTTP/1.1 ${status} -\r\nlink: </x>\r\n\r\n`.repeat(5_000)
  const spoil: Spoil = async ({ conforming }) =>
    Buffer.concat([Buffer.from(interim), inHttp(await conforming())])
  const { url } = await startSpoiled({ spoil })
  const { report } = await runAgainst(url, '--only', 'deleted/status')
  expect(report.verdict).toBe('conforming')
})

test('gives up where interim answers have no end', async () => {
  const { url } = await startSpoiled({
    spoil: endlessly('', 'HTTP/1.1 102 -\r\n\r\n'.repeat(1_000)),
    when: theJudgedDeletion(EACH_TIME),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status', '--timeout', '300ms')
  expectUndecided(outcome, /no answer within 300 ms/)
})

test.each([
  [100, /the answer is 100 \(Continue\), which was not asked for/],
  [101, /the answer is 101 \(Switching Protocols\), which was not asked for/],
])('is inconclusive about %i, which nobody asked for', async (status, reason) => {
  const fields = 'upgrade: x\r\nconnection: upgrade\r\n'
  const spoil: Spoil = async ({ conforming }) =>
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${status} -\r\n${status === 101 ? fields : ''}\r\n`),
      inHttp(await conforming()),
    ])
  const { url } = await startSpoiled({ spoil })
  expectUndecided(await runAgainst(url), reason)
})

test.each([204, 304])('takes nothing of what follows a %i for an answer', async (status) => {
  const { url } = await startSpoiled({
    spoil: () => `HTTP/1.1 ${status} -\r\ncontent-length: 5\r\n\r\nHTTP/`,
  })
  const outcome = await runAgainst(url, '--concurrency', '1')
  expect(outcome.report.verdict).toBe('non-conforming')
  const seen = outcome.of('deleted/status')
  expect(seen.violations[0]?.received).toBe(String(status))
  expect(seen.exchanges.at(-1)?.response?.body.bytes).toBe(0)
  expect(Object.keys(outcome.report.observed)).toEqual([String(status)])
})
