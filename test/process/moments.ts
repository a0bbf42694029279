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
import { ownFolder, start } from './command-line.ts'
import {
  type HoldingBack,
  holdBack,
  isDeletionOfBystander,
  isDeletionOfCase,
  isDeletionOfFile,
  isUpload,
} from './holding-back.ts'
import type { Spawned } from './spawned.ts'

/** What becomes of the request in the middle of which a process is ended. */
const FATES = ['carried out, unanswered', 'never carried out', 'carried out afterwards'] as const

/** A moment of a run: a request that has come to the server, and what the server makes of it. */
export interface Moment {
  readonly fate: (typeof FATES)[number]
  /** What the request is, for people. */
  readonly name: string
  /** @param nth - its number, from 1 */
  readonly when: (nth: number, request: ServerRequest, store: FileStore) => boolean
}

/** The first request, the first upload, the first deletion of all and of a case, and the sweep at the end. */
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

/** A moment that does not come. */
export const NEVER: Moment = { fate: 'never carried out', name: 'never', when: () => false }

/** So many moments, spread over a run of so many requests: one in each part of it, by a seed. */
export function spreadOver(requests: number, count: number, seed: string): readonly Moment[] {
  const octet = octets(seed, 'moments')
  return Array.from({ length: count }, (_, part) => {
    const at = Math.ceil(((part + octet() / 256) * requests) / count) + 1
    const fate = FATES[part % FATES.length] ?? FATES[0]
    return { fate, name: `request ${at} of some ${requests}`, when: (nth: number) => nth >= at }
  })
}

/** A server with files of others, which holds back what comes at moments, and counts. */
export interface WatchedServer extends ReferenceServer {
  /** Files of others, in order. */
  readonly foreign: readonly string[]
  /** Of the first moment. */
  readonly holding: HoldingBack
  /** Of a second one. */
  readonly later: HoldingBack
  /** Requests that have come. */
  readonly requests: () => number
}

/**
 * @param later - a second moment, if there is one
 * @param more - what else is different about the server
 */
export async function serverAt(
  first: Moment,
  later = NEVER,
  more: readonly Alteration[] = [],
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
  onTestFinished(() => server.close())
  const foreign = addForeignFiles(server)
  return { ...server, foreign, holding, later: second, requests: () => requests }
}

/** Lets happen what was to happen to requests whose sender has gone. */
export function settle(holding: HoldingBack, { fate }: Moment): void {
  if (fate === 'carried out afterwards') holding.release()
  else holding.forget()
}

/** Starts a run that keeps what it writes in a folder, and waits for a moment of it. */
export async function runUntil(
  server: WatchedServer,
  words: readonly string[],
): Promise<{ readonly run: Spawned; readonly out: string }> {
  const folder = ownFolder()
  const run = start(folder, ['run', '-t', server.url, ...words, '--out', 'bundle'])
  const endedBefore = run.ended.then(({ stdout, stderr }) => {
    throw new Error(`the run ended before the moment had come:\n${stdout}\n${stderr}`)
  })
  await Promise.race([server.holding.reached, endedBefore])
  endedBefore.catch(() => undefined)
  return { run, out: join(folder, 'bundle') }
}

/** Does something at each moment, a few at once: while one process starts, another ends. */
export async function atEach(
  moments: readonly Moment[],
  act: (moment: Moment, at: number) => Promise<void>,
): Promise<void> {
  const queue = [...moments.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, moment] = next
      const { name, fate } = moment
      await act(moment, at).catch((error: unknown) => {
        throw new Error(`${name}, ${fate}: ${(error as Error).message}`, { cause: error })
      })
    }
  }
  await Promise.all([worker(), worker(), worker()])
}

/** Ids on a server, oldest first. */
export function idsOn({ store }: ReferenceServer): readonly string[] {
  return store.list('everybody').map(({ id }) => id)
}

/** Among them one of another run of this program. */
function addForeignFiles({ store }: ReferenceServer): readonly string[] {
  const otherRun = `delete-conformance-${runIdOf('another seed', '')}-deleted-status-0-1.jsonl`
  const content = Buffer.from('{}\n')
  return ['report.jsonl', 'delete-conformance.jsonl', otherRun].map(
    (filename) => store.add({ account: 'everybody', filename, purpose: 'batch', content }).id,
  )
}
