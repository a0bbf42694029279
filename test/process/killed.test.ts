import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { octets } from '../../harness/run/seed.ts'
import { readLedger } from '../../harness/safety/ledger.ts'
import { invoke } from '../cli/invoke.ts'
import { ownFolder, start } from './command-line.ts'
import { isDeletionOfCase } from './holding-back.ts'
import {
  atEach,
  idsOn,
  type Moment,
  NAMED_MOMENTS,
  NEVER,
  runUntil,
  serverAt,
  settle,
  spreadOver,
  type WatchedServer,
} from './moments.ts'

/** Words for cases that upload, delete, read and list, several at once, with no time limit that matters. */
const FEW = ['--only', 'effect/', '--only', 'sequence/', '--runs', '2']
const WORDS = [...FEW, '--seed', '7', '--timeout', '60m']
/** Seed of the moments. */
const SEED = '20'

let counted: Promise<number> | undefined

/** Counts the requests of such a run. */
function requestsOfRun(): Promise<number> {
  counted ??= (async () => {
    const server = await serverAt(NEVER)
    const run = start(ownFolder(), ['run', '-t', server.url, ...WORDS])
    expect(await run.ended).toMatchObject({ code: 0 })
    return server.requests()
  })()
  return counted
}

describe('whenever a run is killed, cleanup removes all of its files and nothing of others', () => {
  // Few moments each, so that both stay below the time limit of a test on a busy machine.
  it.each([
    ['at its first requests and in its sweep', async () => NAMED_MOMENTS],
    ['anywhere', async () => spreadOver(await requestsOfRun(), 10, SEED)],
  ] as const)('by SIGKILL %s', async (_, momentsOfRun) => {
    const moments = await momentsOfRun()
    expect(moments.length).toBeGreaterThanOrEqual(10)
    await atEach(moments, async (moment) => {
      const server = await serverAt(moment)
      const { run, out } = await runUntil(server, WORDS)
      run.kill('SIGKILL')
      expect(await run.ended).toMatchObject({ signal: 'SIGKILL' })
      settle(server.holding, moment)
      await expectCleanable(server, out)
    })
  })

  it('by a second Ctrl-C', async () => {
    await atEach(await someOf(SEED), async (moment) => {
      const server = await serverAt(moment)
      const { run, out } = await runUntil(server, WORDS)
      run.kill('SIGINT')
      await run.says('once more to stop at once')
      run.kill('SIGINT')
      const { code, stderr } = await run.ended
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr: expect.stringContaining('remove what is left with: delete-conformance cleanup'),
      })
      settle(server.holding, moment)
      await expectCleanable(server, out)
    })
  })

  it('also where cleanup is killed at its work', async () => {
    const requests = await requestsOfRun()
    const deletions = NAMED_MOMENTS.filter(({ name }) => name === 'the first deletion')
    await atEach(deletions, async (moment) => {
      const [middle = NEVER] = spreadOver(requests, 1, moment.fate)
      let cleaning = false
      const when: Moment['when'] = (...what) => cleaning && moment.when(...what)
      const server = await serverAt(middle, { ...moment, when })
      const { run, out } = await runUntil(server, WORDS)
      run.kill('SIGKILL')
      await run.ended
      server.holding.forget()

      cleaning = true
      const cleanup = start(ownFolder(), ['cleanup', out, '-t', server.url])
      await server.later.reached
      cleanup.kill('SIGKILL')
      expect(await cleanup.ended).toMatchObject({ signal: 'SIGKILL' })
      settle(server.later, moment)
      await expectCleanable(server, out)
    })
  })
})

describe('cleanup on a server that fails once in twenty requests', () => {
  it.each([
    ['answers 503', { status: 503, headers: {}, body: Buffer.of() }, false],
    ['resets connections', undefined, false],
    ['resets connections when it has done what it was asked', undefined, true],
  ] as const)('leaves nothing where it %s', async (_, reply, carriedOut) => {
    const moments = [...(await someOf('flaky')), ...spreadOver(await requestsOfRun(), 5, 'flaky')]
    await atEach(moments, async (moment, at) => {
      const draw = octets(SEED, `flaky:${at}`)
      let fails = false
      const failing: Alteration = (handle) => async (request) => {
        if (!fails || draw() >= 256 / 20) return handle(request)
        if (carriedOut) await handle(request)
        if (reply !== undefined) return reply
        throw new Error('the connection is reset')
      }
      const server = await serverAt(moment, NEVER, [failing])
      const { run, out } = await runUntil(server, WORDS)
      run.kill('SIGKILL')
      await run.ended
      settle(server.holding, moment)
      fails = true
      await expectCleanable(server, out)
    })
  })
})

