import { describe, expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { runVerified } from './verified-run.ts'

const LATER = 'effect/stays-deleted'
const ONLY = ['--only', `deleted/,${LATER}`, '--runs', '20']

describe('deleted files', () => {
  test('are looked at again when --linger has passed since the last deletion', async () => {
    const server = await startReferenceServer()
    const { exchanges, of } = await runVerified(server.url, ...ONLY, '--linger', '400ms')
    await server.close()
    const deletions = exchanges.filter(
      ({ action, requirement }) =>
        action === 'delete' && requirement !== LATER && requirement !== 'set-up/cleanup',
    )
    const reads = exchanges.filter(({ requirement }) => requirement === LATER)
    const last = Math.max(...deletions.map((one) => one.startedAtMs + one.durationMs))
    expect(Math.min(...reads.map((one) => one.startedAtMs)) - last).toBeGreaterThan(399)
    expect(of(LATER).verdict).toBe('passed')
    // Each is read, downloaded and deleted once more.
    const ids = new Set(reads.flatMap(({ id }) => id ?? []))
    expect(reads.filter(({ action }) => action === 'delete')).toHaveLength(ids.size)
    expect(ids.size).toBeGreaterThan(8)
  })

  test('are not looked at later with --linger 0, and the report says so', async () => {
    const server = await startReferenceServer()
    const { of } = await runVerified(server.url, ...ONLY, '--linger', '0')
    await server.close()
    expect(of(LATER)).toMatchObject({
      verdict: 'inapplicable',
      reason: 'nothing is looked at later (--linger 0)',
    })
  })

  test('are looked at earlier where a deadline leaves no time, and the report says so', async () => {
    const server = await startReferenceServer()
    const flags = [...ONLY, '--linger', '30s', '--deadline', '4s']
    const { of, report, stdout } = await runVerified(server.url, ...flags)
    await server.close()
    expect(of(LATER).verdict).toBe('passed')
    const text = expect.stringMatching(
      /^looked at \d\.\d s after the last deletion and not after 30\.0 s/,
    )
    expect(report.observations).toContainEqual({ about: 'Deleted files', text, count: 1 })
    expect(stdout).toContain('and not after 30.0 s (--linger), for want of time')
  })

  test('are looked at though the requests of the budget are used up before', async () => {
    const server = await startReferenceServer()
    const { of, report } = await runVerified(server.url, '--max-requests', '700')
    await server.close()
    expect(report.verdict).toBe('inconclusive')
    expect(of(LATER).verdict).toBe('passed')
  })

  test('that come back are told with the request that shows them', async () => {
    const server = await startReferenceServer({
      alterations: [
        (handle, store) => {
          const gone: string[] = []
          return async (request) => {
            const id = request.target.slice(request.target.lastIndexOf('/') + 1)
            if (request.method === 'DELETE' && store.find('everybody', id)) gone.push(id)
            const isBack = gone.length > 3 && request.method === 'GET' && id === gone[0]
            if (!isBack) return handle(request)
            const body = Buffer.from(JSON.stringify({ id, object: 'file' }))
            return { status: 200, headers: { 'content-type': 'application/json' }, body }
          }
        },
      ],
    })
    const { of } = await runVerified(server.url, ...ONLY)
    await server.close()
    expect(of(LATER).verdict).toBe('failed')
    expect(of(LATER).violations[0]).toMatchObject({
      where: '/status',
      expected: '404: the file was deleted',
      received: '200',
    })
  })
})
