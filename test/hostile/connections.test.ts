import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { variants } from '../../fixtures/variants/variants.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { atOnce } from './at-once.ts'
import { slowly } from './endless.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, WATCHED } from './outcome.ts'
import { inHttp, type Spoil, startSpoiled, theJudgedDeletion } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const HALF_A_HEADER = 'HTTP/1.1 200 OK\r\ncontent-'

test.each<[what: string, spoil: Spoil, reason: RegExp]>([
  [
    'resets the connection within the header',
    ({ socket }) => void socket.write(HALF_A_HEADER, () => socket.resetAndDestroy()),
    /no answer: the connection ended without an answer/,
  ],
  [
    'ends the connection within the header',
    ({ socket }) => void socket.end(HALF_A_HEADER),
    /no answer: the connection ended without an answer/,
  ],
  ['speaks another protocol', () => 'SSH-2.0-OpenSSH\r\n\r\n', /the answer is no HTTP\/1\.1/],
  ['speaks HTTP/2', () => Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), /the answer is no HTTP\/1\.1/],
  ['speaks HTTP/0.9', () => '{"id":"x"}', /the answer is no HTTP\/1\.1/],
])('is inconclusive about a target that %s', async (_, spoil, reason) => {
  const { url } = await startSpoiled({ spoil })
  const outcome = await runAgainst(url, '--only', 'deleted/status')
  expectUndecided(outcome, reason)
  expect(outcome.stdout).toMatch(/^Files .* left behind/m)
})

test('is inconclusive about a target of which no answer is whole within the time limit', async () => {
  const late: readonly [what: string, spoil: Spoil][] = [
    ['stops within the header', () => HALF_A_HEADER],
    ['never answers', () => undefined],
    ['sends its header octet by octet', slowly(HALF_A_HEADER, 20)],
  ]
  await atOnce(late, async ([_, spoil]) => {
    const { url } = await startSpoiled({ spoil })
    const flags = ['--only', 'deleted/status', '--timeout', '300ms', '--concurrency', '16']
    const outcome = await runAgainst(url, ...flags)
    expectUndecided(outcome, /no answer within 300 ms/)
    expect(outcome.stdout).toMatch(/^Files .* left behind/m)
  })
})

test('is inconclusive about a target that goes away in the middle of a run', async () => {
  const server = await startSpoiled({
    when: (_, nth) => nth === 30,
    spoil: async () => void (await server.stop()),
  })
  const outcome = await runAgainst(server.url, ...WATCHED)
  // Two requests are under way: which comes first follows from the seed.
  expectUndecided(outcome, /the target has not answered since (DELETE|GET|POST) /)
  // What was judged before stays judged.
  expect(outcome.of('deleted/status').verdict).toBe('passed')
  expect(outcome.report.files.left.length).toBeGreaterThan(0)
  expect(outcome.stdout).toMatch(/remove with: delete-conformance cleanup \S+ -t http:\S+\n/)
})

test('never takes a second answer for the answer to the next request, where both come at once', async () => {
  const twice: Spoil = async ({ conforming }) => {
    const octets = inHttp(await conforming())
    return Buffer.concat([octets, octets])
  }
  const server = await startSpoiled({ spoil: twice })
  const { report } = await runAgainst(server.url, ...WATCHED)
  expect(report.verdict).toBe('conforming')
  // The connection is given up with what was too much, and each request has its own answer.
  expect(server.store.size).toBe(0)
})

test('finds that a second answer came late, in the place of the next one', async () => {
  const { url } = await startSpoiled({
    when: ({ method }) => method === 'DELETE',
    spoil: async ({ conforming, socket }) => {
      const octets = inHttp(await conforming())
      // As the next request on this connection arrives, whose answer it then comes before.
      if (socket.listenerCount('data') === 1) socket.once('data', () => socket.write(octets))
      return octets
    },
  })
  const outcome = await runAgainst(url, ...WATCHED, '--concurrency', '1')
  expect(outcome.report.verdict).toBe('non-conforming')
})

test('finds that a target answers before it was asked', async () => {
  const early = { status: 200, headers: { 'content-type': 'application/json' } }
  const { url } = await startSpoiled({
    when: () => false,
    spoil: () => undefined,
    connected: (socket) =>
      socket.write(
        inHttp({ ...early, body: Buffer.from('{"id":"x","object":"file","deleted":true}') }),
      ),
  })
  const outcome = await runAgainst(url, ...WATCHED)
  expect(outcome.report.verdict).not.toBe('conforming')
})

test('loses no case to connections that a target ends after errors without saying so, and counts them once', async () => {
  const { alter } = variants.find(({ name }) => name === 'hangs-up-after-errors') ?? {}
  const server = await startReferenceServer({ alterations: alter === undefined ? [] : [alter] })
  const outcome = await runAgainst(server.url, '--strict', '--runs', '10')
  await server.close()
  expect(outcome.report.verdict).toBe('conforming')
  expect(outcome.report.observations).toEqual([
    { about: 'Closed', text: expect.stringContaining('RFC 9112 §9.6'), count: expect.any(Number) },
  ])
  // Each connection shows it once at most; those that are opened later are not used again after an error.
  expect(outcome.report.observations?.[0]?.count).toBeLessThanOrEqual(16)
  expect(outcome.stdout).toMatch(/^Closed .* what was lost with it was sent anew/m)
  expect(server.store.size).toBe(0)
})

test('deletes anew what was lost with a connection, if the file is still there', async () => {
  const { url, store } = await startSpoiled({
    when: theJudgedDeletion(),
    spoil: ({ socket }) => void socket.destroy(),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status')
  expect(outcome.report.verdict).toBe('conforming')
  expect(store.size).toBe(0)
})

test('is inconclusive where a deletion was carried out and its answer lost with the connection', async () => {
  const { url } = await startSpoiled({
    when: ({ method }, nth) => method === 'DELETE' && nth > 4,
    spoil: async ({ conforming, socket }) => {
      await conforming()
      socket.destroy()
    },
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status')
  expectUndecided(outcome, /no answer: the connection/)
})
