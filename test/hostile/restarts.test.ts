import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStore, type FileStore } from '../../fixtures/server/store.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { runAgainst, WATCHED } from './outcome.ts'
import { type SpoiledServer, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

/** A server that goes down at one request, comes back as soon as another was refused, and may forget its files. */
async function restarting(at: number, forgets: boolean): Promise<SpoiledServer> {
  const store = createStore()
  const server: SpoiledServer = await startSpoiled({
    store,
    when: (_, nth) => nth === at,
    spoil: async () => {
      if (forgets) empty(store)
      await server.stop()
      await server.restart()
    },
  })
  return server
}

function empty(store: FileStore): void {
  for (const { id } of [...store.list('everybody')]) store.remove('everybody', id)
}

test('judges a target that restarts and keeps its files as one that does not', async () => {
  const server = await restarting(38, false)
  const outcome = await runAgainst(server.url, ...WATCHED)
  expect(outcome.report.verdict).toBe('conforming')
  expect(outcome.report.files.left).toEqual([])
  expect(server.store.size).toBe(0)
})

test('finds the loss of files that a target has forgotten when it restarted', async () => {
  const server = await restarting(40, true)
  const outcome = await runAgainst(server.url, '--only', 'deleted/,effect/')
  expect(outcome.report.verdict).toBe('non-conforming')
  const { verdict, violations } = outcome.of('effect/bystanders')
  expect(verdict).toBe('failed')
  expect(violations[0]).toMatchObject({ expected: '200', received: '404' })
  expect(outcome.report.files.left).toEqual([])
})
