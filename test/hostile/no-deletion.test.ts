import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { runAllAgainst } from './outcome.ts'
import { http, jsonText, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const isDeletion = ({ method }: ServerRequest) => method === 'DELETE'
/** A deletion, or a path that no router knows. */
const isUnrouted = (request: ServerRequest) =>
  isDeletion(request) ||
  !/^\/v1\/files(\/[^/]+(\/content)?)?$/.test(request.target.split('?')[0] ?? '')
const html = (body: string) => http(404, { 'content-type': 'text/html' }, body)

/** More would be a burden on a server that keeps them for ever. */
const FEW = 8

test.each<
  [
    what: string,
    when: (request: ServerRequest) => boolean,
    answer: (request: ServerRequest) => Buffer,
  ]
>([
  ['405', isDeletion, () => http(405, { allow: 'GET' })],
  ['405 without a word of what is allowed', isDeletion, () => http(405, {})],
  ['501', isDeletion, () => http(501, {})],
  ["its router's 404", isUnrouted, () => jsonText(404, '{"detail":"Not Found"}')],
  ['404 in HTML', isUnrouted, () => html('<!doctype html><h1>Not Found</h1>')],
  [
    '404 in HTML that names method and path',
    isUnrouted,
    ({ method, target }) => html(`<pre>Cannot ${method} ${target}</pre>`),
  ],
  [
    '404 with an id for each request',
    isUnrouted,
    () => jsonText(404, `{"error":"no route","request_id":"${randomUUID()}"}`),
  ],
  [
    '200, and keeps the file',
    isDeletion,
    ({ target }) =>
      jsonText(200, `{"id":"${target.split('/').at(-1)}","object":"file","deleted":true}`),
  ],
])(
  'makes few files on a server that answers deletions %s, and says why',
  async (_, when, answer) => {
    const server = await startSpoiled({ when, spoil: ({ request }) => answer(request) })
    const { report, stdout } = await runAllAgainst(server.url)
    const uploads = server.received.filter(({ method }) => method === 'POST').length
    expect(uploads).toBeLessThanOrEqual(FEW)
    const there = server.store.list('everybody').map(({ id }) => id)
    expect(there.length).toBeGreaterThan(0)
    expect([...report.files.left].toSorted()).toEqual(there.toSorted())
    const says = /the target has no deletion: DELETE \/v1\/files\/\S+ answered \d+/
    expect(report.reasons.filter((reason) => says.test(reason))).toHaveLength(1)
    expect(stdout.split('\n').filter((line) => says.test(line))).toHaveLength(1)
    for (const id of there) expect(stdout).toContain(id)
    expect(report.verdict).toBe('non-conforming')
  },
)

test('goes on where a deletion is answered 404 as that of a file that is not there', async () => {
  const notFound = '{"error":{"message":"no","type":"t","param":null,"code":null}}'
  const server = await startSpoiled({ when: isDeletion, spoil: () => jsonText(404, notFound) })
  const { report } = await runAllAgainst(server.url)
  expect(report.reasons.join()).not.toContain('no deletion')
  expect(report.verdict).toBe('non-conforming')
  expect(server.store.size).toBeLessThanOrEqual(32)
})