describe('two runs with the same seed on one server', () => {
  it('are two: one is killed and cleaned up, and the other conforms as if nothing had been', async () => {
    let held = 0
    const caseDeletion = (nth: number): Moment => ({
      fate: 'never carried out',
      name: `deletion ${nth} of a case that is held back`,
      when: (_, request, store) => {
        if (held !== nth - 1 || !isDeletionOfCase(request, store)) return false
        held = nth
        return true
      },
    })
    const server = await serverAt(caseDeletion(1), caseDeletion(2))
    const { run: killed, out } = await runUntil(server, WORDS)
    const lives = start(ownFolder(), ['run', '-t', server.url, ...WORDS, '--out', 'bundle'])
    await server.later.reached
    killed.kill('SIGKILL')
    await killed.ended
    server.holding.forget()

    const { runId } = readLedger(join(out, 'ledger.ndjson')).header
    const [ofKilled, ofOthers] = [true, false].map((isOf) =>
      server.store.list('everybody').filter(({ filename }) => filename.includes(runId) === isOf),
    )
    expect(ofKilled?.length).toBeGreaterThan(0)
    expect(ofOthers?.length).toBeGreaterThan(server.foreign.length)
    expect(await invoke('cleanup', out, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.list('everybody')).toEqual(ofOthers)

    server.later.release()
    expect(await lives.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('conforming'),
    })
    expect(idsOn(server)).toEqual(server.foreign)
  })
})

describe('cleanup of a run that goes on', () => {
  it('refuses, and the run conforms as if nothing had been', async () => {
    const moment = NAMED_MOMENTS.find(({ name }) => name === 'the first deletion') ?? NEVER
    const server = await serverAt(moment)
    const { run, out } = await runUntil(server, WORDS)
    const { code, stderr } = await invoke('cleanup', out, '-t', server.url)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/its run is still going on, as process \d+;/),
    })
    server.holding.release()
    expect(await run.ended).toMatchObject({ code: 0 })
    expect(idsOn(server)).toEqual(server.foreign)
  })
})

describe('whenever a run is asked to stop', () => {
  it('by Ctrl-C, SIGTERM or a terminal that is closed, it leaves nothing', async () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    await atEach(await someOf('stop'), async (moment, at) => {
      const signal = signals[at % signals.length] ?? 'SIGINT'
      const server = await serverAt(moment)
      const { run, out } = await runUntil(server, WORDS)
      run.kill(signal)
      await run.says('interrupted: removing the files of this run')
      server.holding.release()
      expect(await run.ended).toMatchObject({ code: 130 })
      expect(idsOn(server)).toEqual(server.foreign)
      expect(existsSync(join(out, 'ledger.ndjson'))).toBe(false)
    })
  })
})

/** Chooses a few moments, for endings that take longer. */
async function someOf(seed: string): Promise<readonly Moment[]> {
  return [
    ...NAMED_MOMENTS.filter(({ fate }) => fate === 'carried out, unanswered'),
    ...spreadOver(await requestsOfRun(), 3, seed),
  ]
}

/** Expects a readable ledger of all files of the run, with which cleanup leaves only the files of others. */
async function expectCleanable(server: WatchedServer, out: string): Promise<void> {
  const ledger = join(out, 'ledger.ndjson')
  const ours = idsOn(server).filter((id) => !server.foreign.includes(id))
  const { state } = readLedger(ledger)
  const unknown = ours.filter((id) => !state.left.has(id))
  expect(unknown.length).toBeLessThanOrEqual(state.openUploads.size)

  expect(await invoke('cleanup', out, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
  expect(idsOn(server)).toEqual(server.foreign)
  expect(existsSync(ledger)).toBe(false)
}
