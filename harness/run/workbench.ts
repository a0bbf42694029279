import type { RecordedProvided } from '../../model/evidence.ts'
import type { Answered, Exchange } from '../../model/exchange.ts'
import type { OwnedResource, PlainRequest } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import type { Client, RequestOptions } from '../http/client.ts'
import type { Environment, Step } from '../http/environment.ts'
import type { Withheld } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import type { Ownership } from '../safety/ownership.ts'
import { judgeable } from './answers.ts'
import type { RemovalParts } from './removal.ts'

/** Parts that the tools of all cases of a run share. */
export interface Workbench {
  readonly client: Client
  readonly environment: Environment
  readonly removal: Omit<RemovalParts, 'lookFirst'>
  /** Opens a client with a connection of its own. */
  readonly openAlone: () => { readonly client: Client; close(): Promise<void> }
  readonly ledger: Ledger
  readonly provider: ResourceProvider
  readonly ownership: Ownership
  readonly runId: string
  readonly found: TargetFacts
  readonly placesOf: (id: string) => readonly number[]
  readonly withheld: Withheld
  /** Time that a deletion may take to show in reads. */
  readonly settleMs: number
  /** The verifier's word, for the names of created resources. */
  readonly challenge?: string | undefined
  /** Told of every resource that was provided. */
  readonly provided?: ((record: RecordedProvided) => void) | undefined
}

/** Facts that the preflight finds out about a target; until then it is not known to offer anything. */
export interface TargetFacts {
  /** Capabilities: retrieve, content, list. */
  readonly offers: ReadonlySet<string>
  /** Whether it accepts requests without credentials. */
  readonly openToAll: boolean
  readonly bystanders: readonly OwnedResource[]
}

/**
 * Requests of one case. Steps are numbered in the order of calls, so that the same case always sends the
 * same exchanges under the same numbers.
 */
export interface CaseRequests {
  readonly requirement: string
  readonly caseKey: string
  readonly sent: readonly Exchange[]
  step(): Step
  /** Keeps what comes of a request. */
  kept(exchanging: Promise<Exchange>): Promise<Exchange>
  send(request: PlainRequest, options?: RequestOptions): Promise<Exchange>
  /** @throws Inconclusive if there is no answer that can be judged */
  judged(exchanging: Promise<Exchange>): Promise<Answered>
  /** @throws Inconclusive if there is no answer that can be judged */
  ask(request: PlainRequest): Promise<Answered>
  /** Waits until nothing of the case is under way any more. */
  atRest(): Promise<void>
}

export function caseRequests(
  { client, found }: Workbench,
  requirement: string,
  caseKey: string,
): CaseRequests {
  const sent: Exchange[] = []
  const underWay = new Set<Promise<Exchange>>()
  let steps = 0
  const requests: CaseRequests = {
    requirement,
    caseKey,
    sent,
    step: () => ({ requirement, case: caseKey, step: steps++ }),
    async kept(exchanging) {
      underWay.add(exchanging)
      try {
        const exchange = await exchanging
        sent.push(exchange)
        return exchange
      } finally {
        underWay.delete(exchanging)
      }
    },
    send: (request, options) => requests.kept(client.request(requests.step(), request, options)),
    judged: async (exchanging) => judgeable(await requests.kept(exchanging), found.openToAll),
    ask: (request) => requests.judged(client.request(requests.step(), request)),
    async atRest() {
      await Promise.allSettled(underWay)
    },
  }
  return requests
}
