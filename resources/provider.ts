import type { Provided } from '../model/evidence.ts'
import type { FileToUpload, PlainRequest, ResourceReadings } from '../model/resource.ts'

/**
 * Port between a run and an API: where disposable resources come from, how requests for them look, and
 * how their answers are read.
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
  readonly source: Created | UserProvided
  readonly api: ResourceApi
}

/** Resources that the run creates. */
interface Created {
  /** Makes the request that creates a resource, with the chosen name and content if there is a choice. */
  create(naming: Naming, chosen?: FileToUpload): PlainRequest
}

/** Resources that the user provides for deletion. */
interface UserProvided {
  provide(): Promise<Provided>
}

/** Texts that a created resource has to show. */
export interface Naming {
  readonly runId: string
  /** Word of the verifier, for the name. */
  readonly challenge: string | undefined
  /** Name for a resource without a chosen one; it holds the run id. */
  readonly defaultName: string
}

/** Requests and readings of the API that the resources belong to. */
export interface ResourceApi {
  readonly requests: ResourceRequests
  readonly readings: ResourceReadings
}

interface ResourceRequests {
  retrieve(id: string): PlainRequest
  content(id: string): PlainRequest
  /**
   * @param options.after - start of the page, from the readings
   * @param options.size - entries of the page; as many as the API allows by default
   */
  list(options?: { readonly after?: string | undefined; readonly size?: number }): PlainRequest
}
