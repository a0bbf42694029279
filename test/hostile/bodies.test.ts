import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { brotliBomb, deflateBomb, gzipBomb } from './bombs.ts'
import { endlessly, slowly } from './endless.ts'
import { skipSleep } from './leaping-sleep.ts'
import { runAgainst } from './outcome.ts'
import { http, type Spoil, startSpoiled, theJudgedDeletion } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const MIB = 1024 * 1024
/** More than two sockets hold on any system: what a target could write beyond was read. */
const IN_SOCKETS = 32 * MIB

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const announcing = (octets: number) => `${JSON_HEAD}content-length: ${octets}\r\n\r\n`
const IN_CHUNKS = `${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`

const ENDED = /the connection ended within the body/
const TOO_LARGE = /more than 1048576 octets of body/
const TOO_LATE = /the time for the answer was over/

test.each<[what: string, spoil: Spoil, received: RegExp]>([
  [
    'ends with the connection before it is whole',
    ({ socket }) => void socket.end(`${announcing(100)}{"id"`),
    ENDED,
  ],
  [
    'was announced with 1 GiB, and ends after 5 octets',
    ({ socket }) => void socket.end(`${announcing(1024 * MIB)}{"id"`),
    ENDED,
  ],
  ['has a chunk whose size is no number', () => `${IN_CHUNKS}xyz\r\n{"id"\r\n0\r\n\r\n`, ENDED],
  ['has a chunk longer than its size', () => `${IN_CHUNKS}3\r\n{"id":1}\r\n0\r\n\r\n`, ENDED],
  ['has a chunk that no number can count', () => `${IN_CHUNKS}${'f'.repeat(20)}\r\n{"id"`, ENDED],
  [
    'has a chunk of 4 GiB, and ends after 5 octets',
    ({ socket }) => void socket.end(`${IN_CHUNKS}ffffffff\r\n{"id"`),
    ENDED,
  ],
])('finds a body not whole that %s', async (_, spoil, received) => {
  const { url } = await startSpoiled({ spoil })
  const outcome = await runAgainst(url, '--only', 'deleted/status,documented/whole')
  expect(outcome.of('documented/whole').violations[0]?.received).toMatch(received)
  expect(outcome.of('deleted/status').verdict).toBe('passed')
  expect(outcome.report.verdict).toBe('non-conforming')
})

test.each<[what: string, spoil: Spoil]>([
  ['was announced and does not come', () => `${announcing(1024 * MIB)}{"id"`],
  ['comes octet by octet', slowly(`${announcing(1_000)}${' '.repeat(1_000)}`, 1)],
  ['has a chunk whose extension has no end', endlessly(`${IN_CHUNKS}1;`, 'a'.repeat(65_536))],
  ['has trailers without end', endlessly(`${IN_CHUNKS}0\r\n`, 'x-field: value\r\n'.repeat(1_000))],
])('gives up a body when the time is over that %s', async (_, spoil) => {
  const { url } = await startSpoiled({ spoil, when: theJudgedDeletion() })
  const outcome = await runAgainst(url, '--only', 'deleted/body', '--timeout', '300ms')
  expect(outcome.of('deleted/body').violations[0]?.received).toMatch(
    new RegExp(`${TOO_LATE.source}|${ENDED.source}`),
  )
  expect(outcome.report.verdict).toBe('non-conforming')
})

test.each<[what: string, spoil: Spoil]>([
  ['has no end', endlessly(`${JSON_HEAD}\r\n`, Buffer.alloc(65_536, ' '))],
  ['has chunks without end', endlessly(IN_CHUNKS, `1000\r\n${' '.repeat(4_096)}\r\n`)],
  ['has chunks of one octet without end', endlessly(IN_CHUNKS, '1\r\n \r\n'.repeat(1_000))],
  ['has 1 GiB, as announced', endlessly(announcing(1024 * MIB), Buffer.alloc(65_536, ' '))],
])('reads 1 MiB of a body that %s', async (_, spoil) => {
  const server = await startSpoiled({ spoil, when: theJudgedDeletion() })
  const outcome = await runAgainst(server.url, '--only', 'deleted/body')
  const [violation] = outcome.of('deleted/body').violations
  expect(violation?.received).toMatch(TOO_LARGE)
  expect(server.written).toBeLessThan(IN_SOCKETS)
})

test.each<[coding: string, bomb: () => Buffer | Promise<Buffer>]>([
  ['gzip', gzipBomb],
  ['deflate', deflateBomb],
  ['br', brotliBomb],
])('unfolds no more than 1 MiB of a body of 1 GiB that came in %s', async (coding, make) => {
  const bomb = await make()
  expect(bomb.length).toBeLessThan(2 * MIB)
  // What is over 1 MiB as it comes is not unfolded at all.
  const octets = bomb.subarray(0, MIB)
  const fields = { 'content-type': 'application/json', 'content-encoding': coding }
  const { url } = await startSpoiled({ spoil: () => http(200, fields, octets) })
  const beforeKib = process.resourceUsage().maxRSS
  const outcome = await runAgainst(url)
  const grownMib = (process.resourceUsage().maxRSS - beforeKib) / 1024
  // Seven of 1 GiB were sent.
  expect(grownMib).toBeLessThan(512)
  expect(outcome.of('deleted/body').violations[0]?.received).toMatch(TOO_LARGE)
})

test('undoes no more than five codings of a body', async () => {
  const codings = new Array<string>(1_000).fill('gzip').join()
  const fields = { 'content-type': 'application/json', 'content-encoding': codings }
  const { url } = await startSpoiled({
    spoil: () => http(200, fields, gzipBomb().subarray(0, MIB)),
    when: theJudgedDeletion(),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/body')
  const [violation] = outcome.of('deleted/body').violations
  expect(violation?.received).toMatch(/Content-Encoding names 1000 codings, and 5 are undone/)
})
