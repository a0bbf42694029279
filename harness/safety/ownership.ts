import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { couldHold, holdsRunId, isSuccess } from '../../model/reads.ts'
import type { PlainRequest } from '../../model/resource.ts'
import type { ResourceApi } from '../../resources/provider.ts'
import type { FileState } from './ledger-state.ts'

/** Way to create resources: each is trusted once a resource made so was read back. */
export type WayOfCreating = 'default' | 'chosen'

interface OwnershipRules {
  readonly runId: string
  readonly api: ResourceApi
  /** Ids that this run has made, or that were provided for deletion. */
  readonly files: ReadonlyMap<string, FileState>
  /** Tells whether an id was listed before this run made anything. */
  readonly wasListed: (id: string) => boolean
  /** Whether an id that is new to the run is its own where nothing can be read back; yes by default. */
  readonly trustsNew?: (() => boolean) | undefined
}

/** Outcome of a claim to a resource. */
interface Claim {
  readonly isOurs: boolean
  /** Answers to the requests that read its id back. */
  readonly reads: readonly Answered[]
}

/** Tells the resources of this run from those of others. */
export interface Ownership {
  /** Decides whose the id is that a create request was answered with. */
  claim(
    id: string,
    created: Answered,
    way: WayOfCreating,
    read: (request: PlainRequest) => Promise<Exchange>,
  ): Promise<Claim>
}

/**
 * Makes the rule by which a resource is this run's: the create answer, or what is read back at its id,
 * holds the run id. A resource with another name, other content or an earlier time is somebody else's.
 * If nothing can be read back, an id that is new to the run is its own.
 */
export function createOwnership({
  runId,
  api,
  files,
  wasListed,
  trustsNew = () => true,
}: OwnershipRules): Ownership {
  const { requests, readings } = api
  const trusted = new Set<WayOfCreating>()
  return {
    async claim(id, created, way, read) {
      // If ids follow from names or contents, the same upload has the same id again.
      if (files.has(id)) return { isOurs: true, reads: [] }
      const isNew = !wasListed(id)
      const shows = couldHold(created, runId) && holdsRunId(created, runId)
      if (isNew && trusted.has(way) && shows) return { isOurs: true, reads: [] }
      const reads: Answered[] = []
      for (const request of [requests.retrieve(id), requests.content(id)]) {
        const exchange = await read(request)
        if (isAnswered(exchange)) reads.push(exchange)
        if (isNew && isSuccess(exchange) && holdsRunId(exchange, runId)) {
          trusted.add(way)
          return { isOurs: true, reads }
        }
      }
      const isOurs = isNew && trustsNew() && readings.another(created, reads, runId).length === 0
      return { isOurs, reads }
    },
  }
}
