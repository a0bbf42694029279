import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { always, startStub, withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { runAgainst } from './outcome.ts'
import { http, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

test.each([301, 302, 303, 307, 308])('follows no %i to another server', async (status) => {
  const elsewhere = await startStub(always(200, { id: 'x', object: 'file', deleted: true }))
  const { url } = await startSpoiled({
    spoil: ({ request }) => http(status, { location: elsewhere.url + request.target }),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status,documented/status')
  expect(elsewhere.received).toEqual([])
  expect(outcome.report.verdict).toBe('non-conforming')
  expect(outcome.of('deleted/status').violations[0]?.received).toBe(String(status))
})

test.each([
  ['itself', undefined],
  ['a file of this machine', 'file:///etc/passwd'],
  ['a script', 'javascript:alert(1)'],
  ['no URL', 'http://['],
])('follows no redirect to %s, and asks each thing once', async (_, location) => {
  const server = await startSpoiled({
    when: ({ method }) => method !== 'POST',
    spoil: ({ request }) => http(307, { location: location ?? request.target }),
  })
  const outcome = await runAgainst(server.url)
  expect(outcome.report.verdict).toBe('non-conforming')
  const asked = server.received.map(({ method, target }) => `${method} ${target}`)
  const deletions = asked.filter((line) => line.startsWith('DELETE'))
  // Each file is asked for once by its requirement, and once more by each removal: of its case, of the run.
  for (const line of new Set(deletions)) {
    expect(deletions.filter((other) => other === line).length).toBeLessThanOrEqual(3)
  }
})

test('uploads nothing to where an upload is led', async () => {
  const elsewhere = await startStub(always(200, { id: 'file-1' }))
  const { url } = await startSpoiled({
    when: ({ method }) => method === 'POST',
    spoil: () => http(307, { location: elsewhere.url }),
  })
  const outcome = await runAgainst(url)
  expect(elsewhere.received).toEqual([])
  expect(outcome.report.reasons.join()).toMatch(/no file could be uploaded: .* answered 307/)
})
