import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { endlessly } from './endless.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, runUnverified } from './outcome.ts'
import { EACH_TIME, http, type Spoil, startSpoiled, theJudgedDeletion } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const STATUS_LINE = 'HTTP/1.1 200 OK\r\n'
const MIB = 1024 * 1024
/** More than two sockets hold on any system: what a target could write beyond was read. */
const IN_SOCKETS = 32 * MIB

const TOO_LARGE = /the header of the answer is too large \(UND_ERR_HEADERS_OVERFLOW\)/

test.each<[what: string, spoil: Spoil]>([
  ['fields without end', endlessly(STATUS_LINE, 'x-field: value\r\n'.repeat(1_000))],
  [
    'fields without values, without end',
    endlessly(STATUS_LINE, 'abcdefghijklmno:\r\n'.repeat(1_000)),
  ],
  ['a value without end', endlessly(`${STATUS_LINE}x-field: `, 'a'.repeat(65_536))],
  ['a name without end', endlessly(STATUS_LINE, 'a'.repeat(65_536))],
  ['10,000 fields', () => `${STATUS_LINE}${'x-field: value\r\n'.repeat(10_000)}\r\n`],
  ['a field of 1 MiB', () => `${STATUS_LINE}x-field: ${'a'.repeat(MIB)}\r\n\r\n`],
])('reads no more of a header than can be kept: %s', async (_, spoil) => {
  const server = await startSpoiled({ spoil, when: theJudgedDeletion(EACH_TIME) })
  expectUndecided(await runAgainst(server.url, '--only', 'deleted/status'), TOO_LARGE)
  expect(server.written).toBeLessThan(IN_SOCKETS)
})

test('gives up a status line without end when the time is over', async () => {
  const { url } = await startSpoiled({
    spoil: endlessly('HTTP/1.1 200 ', 'a'.repeat(65_536)),
    when: theJudgedDeletion(EACH_TIME),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status', '--timeout', '200ms')
  expectUndecided(outcome, /no answer within 200 ms/)
})

test.each<[what: string, field: string]>([
  ['a field with NUL', 'x-field: a\0b'],
  ['a folded field', 'x-field: a\r\n b'],
  ['a space before the colon', 'x-field : a'],
  ['a field without a colon', 'x-field'],
  ['two lengths', 'content-length: 5\r\ncontent-length: 6'],
  ['a negative length', 'content-length: -1'],
  ['a length that no number holds', `content-length: ${'9'.repeat(40)}`],
])('is inconclusive about an answer that is no HTTP: %s', async (_, field) => {
  const { url } = await startSpoiled({ spoil: () => `${STATUS_LINE}${field}\r\n\r\n{"id":1}` })
  expectUndecided(
    await runUnverified(url, '--only', 'deleted/status'),
    /the answer is no HTTP\/1\.1/,
  )
})

test('judges an answer with as many fields as fit into a header', async () => {
  const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`x-${at}`, 'value']))
  const { url } = await startSpoiled({ spoil: () => http(418, fields) })
  const outcome = await runAgainst(url, '--only', 'deleted/status')
  expect(outcome.of('deleted/status')).toMatchObject({ verdict: 'failed' })
  expect(outcome.of('deleted/status').exchanges.at(-1)?.response?.headers.length).toBe(1_001)
})
