import { Interrupted } from '../../model/errors.ts'
import type { Answered, Exchange } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import type { Tools } from '../../model/requirement.ts'
import { nowhere } from '../../model/resource.ts'
import { creationsOf, type Room } from './creations.ts'
import { deletionsOf, isInDoubt } from './deletions.ts'
import { now } from '../http/transport.ts'
import { removeFile } from './removal.ts'
import { type CaseRequests, caseRequests, type Workbench } from './workbench.ts'

/** Tools of one case, and everything that was sent with them, set-up included. */
export interface CaseTools {
  readonly tools: Tools
  readonly sent: readonly Exchange[]
  /** Finds the first near-miss that was answered with success. */
  culprit(): Answered | undefined
  /** Waits until nothing of the case is under way any more. */
  atRest(): Promise<void>
  /** Removes the resources that the case has made and not deleted; returns how many stay. */
  removeLeft(): Promise<number>
}

/** Makes the tools of one case. */
export type Toolbox = (requirement: string, caseKey: string, room?: Room) => CaseTools

/** Makes the tools of the cases of one run. */
export function createToolbox(bench: Workbench): Toolbox {
  const creationsFor = creationsOf(bench)
  const deletionsFor = deletionsOf(bench)
  const waits = createWaits(bench.settleMs)
  return (requirement, caseKey, room = Number.POSITIVE_INFINITY) => {
    const requests = caseRequests(bench, requirement, caseKey)
    const look = lookOf(bench, requests, waits.of(requirement))
    const { hasMade, living, ...creations } = creationsFor(requests, room)
    const { culprit, ...send } = deletionsFor(requests, look.list, hasMade)
    const tools: Tools = {
      runId: bench.runId,
      readings: bench.provider.api.readings,
      answers: { isDeleted: (answer) => bench.found.answers.isDeleted(answer) },
      files: {
        ...creations,
        get bystanders() {
          return bench.found.bystanders
        },
        placesOf: bench.placesOf,
        deletedBefore: (also = []) =>
          bench.watch.chosen(also).filter(({ id }) => isGone(bench, id)),
        isDeleted: (id) => isGone(bench, id),
      },
      send: {
        ...send,
        async method(method, id, { query, body, headers } = {}) {
          const path = `/${segmentOf(id)}${query === undefined ? '' : `?${query}`}`
          const request = { action: 'other', method, path, id } as const
          const added = {
            ...(headers && { headers }),
            ...(body !== undefined && { body: { text: body } }),
          }
          if (method !== 'GET' || Object.keys(added).length > 0) bench.inDoubt.add(id)
          return requests.ask({ ...request, ...added })
        },
      },
      look,
    }
    const removeLeft = async () => {
      const lookFirst = (id: string) => culprit() !== undefined || isInDoubt(bench, id)
      const parts = { ...bench.removal, lookFirst }
      try {
        for (const id of living()) await removeFile(parts, requests.step, id)
      } catch (error) {
        // They are removed at the end.
        if (!(error instanceof Interrupted)) throw error
      }
      return living().length
    }
    return { tools, sent: requests.sent, culprit, atRest: requests.atRest, removeLeft }
  }
}

function isGone({ ledger }: Workbench, id: string | undefined): boolean {
  return id !== undefined && ledger.state.files.get(id) === 'gone'
}

/** Time that is left for a late look where a deadline ends the run. */
const LATE_MS = 1_000
/** Time between two looks at something that has not settled. */
const LOOK_AGAIN_MS = 50
/** Pages of a list that are read, and octets: each may have 1 MiB. */
const MAX_PAGES = 1_000
const MAX_LIST_BYTES = 64 * 1024 * 1024

function lookOf(
  { provider, found, environment, runId, watch }: Workbench,
  { sent, ask }: CaseRequests,
  wait: Wait,
): Tools['look'] {
  const { requests, readings } = provider.api
  return {
    get offers() {
      return found.offers
    },
    retrieve: (id, options) => ask(requests.retrieve(id, options)),
    content: (id, options) => ask(requests.content(id, options)),
    nowhere: () => ask(nowhere(runId)),
    async list({ most = MAX_PAGES, ...options } = {}) {
      const pages: [Answered, ...Answered[]] = [await ask(requests.list(options))]
      for (let bytes = 0; ; ) {
        bytes += pages.at(-1)?.response.body.byteLength ?? 0
        const after = readings.nextPage(pages)
        if (after === undefined || pages.length >= most || bytes >= MAX_LIST_BYTES) return pages
        pages.push(await ask(requests.list({ ...options, after })))
      }
    },
    async later() {
      environment.keepAside(0)
      await environment.pause(Math.min(watch.restMs(now()), environment.timeLeftMs() - LATE_MS))
      watch.begin()
    },
    page: (choice) => ask(requests.list(choice)),
    async until(look, isSo) {
      let begunMs = lastEndMs(sent)
      for (;;) {
        const seen = await look()
        // Nothing was sent before.
        if (begunMs === undefined) begunMs = lastEndMs(sent)
        if (isSo(seen)) return seen
        if ((lastEndMs(sent) ?? 0) - (begunMs ?? 0) >= wait.mostMs) {
          wait.noteInVain()
          return seen
        }
        await environment.pause(LOOK_AGAIN_MS)
      }
    },
  }
}

type Wait = ReturnType<ReturnType<typeof createWaits>['of']>

/** Waits in vain after which a requirement waits for a part of the time: it has its violation then. */
const MOST_IN_VAIN = 3
const SHORTER = 25

/** Counts how often a requirement has waited in vain: a violation of a property is shrunk by many cases. */
function createWaits(settleMs: number) {
  const inVain = new Map<string, number>()
  return {
    of: (requirement: string) => ({
      get mostMs() {
        return (inVain.get(requirement) ?? 0) < MOST_IN_VAIN ? settleMs : settleMs / SHORTER
      },
      noteInVain: () => void inVain.set(requirement, (inVain.get(requirement) ?? 0) + 1),
    }),
  }
}

/**
 * Finds when the last answer of a case had come; undefined before the first. Time passes by what was recorded, so that a replay of the
 * record sees the same time pass.
 */
function lastEndMs(sent: readonly Exchange[]): number | undefined {
  if (sent.length === 0) return undefined
  return Math.max(...sent.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs))
}
