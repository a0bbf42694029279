import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { octets } from '../../harness/run/seed.ts'
import { readLedger } from '../../harness/safety/ledger.ts'
import { invoke } from '../cli/invoke.ts'
import { ownFolder, start } from './command-line.ts'
import { holdBack, isDeletionOfCase, isDeletionOfFile } from './holding-back.ts'
import { type Ended, type LeftBehind, leftAtEach, leftBehind, withLeft } from './left-behind.ts'
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
} from './moments.ts'

/** Words for cases that upload, delete, read and list, several at once, with no time limit that matters. */
const FEW = ['--only', 'effect/', '--runs', '1', '--settle', '1ms']
const WORDS = [...FEW, '--seed', '7', '--timeout', '60m']
/** Seed of the moments. */
const SEED = '20'

let noted: Promise<readonly LeftBehind[]> | undefined

/** Tells what such a run would leave behind at each of its requests. */
function leftByRun(): Promise<readonly LeftBehind[]> {
  noted ??= leftAtEach(ownFolder(), WORDS)
  return noted
}

/** Counts the requests of such a run. */
async function requestsOfRun(): Promise<number> {
  return (await leftByRun()).length / 2
}

/** Chooses so many of what the run would leave, from its beginning to its end. */
async function someLeft(count: number): Promise<readonly LeftBehind[]> {
  const all = await leftByRun()
  return all.filter((_, at) => at % Math.ceil(all.length / count) === 0)
}

describe('whenever a run is killed, cleanup removes all of its files and nothing of others', () => {
  it('by SIGKILL at its first requests, in its sweep, and in between', async () => {
    const named = NAMED_MOMENTS.filter(({ fate }) => fate !== 'carried out, unanswered')
    const unheard = named.filter(
      ({ fate, name }) => fate === 'carried out afterwards' || name === 'the first request',
    )
    const moments = [...unheard, ...spreadOver(await requestsOfRun(), 2, SEED)]
    expect(moments).toHaveLength(7)
    await atEach(moments, async (moment) => {
      const server = await serverAt(moment)
      const { run, out } = await runUntil(server, WORDS)
      run.kill('SIGKILL')
      expect(await run.ended).toMatchObject({ signal: 'SIGKILL' })
      // Until its answer, no client knows whether its request was carried out.
      await withLeft(leftBehind('never carried out', { server, out }), out, expectCleanable)
      settle(server.holding, moment)
      await expectCleanable({ server, out })
    })
  })

  it('at any request, by what is on disk then', async () => {
    const folder = ownFolder()
    const left = await someLeft(60)
    expect(left.length).toBeGreaterThan(40)
    await atEach(left, (one) => withLeft(one, folder, expectCleanable))
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
      await expectCleanable({ server, out })
    })
  })

  it('also where cleanup is killed at its work', async () => {
    const folder = ownFolder()
    const [, middle = expect.unreachable()] = await someLeft(2)
    const deletion = holdBack({ when: isDeletionOfFile, carriedOut: false, count: 1 })
    const kill = async ({ server, out }: Ended) => {
      const cleanup = start(folder, ['cleanup', out, '-t', server.url])
      await deletion.reached
      cleanup.kill('SIGKILL')
      expect(await cleanup.ended).toMatchObject({ signal: 'SIGKILL' })
      await withLeft(leftBehind('never carried out', { server, out }), folder, expectCleanable)
      deletion.release()
      await expectCleanable({ server, out })
    }
    await withLeft(middle, folder, kill, [deletion.alteration])
  })
})

describe('cleanup on a server that fails once in twenty requests', () => {
  it.each([
    ['answers 503', { status: 503, headers: {}, body: Buffer.of() }, false],
    ['resets connections', undefined, false],
    ['resets connections when it has done what it was asked', undefined, true],
  ] as const)('leaves nothing where it %s', async (_, reply, carriedOut) => {
    const folder = ownFolder()
    let failures = 0
    await atEach(await someLeft(12), async (left, at) => {
      const draw = octets(SEED, `flaky:${at}`)
      const failing: Alteration = (handle) => async (request) => {
        if (draw() >= 256 / 20) return handle(request)
        failures += 1
        if (carriedOut) await handle(request)
        if (reply !== undefined) return reply
        throw new Error('the connection is reset')
      }
      await withLeft(left, folder, expectCleanable, [failing])
    })
    expect(failures).toBeGreaterThan(5)
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
    ...spreadOver(await requestsOfRun(), 1, seed),
  ]
}

/** Expects a readable ledger of all files of the run, with which cleanup leaves only the files of others. */
async function expectCleanable({ server, out }: Ended): Promise<void> {
  const ledger = join(out, 'ledger.ndjson')
  const idsLeft = () => server.store.list('everybody').map(({ id }) => id)
  const ours = idsLeft().filter((id) => !server.foreign.includes(id))
  const { state } = readLedger(ledger)
  const unknown = ours.filter((id) => !state.left.has(id))
  expect(unknown.length).toBeLessThanOrEqual(state.openUploads.size)

  expect(await invoke('cleanup', out, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
  expect(idsLeft()).toEqual(server.foreign)
  expect(existsSync(ledger)).toBe(false)
}
