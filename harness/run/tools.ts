import { Interrupted } from '../../model/errors.ts'
import type { Answered, Exchange } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import type { Tools } from '../../model/requirement.ts'
import { nowhere } from '../../model/resource.ts'
import { creationsOf, type Room } from './creations.ts'
import { deletionsOf } from './deletions.ts'
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
  return (requirement, caseKey, room = Number.POSITIVE_INFINITY) => {
    const requests = caseRequests(bench, requirement, caseKey)
    const look = lookOf(bench, requests)
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
      },
      send: {
        ...send,
        method: (method, id) =>
          requests.ask({ action: 'other', method, path: `/${segmentOf(id)}`, id }),
      },
      look,
    }
    const removeLeft = async () => {
      const parts = { ...bench.removal, lookFirst: culprit() !== undefined }
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

/** Time between two looks at something that has not settled. */
const LOOK_AGAIN_MS = 50
/** Pages of a list that are read, and octets: each may have 1 MiB. */
const MAX_PAGES = 1_000
const MAX_LIST_BYTES = 64 * 1024 * 1024

function lookOf(
  { provider, found, settleMs, environment, runId }: Workbench,
  { sent, ask }: CaseRequests,
): Tools['look'] {
  const { requests, readings } = provider.api
  return {
    get offers() {
      return found.offers
    },
    retrieve: (id) => ask(requests.retrieve(id)),
    content: (id) => ask(requests.content(id)),
    nowhere: () => ask(nowhere(runId)),
    async list(most = MAX_PAGES) {
      const pages: [Answered, ...Answered[]] = [await ask(requests.list())]
      for (let bytes = 0; ; ) {
        bytes += pages.at(-1)?.response.body.byteLength ?? 0
        const after = readings.nextPage(pages)
        if (after === undefined || pages.length >= most || bytes >= MAX_LIST_BYTES) return pages
        pages.push(await ask(requests.list({ after })))
      }
    },
    async until(look, isSo) {
      const begunMs = lastEndMs(sent)
      for (;;) {
        const seen = await look()
        if (isSo(seen) || lastEndMs(sent) - begunMs >= settleMs) return seen
        await environment.pause(LOOK_AGAIN_MS)
      }
    },
  }
}

/**
 * Finds when the last answer of a case had come. Time passes by what was recorded, so that a replay of the
 * record sees the same time pass.
 */
function lastEndMs(sent: readonly Exchange[]): number {
  return Math.max(...sent.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs))
}
