import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { problem } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { findingsOf, runAllAgainst } from '../hostile/outcome.ts'

beforeEach(withoutProxy)
afterEach(() => vi.unstubAllEnvs())

/** A server that counts how many files were there at once, and takes no more than a quota, if there is one. */
async function counting(quota = Number.POSITIVE_INFINITY, status = 400) {
  let most = 0
  let refused = 0
  const alteration: Alteration = (handle, store) => async (request) => {
    const isUpload = request.method === 'POST' && request.target === '/v1/files'
    if (isUpload && store.size >= quota) {
      refused += 1
      return problem(status, 'the quota of this account is used up')
    }
    const reply = await handle(request)
    most = Math.max(most, store.size)
    return reply
  }
  const server = await startReferenceServer({ alterations: [alteration] })
  onTestFinished(() => server.close())
  return { ...server, most: () => most, refused: () => refused }
}

test('a run of hundreds of cases has never more than 32 files there at once', async () => {
  const server = await counting()
  const { report } = await runAllAgainst(server.url, '--runs', '150')
  const cases = report.requirements
    .filter(({ cases: { unit } }) => unit === 'case')
    .reduce((sum, one) => sum + one.cases.judged, 0)
  expect(cases).toBeGreaterThan(700)
  expect(report.verdict).toBe('conforming')
  expect(server.most()).toBeLessThanOrEqual(32)
  expect(server.store.size).toBe(0)
})

test.each([400, 403, 413])(
  'an account that may have 60 files, and is answered %i above it, has room for a run',
  async (status) => {
    const server = await counting(60, status)
    const outcome = await runAllAgainst(server.url, '--runs', '20')
    expect(findingsOf(outcome)).toEqual([])
    expect(server.refused()).toBe(0)
    expect(server.store.size).toBe(0)
  },
)

test('--max-live holds a run to as many files as it says', async () => {
  const server = await counting(10)
  const outcome = await runAllAgainst(server.url, '--max-live', '10', '--runs', '20')
  expect(findingsOf(outcome)).toEqual([])
  expect(server.most()).toBe(10)
  expect(server.refused()).toBe(0)
  expect(server.store.size).toBe(0)
})
