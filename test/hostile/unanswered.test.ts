import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import { invoke } from '../cli/invoke.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { stream } from '../safety/draw.ts'
import { atOnce } from './at-once.ts'
import { skipSleep } from './leaping-sleep.ts'
import {
  expectUndecided,
  findingsOf,
  type Outcome,
  runAllAgainst,
  runUnverified,
} from './outcome.ts'
import {
  http,
  type Spoil,
  type SpoiledOptions,
  startSpoiled,
  theJudgedDeletion,
} from './spoiled-server.ts'

beforeEach(withoutProxy)

/** Requirements that send few requests, and all kinds of ids. */
const SHORT = ['--skip', 'concurrency/,identity/look-alike,security/,effect/']

const reset: Spoil = ({ socket }) => void socket.resetAndDestroy()
const carriedOutAndReset: Spoil = async ({ conforming, socket }) => {
  await conforming()
  socket.resetAndDestroy()
}

const isDeletion = ({ method }: ServerRequest) => method === 'DELETE'
const isNoUtf8 = (request: ServerRequest) => isDeletion(request) && !isDecodable(request.target)
const holdsNul = (request: ServerRequest) => isDeletion(request) && request.target.includes('%00')

function isDecodable(target: string): boolean {
  try {
    // A percent sign alone is no octet.
    decodeURIComponent(target.replaceAll(/%(?![0-9A-F]{2})/gi, ''))
    return true
  } catch {
    return false
  }
}

function inAHundred(percent: number, seed: number, isMeant = (_: ServerRequest) => true) {
  const draw = stream(seed)
  return (request: ServerRequest) => isMeant(request) && draw.below(100) < percent
}

function firstOfEach(isMeant: (request: ServerRequest) => boolean) {
  const before = new Set<string>()
  return (request: ServerRequest) => {
    const { method, target } = request
    return isMeant(request) && before.size !== before.add(`${method} ${target}`).size
  }
}

function violatedIn(outcome: Outcome): readonly string[] {
  return findingsOf(outcome).filter((one) => !one.startsWith('inconclusive'))
}

test.each<[what: string, servers: readonly (readonly [string, SpoiledOptions])[]]>([
  [
    'loses answers now and then',
    [1, 2].flatMap((seed) => [
      [`30 % of all, ${seed}`, { when: inAHundred(30, seed), spoil: reset }],
      [
        `30 % of the deletions, ${seed}`,
        { when: inAHundred(30, seed, isDeletion), spoil: carriedOutAndReset },
      ],
      [`1 %, ${seed}`, { when: inAHundred(1, seed), spoil: carriedOutAndReset }],
    ]),
  ],
  [
    'answers nothing at the first time',
    [
      ['to any request', { when: firstOfEach(() => true), spoil: reset }],
      ['to a deletion', { when: firstOfEach(isDeletion), spoil: reset }],
      ['to a deletion, and deletes', { when: firstOfEach(isDeletion), spoil: carriedOutAndReset }],
    ],
  ],
])('finds no fault with a server that %s', { timeout: 60_000 }, async (_, servers) => {
  await atOnce(servers, async ([, options]) => {
    const { url } = await startSpoiled(options)
    expect(violatedIn(await runUnverified(url, '--seed', '5', ...SHORT))).toEqual([])
  })
})

test('finds that a proxy answers 502, and not that nobody answers', async () => {
  const page = http(502, { 'content-type': 'text/html' }, '<html>')
  const { url } = await startSpoiled({ when: isNoUtf8, spoil: () => page })
  const outcome = await runAllAgainst(url, ...SHORT)
  expect(violatedIn(outcome)).toEqual(['failed documented/no-server-error: /status: 502'])
})

test('judges what a restart has left unanswered, when its case is sent again', async () => {
  const server = await startSpoiled({
    when: theJudgedDeletion(),
    spoil: async ({ conforming }) => {
      await conforming()
      await server.stop()
      await server.restart()
      return undefined
    },
  })
  const only = ['--only', 'deleted/status,documented/answered', '--concurrency', '1']
  const { report } = await runAllAgainst(server.url, ...only)
  expect(report.verdict).toBe('conforming')
  expect(report.observations).toEqual([
    { about: 'Lost', text: expect.stringContaining('sent again'), count: 1 },
  ])
})

