import type { Provided } from '../model/evidence.ts'
import type { Answered, Exchange } from '../model/exchange.ts'
import type {
  FileToUpload,
  OwnedResource,
  PlainRequest,
  ResourceReadings,
} from '../model/resource.ts'

/**
 * Port between a run and an API: where disposable resources come from, how requests for them look,
 * and how their answers are read.
 */
export interface ResourceProvider {
  /** Source of the resources as the user wrote it, without what may be secret. */
  readonly description: string
  /** Reason why there are no resources at all. */
  readonly none?: string
  /** Whether it makes as many as a run asks for. */
  readonly onDemand: boolean
  /** Whether a run can choose name and content. */
  readonly contentChoice: boolean
  /** Number of resources, if it is known. */
  readonly available?: number
  /** Ids as this provider gives them that are known beforehand; none is used up. */
  readonly samples: readonly string[]
  readonly api: ResourceApi
  /**
   * Creates a resource of this run, or takes one that the user provides.
   *
   * @throws Inconclusive if there is none to be had
   * @throws SetAside if the target refuses this name or content
   */
  create(setUp: SetUp, file?: FileToUpload): Promise<OwnedResource>
}

/** Requests and readings of the API that the resources belong to. */
export interface ResourceApi {
  readonly requests: ResourceRequests
  readonly readings: ResourceReadings
}

/** Requests for resources. */
interface ResourceRequests {
  retrieve(id: string): PlainRequest
  content(id: string): PlainRequest
  /**
   * @param options.after - start of the page, from the readings
   * @param options.size - entries of the page; as many as the API allows by default
   */
  list(options?: { readonly after?: string | undefined; readonly size?: number }): PlainRequest
}

/** Way to create resources: each is trusted once a resource made so was read back. */
export type WayOfCreating = 'default' | 'chosen'

/** Services that a provider may use, bound to the case that needs a resource. */
export interface SetUp {
  /** Stands in the name of every created resource. */
  readonly runId: string
  /** Word of the verifier, which stands there, too. */
  readonly challenge: string | undefined
  /** Name for a resource that the case does not name itself. */
  readonly defaultName: string
  /** Sends the request that creates a resource. */
  request(request: PlainRequest, creation: Creation): Promise<Exchange>
  /** Notes in the ledger that a resource is about to be created. */
  creating(): Creation
  /**
   * Takes a created resource for this run.
   *
   * @throws NotOurs if its id is another's: that is never deleted
   */
  claim(
    id: string,
    created: Answered,
    creation: Creation,
    way: WayOfCreating,
  ): Promise<OwnedResource>
  /**
   * Asks for a resource that is provided, and notes it in the ledger.
   *
   * @throws Inconclusive if there is none
   */
  provide(find: () => Promise<Provided>): Promise<OwnedResource>
}

/** A creation by its number in the ledger. */
interface Creation {
  readonly upload: number
  /** Notes that no resource came of it. */
  refused(): void
}
