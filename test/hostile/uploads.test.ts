import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, runUnverified, WATCHED } from './outcome.ts'
import { inHttp, jsonText, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const LONG = 'a'.repeat(1_000_000)

/** A server that gives its own ids to files, all of them made by hand. */
function issuing(make: (nth: number) => unknown) {
  let uploads = 0
  return startSpoiled({
    when: ({ method }) => method === 'POST',
    spoil: () => jsonText(200, JSON.stringify({ id: make(uploads++), object: 'file' })),
  })
}

test.each<[what: string, make: (nth: number) => unknown]>([
  ['of 900 KB', (nth) => `file-${nth}-${'a'.repeat(900_000)}`],
  ['with a lone surrogate', (nth) => `file-${nth}-\ud800`],
  ['that is no string', (nth) => nth],
  ['that is nested deep', () => JSON.parse('['.repeat(1_000) + ']'.repeat(1_000))],
  ['that a path swallows', () => '..'],
  ['that is empty', () => ''],
])('asks for no file whose id no request can hold: one %s', async (_, make) => {
  const server = await issuing(make)
  const outcome = await runAgainst(server.url)
  expectUndecided(outcome, /answered 200 without an "id" that can be asked for/)
  expect(outcome.stdout.length).toBeLessThan(10_000)
})

test.each<[what: string, make: (nth: number) => string]>([
  ['of 1,024 characters', (nth) => `file-${nth}-`.padEnd(1_024, 'a')],
  ['of control characters', (nth) => `\u001b[2J\u0000\r\n${nth}\u202e`],
  ['of a terminal that sets titles', (nth) => `\u001b]0;owned\u0007${nth}`],
  [
    'that is a member of every object',
    (nth) => ['__proto__', 'constructor', 'toString'][nth] ?? `${nth}x`,
  ],
  ['that is a path', (nth) => `../../v1/files/${nth}`],
  ['that is a pattern', (nth) => `.*${nth}$&`],
])('comes to a verdict where ids are odd: one %s', async (_, make) => {
  const server = await issuing(make)
  const outcome = await runAgainst(server.url, ...WATCHED)
  // None of these ids is known to the server, which answers 404 to each.
  expect(outcome.of('deleted/status').violations[0]).toMatchObject({ received: '404' })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  expect(outcome.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
})

test('gives up files of one id for all uploads as the fault that it is', async () => {
  const server = await issuing(() => 'file-1')
  const outcome = await runAgainst(server.url, '--only', 'deleted/,effect/uploaded-again')
  expect(outcome.report.verdict).toBe('non-conforming')
  expect(outcome.of('effect/uploaded-again').verdict).toBe('failed')
})

test('looks for the file of an unanswered upload in a list without end, and deletes ten at most', async () => {
  let named = 0
  let uploads = 0
  let unanswered = ''
  const server = await startSpoiled({
    when: ({ method, target }) => {
      if (method === 'POST') uploads += 1
      return target.includes('limit=100') || (method === 'POST' && uploads === 10)
    },
    spoil: ({ request, socket }) => {
      if (request.method === 'POST') {
        unanswered = /filename="([^"]+)"/.exec(String(request.body))?.[1] ?? ''
        socket.destroy()
        return undefined
      }
      const data = Array.from({ length: 100 }, () => ({
        id: `file-${named++}`,
        filename: unanswered,
      }))
      return jsonText(200, JSON.stringify({ data, has_more: true }))
    },
  })
  const outcome = await runAgainst(server.url)
  expect(unanswered).not.toBe('')
  const deleted = server.received.filter(
    ({ method, target }) => method === 'DELETE' && /file-\d+$/.test(target),
  )
  expect(deleted.length).toBe(10)
  expect(outcome.report.files.left.join()).toContain('1 upload of which no file is known')
})

test('is inconclusive about a list of which each page leads to another', async () => {
  let pages = 0
  const server = await startSpoiled({
    when: ({ target }) => target.includes('limit=100'),
    spoil: () => {
      pages += 1
      const data = [{ id: `file-${pages}`, object: 'file' }]
      return jsonText(200, JSON.stringify({ object: 'list', data, has_more: true }))
    },
  })
  const outcome = await runAgainst(server.url, '--only', 'effect/not-listed')
  expectUndecided(outcome, /the list did not show the file before its deletion/)
  // A hundred of them in search of the files of others.
  expect(pages).toBe(1_100)
})

test('reads no more of a list than 64 MiB, and of a sequence no more than its first page', async () => {
  let pages = 0
  const server = await startSpoiled({
    when: ({ target }) => target.includes('limit=100'),
    spoil: () => {
      pages += 1
      return jsonText(200, `{"data":[{"id":"file-${pages}"}],"has_more":true,"more":"${LONG}"}`)
    },
  })
  const outcome = await runUnverified(server.url, '--only', 'effect/not-listed,sequence/')
  expectUndecided(outcome, /the list did not show the file before its deletion/)
  const ofSequence = outcome.report.requirements.filter(({ id }) => id.startsWith('sequence/'))
  expect(ofSequence.map(({ verdict }) => verdict)).toEqual(ofSequence.map(() => 'passed'))
  expect(ofSequence.length).toBeGreaterThan(0)
  // As many in search of the files of others, and none of a sequence.
  const further = server.received.filter(({ target }) => target.includes('after='))
  expect(further).toHaveLength(2 * 67)
})

test('takes the answers of uploads for what they are, whatever comes with them', async () => {
  let uploads = 0
  const server = await startSpoiled({
    when: ({ method }) => method === 'POST' && uploads++ % 4 === 0,
    spoil: async ({ conforming }) => {
      const reply = await conforming()
      const more = `${String(Buffer.from(reply.body)).slice(0, -1)},"more":${'['.repeat(99_999)}${']'.repeat(99_999)}}`
      return inHttp({ ...reply, body: Buffer.from(more) })
    },
  })
  const outcome = await runAgainst(server.url)
  expect(outcome.report.verdict).toBe('conforming')
  expect(server.store.size).toBe(0)
})

test('removes what an upload has left that was refused', async () => {
  let uploads = 0
  const server = await startSpoiled({
    when({ method }) {
      if (method === 'POST') uploads += 1
      return method === 'POST' && uploads % 12 === 0
    },
    spoil: async ({ conforming }) => {
      await conforming()
      return jsonText(400, '{"error":{"message":"no","type":"t"}}')
    },
  })
  const outcome = await runAgainst(server.url)
  expect(uploads).toBeGreaterThan(12)
  expect(server.store.size).toBe(0)
  expect(outcome.report.files.left).toEqual([])
})
