import type { Answered, Exchange } from '../../model/exchange.ts'
import { couldHold, holdsRunId, readBackOf, showsAnother } from '../../model/ownership.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { isSuccess } from '../../model/reads.ts'
import type { FileState } from './ledger-state.ts'

/** How uploads are made: each way is trusted once what it made was read back. */
export type WayOfCreating = 'default' | 'chosen'

interface OwnershipRules {
  readonly runId: string
  /** Ids that this run has made, or was handed for deletion. */
  readonly files: ReadonlyMap<string, FileState>
  /** Whether an id was listed before this run made anything. */
  readonly wasListed: (id: string) => boolean
}

/** What came of the claim to a resource. */
interface Claim {
  readonly isOurs: boolean
  /** What was read back at its id. */
  readonly reads: readonly Answered[]
}

/** Tells the resources of this run from those of others. */
export interface Ownership {
  /**
   * Whose an id is that an upload answered.
   *
   * @param read - sends a GET for what follows the path of the collection
   */
  claim(
    id: string,
    created: Answered,
    way: WayOfCreating,
    read: (path: string) => Promise<Exchange>,
  ): Promise<Claim>
}

/**
 * Makes the rule by which a resource is this run's: the answer to its upload, or what is read back at its id,
 * holds the run id. What is read back and holds another name, other content or an earlier time is somebody
 * else's. Where nothing can be read back, an id that is new to the run is its own.
 */
export function createOwnership({ runId, files, wasListed }: OwnershipRules): Ownership {
  const trusted = new Set<WayOfCreating>()
  return {
    async claim(id, created, way, read) {
      // Where ids follow from names or contents, the same upload has the same id again.
      if (files.has(id)) return { isOurs: true, reads: [] }
      if (
        !wasListed(id) &&
        trusted.has(way) &&
        couldHold(created, runId) &&
        holdsRunId(created, runId)
      ) {
        return { isOurs: true, reads: [] }
      }
      const reads: Answered[] = []
      for (const path of [`/${segmentOf(id)}`, `/${segmentOf(id)}/content`]) {
        const exchange = await read(path)
        if (exchange.response !== undefined) reads.push(exchange as Answered)
        if (!wasListed(id) && isShown(exchange, runId)) {
          trusted.add(way)
          return { isOurs: true, reads }
        }
      }
      const isAnothers =
        wasListed(id) || showsAnother(readBackOf([created, ...reads]), runId) !== undefined
      return { isOurs: !isAnothers, reads }
    },
  }
}

function isShown(exchange: Exchange, runId: string): boolean {
  return (
    exchange.response !== undefined &&
    isSuccess(exchange as Answered) &&
    holdsRunId(exchange, runId)
  )
}
