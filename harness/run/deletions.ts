import { Inconclusive, NotSafe } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { idOf, segmentOf } from '../../model/path-segment.ts'
import { holdsRunId, isGone, isSuccess } from '../../model/reads.ts'
import type { Tools } from '../../model/requirement.ts'
import type { Client, SendOptions } from '../http/client.ts'
import { type Decision, isOwn, type Reason, type Refused } from '../safety/delete-guard.ts'
import { judgeable } from './answers.ts'
import { type CaseRequests, repeatedly, type Workbench } from './workbench.ts'

/** Deletions of one case. */
interface CaseDeletions extends Omit<Tools['send'], 'method'> {
  /** Finds the first near-miss that was answered with success. */
  culprit(): Answered | undefined
}

type Deletions = Parameters<Tools['send']['deleteOnOneConnection']>[0]

/** Reason why no more near-misses are sent. */
const ENDED = 'not sent: one before it was answered with success'
const LOST =
  'the answer to a deletion was lost with its connection, and the next one found no file: nobody can tell which deleted it'
/** Reasons for which a deletion can hit no file, whatever the one before it did. */
const NOBODYS: readonly Reason[] = ['never issued', 'run id', 'reviewed']
/** List pages that are read before a repeated deletion; if there are more, it is not sent. */
const MAX_PAGES_BEFORE_A_REPEAT = 10

/** Tells whether no file but this run's can have an id, whatever a server takes it for. */
function isUnguessable(client: Client, id: string): boolean {
  const decision = client.decideAgain(id)
  return decision.allowed && decision.reason === 'owned'
}

/** Tells whether a file may be gone, so that a server could take another for it. */
export function isInDoubt({ inDoubt, client }: Workbench, id: string): boolean {
  return inDoubt.has(id) && !isUnguessable(client, id)
}

