import type { RecordedProvided } from '../../model/evidence.ts'
import type { Answered, Exchange } from '../../model/exchange.ts'
import type { AnswerReader } from '../../model/learnt.ts'
import type { OwnedResource, PlainRequest } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { type Client, isRead, type RequestOptions } from '../http/client.ts'
import type { Environment, Step } from '../http/environment.ts'
import type { Withheld } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import type { Ownership } from '../safety/ownership.ts'
import { isLost, judgeable } from './answers.ts'
import type { RemovalParts } from './removal.ts'
import type { Watch } from './watch.ts'

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
  /** Files that a request may have deleted which was none for that. */
  readonly inDoubt: Set<string>
  /** Deletions that are looked at again at the end. */
  readonly watch: Watch
  /** Time that a deletion may take to show in reads. */
  readonly settleMs: number
  /** Word of the verifier, for the names of created resources. */
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
  /** Whether no file of one account can have the id of another's. */
  readonly accountsApart: boolean
  /** Reads answers as the target gives them. */
  readonly answers: Pick<AnswerReader, 'isDeleted'>
}

/**
 * Sends a request, and sends it anew if it was lost with its connection: each time is a step of its own.
 *
 * @param mayRepeat - tells whether it does no harm
 */
export async function repeatedly(
  sendOnce: () => Promise<Exchange>,
  mayRepeat: () => Promise<boolean>,
): Promise<Exchange> {
  for (let sent = 1; ; sent += 1) {
    const exchange = await sendOnce()
    if (!isLost(exchange, sent) || !(await mayRepeat())) return exchange
  }
}

export type CaseRequests = ReturnType<typeof caseRequests>

/**
 * Sends the requests of one case. Steps are numbered in the order of calls, so that the same case always
 * sends the same exchanges under the same numbers.
 */
export function caseRequests({ client, found }: Workbench, requirement: string, caseKey: string) {
  const sent: Exchange[] = []
  const underWay = new Set<Promise<Exchange>>()
  let steps = 0
  const step = (): Step => ({ requirement, case: caseKey, step: steps++ })
  /** Keeps the outcome of a request. */
  const kept = async (exchanging: Promise<Exchange>): Promise<Exchange> => {
    underWay.add(exchanging)
    try {
      const exchange = await exchanging
      sent.push(exchange)
      return exchange
    } finally {
      underWay.delete(exchanging)
    }
  }
  const send = (request: PlainRequest, options?: RequestOptions) => {
    const sendOnce = () => kept(client.request(step(), request, options))
    return repeatedly(sendOnce, async () => isRead(request))
  }
  /** @throws Inconclusive if there is no answer that can be judged */
  const ask = async (request: PlainRequest): Promise<Answered> =>
    judgeable(await send(request), found.openToAll)
  /** Waits until nothing of the case is under way any more. */
  const atRest = async () => {
    await Promise.allSettled(underWay)
  }
  return { requirement, caseKey, sent, step, kept, send, ask, atRest }
}
