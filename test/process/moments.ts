import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import type { FileStore } from '../../fixtures/server/store.ts'
import { octets, runIdOf } from '../../harness/run/seed.ts'
import { type AtEnd, ownFolder, start } from './command-line.ts'
import {
  type HoldingBack,
  holdBack,
  isDeletionOfBystander,
  isDeletionOfCase,
  isDeletionOfFile,
  isUpload,
} from './holding-back.ts'
import type { Spawned } from './spawned.ts'

/** Fates of the request during which a process ends. */
const FATES = ['carried out, unanswered', 'never carried out', 'carried out afterwards'] as const

/** Moment of a run: a request that has reached the server, and its fate. */
export interface Moment {
  readonly fate: (typeof FATES)[number]
  /** Describes the request, for people. */
  readonly name: string
  /** @param nth - its number, from 1 */
  readonly when: (nth: number, request: ServerRequest, store: FileStore) => boolean
}

/** First request, first upload, first deletions of all and of a case, and the cleanup, with each fate. */
export const NAMED_MOMENTS: readonly Moment[] = [
  { fate: 'never carried out', name: 'the first request', when: (nth) => nth === 1 },
  ...FATES.flatMap((fate): readonly Moment[] => [
    { fate, name: 'the first upload', when: (_, request) => isUpload(request) },
    {
      fate,
      name: 'the first deletion',
      when: (_, request, store) => isDeletionOfFile(request, store),
    },
    {
      fate,
      name: 'the first deletion of a case',
      when: (_, request, store) => isDeletionOfCase(request, store),
    },
    { fate, name: 'the sweep', when: (_, request, store) => isDeletionOfBystander(request, store) },
  ]),
]

/** Moment that never comes. */
export const NEVER: Moment = { fate: 'never carried out', name: 'never', when: () => false }

/** Spreads moments over a run: the seed chooses one in each of its parts. */
export function spreadOver(requests: number, count: number, seed: string): readonly Moment[] {
  const octet = octets(seed, 'moments')
  return Array.from({ length: count }, (_, part) => {
    const at = Math.ceil(((part + octet() / 256) * requests) / count) + 1
    const fate = FATES[part % FATES.length] ?? FATES[0]
    return { fate, name: `request ${at} of some ${requests}`, when: (nth: number) => nth >= at }
  })
}

/** Server with files of others, which holds back requests at moments and counts all. */
export interface WatchedServer extends ReferenceServer {
  /** Files of others, in order. */
  readonly foreign: readonly string[]
  /** Holding back at the first moment. */
  readonly holding: HoldingBack
  /** Holding back at a second moment. */
  readonly later: HoldingBack
  /** Counts received requests. */
  readonly requests: () => number
}

/**
 * @param later - a second moment, if there is one
 * @param more - further alterations of the server
 */
export async function serverAt(
  first: Moment,
  later = NEVER,
  more: readonly Alteration[] = [],
  atEnd: AtEnd = onTestFinished,
): Promise<WatchedServer> {
  let requests = 0
  const held = ({ fate, when }: Moment) =>
    holdBack({
      when: (request, store) => when(requests, request, store),
      carriedOut: fate === 'carried out, unanswered',
      count: 1,
    })
  const [holding, second] = [held(first), held(later)]
  const counting: Alteration = (handle) => async (request) => {
    requests += 1
    return handle(request)
  }
  const server = await startReferenceServer({
    alterations: [holding.alteration, second.alteration, counting, ...more],
  })
  atEnd(() => server.close())
  const foreign = addForeignFiles(server)
  return { ...server, foreign, holding, later: second, requests: () => requests }
}

/** Lets the requests held back meet their fates, though their sender has gone. */
export function settle(holding: HoldingBack, { fate }: Moment): void {
  if (fate === 'carried out afterwards') holding.release()
  else holding.forget()
}

/** Starts a run with `--out`, and waits for a moment of it. */
export async function runUntil(
  server: WatchedServer,
  words: readonly string[],
  atEnd: AtEnd = onTestFinished,
): Promise<{ readonly run: Spawned; readonly out: string }> {
  const folder = ownFolder(atEnd)
  const run = start(folder, ['run', '-t', server.url, ...words, '--out', 'bundle'], {}, atEnd)
  const endedBefore = run.ended.then(({ stdout, stderr }) => {
    throw new Error(`the run ended before the moment had come:\n${stdout}\n${stderr}`)
  })
  await Promise.race([server.holding.reached, endedBefore])
  endedBefore.catch(() => undefined)
  return { run, out: join(folder, 'bundle') }
}

/** Does something at each moment, a few at once: while one process starts, another ends. */
export async function atEach<T extends { readonly name: string; readonly fate?: string }>(
  moments: readonly T[],
  act: (moment: T, at: number) => Promise<void>,
): Promise<void> {
  const queue = [...moments.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, moment] = next
      const { name, fate } = moment
      await act(moment, at).catch((error: unknown) => {
        throw new Error(`${name}, ${fate ?? ''}: ${(error as Error).message}`, { cause: error })
      })
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

/** Lists the ids on a server, oldest first. */
export function idsOn({ store }: ReferenceServer): readonly string[] {
  return store.list('everybody').map(({ id }) => id)
}

/** Among them one of another run of this program. */
export function addForeignFiles({ store }: ReferenceServer): readonly string[] {
  const otherRun = `delete-conformance-${runIdOf('another seed', '')}-deleted-status-0-1.jsonl`
  const content = Buffer.from('{}\n')
  return ['report.jsonl', 'delete-conformance.jsonl', otherRun].map(
    (filename) => store.add({ account: 'everybody', filename, purpose: 'batch', content }).id,
  )
}