/** Makes the deletions of the cases of one run. */
export function deletionsOf(
  bench: Workbench,
): (
  requests: CaseRequests,
  list: Tools['look']['list'],
  hasMade: (id: string) => boolean,
) => CaseDeletions {
  const { client, withheld, ledger } = bench
  const { requests: asking, readings } = bench.provider.api
  /** Repeated deletions go out one at a time: each could take another file. */
  let lastRepeat: Promise<unknown> = Promise.resolve()

  return ({ requirement, step, kept, send }, list, hasMade) => {
    let culprit: Answered | undefined
    const notSafe = (segment: string, refused: Refused) => {
      withheld.refused(requirement, segment, refused)
      return new NotSafe(
        `not safe to send here: a careless server could take another file (${refused.reading})`,
      )
    }

    const sendOver = async (over: Client, segment: string, options?: SendOptions) => {
      const id = idOf(segment)
      if (id === undefined || !ledger.state.files.has(id)) {
        return deleteNearMiss(over, segment, options)
      }
      // A near-miss that was answered with success may have deleted it.
      const perhapsGone = culprit !== undefined && hasMade(id)
      const decision = perhapsGone ? over.decideAgain(id) : over.decide(segment, options)
      if (!decision.allowed) throw notSafe(segment, decision)
      const owner = ledger.state.second.has(id) ? 'second' : 'configured'
      const { credentials = owner } = options ?? {}
      const isOther = ['configured', 'second'].includes(credentials) && credentials !== owner
      if (isOther && !isUnguessable(over, id)) {
        // Where each account counts for itself, a file of its own may have this id.
        throw notSafe(segment, { allowed: false, reading: 'the other account', witness: id })
      }
      if (isInDoubt(bench, id) && !(await isStillThere(id))) {
        throw notSafe(segment, {
          allowed: false,
          reading: 'a request that deleted it',
          witness: id,
        })
      }
      let sends = 0
      const sendOnce = () => {
        sends += 1
        return kept(over.delete(step(), segment, options))
      }
      const deletion =
        decision.reason === 'repeat' ? () => repeated(segment, id, sendOnce) : sendOnce
      const wasThere = ledger.state.files.get(id) !== 'gone'
      const mayRepeat = async () => !wasThere || (await isStillThere(id))
      const exchange = await repeatedly(deletion, async () => {
        if (!(await mayRepeat())) return false
        const again = over.decide(segment, options)
        if (!again.allowed) throw notSafe(segment, again)
        return again.reason === decision.reason
      })
      if (wasThere && sends > 1 && isGone(exchange)) throw new Inconclusive(LOST, exchange)
      if (options?.purpose === 'negative' && wasThere) bench.inDoubt.add(id)
      return judgeable(exchange, bench.found.openToAll)
    }

    /** Looks whether a deletion that was lost with its connection was not carried out. */
    const isStillThere = async (id: string) => {
      if (!bench.found.offers.has('retrieve')) return false
      const look = await send(asking.retrieve(id))
      // A careless lookup may show another in its place.
      const isOwn = isSuccess(look) && holdsRunId(look, bench.runId)
      return isOwn && ledger.state.files.get(id) !== 'gone'
    }

    const repeated = (segment: string, id: string, deletion: () => Promise<Exchange>) => {
      const sending = lastRepeat.then(async () => {
        const decision = await decideByList(id)
        if (!decision.allowed) throw notSafe(segment, decision)
        if (bench.found.offers.has('retrieve')) {
          const look = await send(asking.retrieve(id))
          if (!isAnswered(look) || isSuccess(look)) {
            const reading = 'a read of it after its deletion'
            throw notSafe(segment, { allowed: false, reading, witness: id })
          }
        }
        return deletion()
      })
      lastRepeat = sending.catch(() => undefined)
      return sending
    }

    /** Decides whether no listed resource could be taken for one that is gone. */
    const decideByList = async (id: string): Promise<Decision> => {
      const decision = client.decideAgain(id)
      if (!decision.allowed || decision.reason !== 'repeat') return decision
      const pages = await list({ most: MAX_PAGES_BEFORE_A_REPEAT })
      if (!readings.isComplete(pages)) {
        return { allowed: false, reading: 'no list that shows all files', witness: id }
      }
      const entries = readings.entries(pages)
      return client.decideAgain(
        id,
        entries.map((entry) => entry.id),
      )
    }

    /** Sends a near-miss; the first that is answered with success is the last that is sent. */
    const deleteNearMiss = async (over: Client, segment: string, options?: SendOptions) => {
      const decision = over.decide(segment, options)
      if (!decision.allowed) throw notSafe(segment, decision)
      const endedBy = () => (withheld.ended(requirement) ? ENDED : undefined)
      if (endedBy() !== undefined) throw new NotSafe(ENDED)
      // What resembles a file of this run may have deleted it: then it could take another.
      const isNobodys = NOBODYS.includes(decision.reason)
      const exchange = await repeatedly(
        () => kept(over.delete(step(), segment, { ...options, unless: endedBy })),
        async () => isNobodys && over.decide(segment, options).allowed,
      )
      if (exchange.failure?.kind === 'not-sent' && exchange.failure.message === ENDED) {
        throw new NotSafe(ENDED)
      }
      if (isAnswered(exchange) && bench.found.answers.isDeleted(exchange)) {
        culprit ??= exchange
        withheld.end(requirement)
      }
      return judgeable(exchange, bench.found.openToAll)
    }

    const deletions: CaseDeletions = {
      culprit: () => culprit,
      delete: (id, options) => deletions.deleteSegment(segmentOf(id), options),
      deleteSegment: (segment, options) => sendOver(client, segment, options),
      collection: () => sendOver(client, '', { purpose: 'negative', bare: true }),
      negative: (segment) => deletions.deleteSegment(segment, { purpose: 'negative' }),
      allows(segment) {
        const decision = client.decide(segment)
        if (decision.allowed) return !isOwn(decision) && !withheld.ended(requirement)
        withheld.refused(requirement, segment, decision)
        return false
      },
      endNearMisses: () => withheld.end(requirement),
      async again(id, options) {
        try {
          return await deletions.delete(id, options)
        } catch (error) {
          if (error instanceof NotSafe) return undefined
          throw error
        }
      },
      async deleteAtOnce(ids) {
        const again = ids.find((id, at) => ids.indexOf(id) < at)
        if (again !== undefined) {
          // All but the first find it gone.
          const decision = await decideByList(again)
          if (!decision.allowed) throw notSafe(again, decision)
        }
        return Promise.all(ids.map((id) => deletions.delete(id)))
      },
      async deleteOnOneConnection<Some extends Deletions>(some: Some) {
        const alone = bench.openAlone()
        try {
          const answers: Answered[] = []
          for (const [at, { id, options }] of some.entries()) {
            const follows = at > 0 ? { follows: true as const } : {}
            answers.push(await sendOver(alone.client, segmentOf(id), { ...options, ...follows }))
          }
          return answers as { [At in keyof Some]: Answered }
        } finally {
          await alone.close()
        }
      },
    }
    return deletions
  }
}
