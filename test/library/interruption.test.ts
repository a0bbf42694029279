import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Progress, RunInterrupted, run } from '../../library/index.ts'
import { startStub, withoutProxy } from '../cli/stub-server.ts'
import { holdBack, isDeletionOfCase } from '../process/holding-back.ts'
import { ownFolder, startServer } from './running.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const FEW = { runs: 5, settle: '1ms', timeout: '60s' }

/** Returns the error that a promise is rejected with. */
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('was not rejected'),
    (error: unknown) => error,
  )

test('a run whose signal is aborted removes its files and is rejected', async () => {
  const holding = holdBack({ when: isDeletionOfCase, carriedOut: false, count: 3 })
  const server = await startServer({ alterations: [holding.alteration] })
  const out = join(ownFolder(), 'run')
  const controller = new AbortController()
  const { signal } = controller
  const only = ['deleted/any-file', 'effect/']
  const running = rejection(run({ ...FEW, runs: 20, target: server.url, out, only, signal }))
  await holding.reached
  expect(server.store.size).toBeGreaterThan(2)
  controller.abort()
  holding.release()
  const error = await running
  expect(error).toBeInstanceOf(RunInterrupted)
  expect(error).toMatchObject({
    left: [],
    ledgerPath: undefined,
    message: 'interrupted; no file was left behind',
  })
  expect(server.store.size).toBe(0)
  // The folder keeps what was sent, and no verdict.
  expect(readdirSync(out)).toEqual(['evidence.ndjson'])
})

test('a run that is interrupted names the files that it cannot remove, and their ledger', async () => {
  const holding = holdBack({ when: isDeletionOfCase, carriedOut: false, count: 1 })
  const server = await startServer({ alterations: [holding.alteration] })
  const out = join(ownFolder(), 'run')
  const controller = new AbortController()
  const { signal } = controller
  const only = ['deleted/']
  const running = rejection(run({ ...FEW, target: server.url, out, only, signal }))
  await holding.reached
  const ids = server.store.list('everybody').map(({ id }) => id)
  controller.abort()
  await server.close()
  const error = (await running) as RunInterrupted
  expect(ids.length).toBeGreaterThan(0)
  expect(error.left).toEqual(expect.arrayContaining(ids))
  expect(error.ledgerPath).toBe(join(out, 'ledger.ndjson'))
  expect(existsSync(error.ledgerPath ?? '')).toBe(true)
  for (const id of ids) expect(error.message).toContain(id)
})

test('a signal that was aborted before sends nothing and writes nothing', async () => {
  const { url, received } = await startStub((_, response) => response.end())
  const signal = AbortSignal.abort()
  const out = join(ownFolder(), 'run')
  expect(await rejection(run({ target: url, signal, out }))).toBeInstanceOf(RunInterrupted)
  expect(received).toEqual([])
  expect(existsSync(out)).toBe(false)
})

test('what is thrown at the start is thrown before anything is sent', async () => {
  const { url, received } = await startStub((_, response) => response.end())
  const thrown = new Error('not today')
  const onProgress = () => {
    throw thrown
  }
  expect(await rejection(run({ target: url, onProgress }))).toBe(thrown)
  expect(received).toEqual([])
})

test('a signal keeps nothing of a run that is over, however it ended', async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  await run({ ...FEW, only: ['deleted/status'], signal })
  await rejection(run({ ...FEW, target: 'nonsense', signal }))
  expect(added.mock.calls.length).toBeGreaterThan(0)
  expect(removed.mock.calls).toEqual(added.mock.calls)
})

test.each<Progress['kind']>(['started', 'requirement', 'case', 'family', 'cleanup'])(
  'what is thrown on being told of %s is what the run is rejected with, its files removed',
  async (kind) => {
    const server = await startServer()
    const out = join(ownFolder(), 'run')
    const thrown = new Error('enough')
    const onProgress = (progress: Progress) => {
      if (progress.kind === kind) throw thrown
    }
    const options = { ...FEW, target: server.url, only: ['deleted/'], onProgress, out }
    expect(await rejection(run(options))).toBe(thrown)
    expect(server.store.size).toBe(0)
  },
)