const FINDING = 'failed documented/answered: /status: no answer: the connection'

test('finds a request of which a process dies that is started anew, whatever dies with it', async () => {
  let restarting: Promise<void> | undefined
  const server = await startSpoiled({
    when: ({ method, body }) => method === 'DELETE' && body.byteLength > 0,
    spoil: async () => {
      restarting ??= server
        .stop()
        .then(() => sleep(100))
        .then(server.restart)
      await restarting
      restarting = undefined
      return undefined
    },
  })
  const outcome = await runAllAgainst(server.url, ...SHORT)
  expect(violatedIn(outcome)).toEqual([expect.stringContaining(FINDING)])
  expect(outcome.of('http/adorned').blockedBy).toEqual(['documented/answered'])
})

test('finds a request that is never answered, and waits for two more of them at most', async () => {
  const server = await startSpoiled({ when: holdsNul, spoil: () => undefined })
  const flags = ['--timeout', '500ms', '--seed', '7', '--only', 'invalid/malformed-id,documented/']
  const outcome = await runAllAgainst(server.url, ...flags, '--runs', '20')
  expect(violatedIn(outcome)).toEqual([
    'failed documented/answered: /status: no answer: no answer within 500 ms',
  ])
  const { case: caseKey } = outcome.of('documented/answered').violations[0] ?? {}
  expect(caseKey).toMatch(/^\d+$/)
  const nuls = server.received.filter(holdsNul)
  expect(nuls.length - new Set(nuls.map(({ target }) => target)).size).toBe(2)
})

test('replays the case of a deletion that is not answered', async () => {
  const { url } = await startSpoiled({ when: holdsNul, spoil: reset })
  const { report } = await runAllAgainst(
    url,
    '--seed',
    '7',
    '--only',
    'invalid/malformed-id,documented/',
  )
  const { requirements, seed, runId = '' } = report
  const [violation] = requirements.flatMap(({ violations }) => violations)
  const place = `${violation?.requirement}:${violation?.case}`
  const again = await invoke('run', '-t', url, '--replay', place, '--seed', seed, '--mark', runId)
  expect(again.code).toBe(1)
  expect(again.stdout).toContain('FAILED documented/answered')
})

test('finds it in the shards of a run, too', async () => {
  const { url } = await startSpoiled({ when: holdsNul, spoil: reset })
  const out = mkdtempSync(join(tmpdir(), 'unanswered-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  const folders = ['1', '2'].map((one) => join(out, one))
  for (const [at, folder] of folders.entries()) {
    const shard = ['--shard', `${at + 1}/2`, '--out', folder]
    await invoke('run', '-t', url, '--runs', '10', '--seed', '5', ...SHORT, ...shard)
  }
  const merged = join(out, 'merged')
  expect(await invoke('merge', ...folders, '--out', merged)).toMatchObject({ code: 1 })
  const verified = await invoke('verify', merged)
  expect(verified.stdout).toMatch(/^verified: non-conforming/m)
})

test.each([
  ['1', 'the target has not answered since DELETE /v1/files/\\S+'],
  ['8', 'the target has not answered since DELETE /v1/files/\\S+, one of \\d+ requests at once'],
])(
  'says since which request nobody answers, with --concurrency %s',
  async (concurrency, reason) => {
    skipSleep()
    const server = await startSpoiled({ when: isNoUtf8, spoil: () => server.stop() as never })
    const outcome = await runAllAgainst(server.url, '--concurrency', concurrency)
    expectUndecided(outcome, new RegExp(`^${reason}`))
    expect(outcome.code).toBe(3)
    expect(outcome.of('http/adorned').reason).toMatch(new RegExp(`^${reason}`))
    const blamed = /DELETE (\S+)/.exec(outcome.report.reasons[0] ?? '')?.[1] ?? ''
    expect(isDecodable(blamed)).toBe(false)
    expect(outcome.stdout).toMatch(new RegExp(`^Verdict .*${reason}`, 'm'))
  },
)
