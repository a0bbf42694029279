import { type Exchange, isAnswered, type TransportFailure } from '../../model/exchange.ts'
import type { Observation } from '../../model/report.ts'
import type { CaseOutcome } from './case.ts'

/*
 * A deletion without an answer is a fault of the target if it stays without one when its case is sent again, and
 * nothing shows that the target loses answers by chance. What shows chance:
 *
 * - a case that was judged when it was sent again
 * - a deletion that was answered when it was sent again within its case
 * - a read or an upload without an answer
 *
 * Nothing of this shows chance if it happened at the same time as a loss that is no chance: a process that ends
 * leaves all that it is asked unanswered.
 */

/** Request of a case that was not answered, and its position there. */
export interface Loss {
  readonly exchange: Exchange
  /** Equal for the same request of the case when it is sent again. */
  readonly place: string
}

/** Deletions without an answer. */
export interface Unanswered {
  /** Those that never get one, each with all that its case had sent. */
  readonly never: readonly { readonly exchange: Exchange; readonly sent: readonly Exchange[] }[]
  /** Those that may lack it by chance. */
  readonly perhaps: readonly Exchange[]
}

export type Losses = ReturnType<typeof createLosses>

/** Failures that the target may be to blame for. */
const LOST: readonly TransportFailure['kind'][] = ['reset', 'dropped', 'protocol', 'timeout']
/** Failures of a request that did not get an answer, the target's fault or not. */
const UNANSWERED: readonly TransportFailure['kind'][] = [...LOST, 'refused']
const READS_AND_UPLOADS: readonly Exchange['action'][] = ['create', 'retrieve', 'content', 'list']

/** Requests that are remembered of each kind: one decides. */
const MAX_REMEMBERED = 1_000

/** Tells whether a case was not judged because a request was not answered. */
export function isUnanswered(outcome: CaseOutcome): boolean {
  if (outcome.kind !== 'inconclusive') return false
  const { failure } = outcome.exchange ?? {}
  return failure !== undefined && UNANSWERED.includes(failure.kind)
}

/** Finds the request of a case that was lost, if that is why it was not judged. */
export function lossIn(outcome: CaseOutcome): Loss | undefined {
  if (outcome.kind !== 'inconclusive' || !isUnanswered(outcome)) return undefined
  const { exchange: last, sent } = outcome
  if (last === undefined) return undefined
  // What has ended a process is refused when it is sent anew.
  const exchange = sent.findLast((one) => isLost(one) && requestOf(one) === requestOf(last))
  if (exchange === undefined) return undefined
  const before = sent.filter(
    (one) => one.action === 'delete' && isAnswered(one) && one.step < exchange.step,
  )
  return { exchange, place: `${exchange.action} ${before.length}` }
}

/** Keeps what a run has lost. */
export function createLosses() {
  const lost = new Map<string, Exchange>()
  const byChance: Exchange[] = []
  const never: Unanswered['never'][number][] = []
  const perhaps: Exchange[] = []
  let recoveries = 0
  const keepChance = (exchange: Exchange) => {
    if (byChance.length < MAX_REMEMBERED) byChance.push(exchange)
  }
  const isByChance = () =>
    byChance.some((one) =>
      never.every(({ sent }) => sent.every((other) => isAnswered(other) || !isAtOnce(one, other))),
    )
  return {
    see(exchange: Exchange): void {
      const { requirement, case: caseKey, action, failure } = exchange
      const key = JSON.stringify([requirement, caseKey, requestOf(exchange)])
      const before = lost.get(key)
      if (isAnswered(exchange)) {
        lost.delete(key)
        if (before !== undefined) keepChance(before)
        return
      }
      // Many servers close connections that are idle, or have brought an error.
      if (failure?.kind === 'dropped' || !isLost(exchange)) return
      if (READS_AND_UPLOADS.includes(action)) keepChance(exchange)
      else if (action === 'delete' && lost.size < MAX_REMEMBERED) lost.set(key, exchange)
    },
    /** Notes that a case was judged when it was sent again. */
    recovered(exchange: Exchange): void {
      recoveries += 1
      keepChance(exchange)
    },
    /**
     * Notes a case that stays without an answer.
     *
     * @param tries - number of times that it was sent again
     * @param sent - all that was sent for it, each time
     */
    stays({ exchange }: Loss, tries: number, sent: readonly Exchange[]): void {
      if (exchange.action !== 'delete' || exchange.purpose === 'set-up') return
      if (tries > 0) never.push({ exchange, sent })
      else if (perhaps.length < MAX_REMEMBERED) perhaps.push(exchange)
    },
    unanswered(): Unanswered {
      return isByChance()
        ? { never: [], perhaps: [...never.map(({ exchange }) => exchange), ...perhaps] }
        : { never, perhaps }
    },
    observations: (): readonly Observation[] =>
      recoveries === 0 ? [] : [{ ...RECOVERED, count: recoveries }],
  }
}

const RECOVERED: Pick<Observation, 'about' | 'text'> = {
  about: 'Lost',
  text: 'a request was not answered, and was when its whole case was sent again',
}

function isLost({ failure }: Exchange): boolean {
  return failure !== undefined && LOST.includes(failure.kind)
}

/** Names a request by all of it: a file is removed by its id alone, where a deletion with a body was lost. */
function requestOf({ request }: Exchange): string {
  return JSON.stringify(request)
}

function isAtOnce(one: Exchange, other: Exchange): boolean {
  return (
    one.startedAtMs <= other.startedAtMs + other.durationMs &&
    other.startedAtMs <= one.startedAtMs + one.durationMs
  )
}
