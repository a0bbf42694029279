import { type Answered, type Exchange, headerValues } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { OwnedFile, Tools } from '../model/requirement.ts'
import { type Client, isAnswered } from './client.ts'
import { Inconclusive } from './inconclusive.ts'
import type { Ledger } from './ledger.ts'
import type { FileSupply, SetUp } from './supply.ts'

/** What the tools of every case of a run are made of. */
export interface Workbench {
  readonly client: Client
  readonly ledger: Ledger
  readonly supply: FileSupply
  readonly mark: string
  /** Whether the target is known to let in requests without credentials. */
  readonly openToAll: () => boolean
}

/** The tools of one case, and everything that was sent with them, set-up included. */
export interface CaseTools {
  readonly tools: Tools
  readonly sent: readonly Exchange[]
}

/** Makes the tools of one case. */
export type Toolbox = (requirement: string, caseKey: string) => CaseTools

/**
 * Tools for the cases of one run. Steps of a case are numbered in the order of calls, so that the
 * same case always sends the same exchanges under the same numbers.
 */
export function createToolbox(bench: Workbench): Toolbox {
  let uploads = 0
  const nextUpload = () => {
    uploads += 1
    return uploads
  }
  return (requirement, caseKey) => toolsFor(bench, nextUpload, requirement, caseKey)
}

function toolsFor(
  bench: Workbench,
  nextUpload: () => number,
  requirement: string,
  caseKey: string,
): CaseTools {
  const sent: Exchange[] = []
  let steps = 0
  let files = 0
  const step = () => ({ requirement, case: caseKey, step: steps++ })

  const judged = (exchange: Exchange): Answered => {
    sent.push(exchange)
    if (!isAnswered(exchange)) {
      throw new Inconclusive(`no answer: ${exchange.failure?.message}`, exchange)
    }
    const { status } = exchange.response
    if (isRefusal(exchange) && !(bench.openToAll() && exchange.request.credentials === 'none')) {
      throw new Inconclusive(`answered ${status}: the credentials are not accepted`, exchange)
    }
    if (isThrottled(exchange)) {
      throw new Inconclusive(
        `answered ${status} after ${exchange.attempts} polite attempts`,
        exchange,
      )
    }
    return exchange
  }

  const setUp: SetUp = {
    mark: bench.mark,
    get defaultName() {
      return `delete-conformance-${bench.mark}-${requirement.replace('/', '-')}-${caseKey.replace('/', '-')}-${files}.jsonl`
    },
    async request(request) {
      const exchange = await bench.client.request(step(), request)
      sent.push(exchange)
      return exchange
    },
    uploading() {
      const upload = nextUpload()
      bench.ledger.note({ event: 'uploading', upload })
      return (outcome) =>
        bench.ledger.note(
          outcome === 'refused'
            ? { event: 'upload-refused', upload }
            : { event: 'owned', id: outcome.id, upload },
        )
    },
    handedOver: (id) => bench.ledger.note({ event: 'owned', id }),
  }

  const tools: Tools = {
    mark: bench.mark,
    files: {
      async create(file): Promise<OwnedFile> {
        files += 1
        return bench.supply.create(setUp, file)
      },
    },
    send: {
      delete: async (id) => judged(await bench.client.delete(step(), segmentOf(id))),
      deleteSegment: async (segment, purpose) =>
        judged(await bench.client.delete(step(), segment, purpose)),
    },
  }
  return { tools, sent }
}

/** Whether the target put a request off: 429, or 503 that says when to come back (RFC 9110 §15.6.4). */
export function isThrottled({ response }: Exchange): boolean {
  if (response?.status === 429) return true
  return response?.status === 503 && headerValues(response, 'retry-after').length > 0
}

/** Whether the target did not let a request in. */
export function isRefusal({ response }: Exchange): boolean {
  return response?.status === 401 || response?.status === 403
}
