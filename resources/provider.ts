import type { Provided } from '../model/evidence.ts'
import type {
  FileToUpload,
  ListParameters,
  PageChoice,
  PlainRequest,
  ReadOptions,
  ResourceReadings,
  UploadChoices,
  UploadForm,
} from '../model/resource.ts'

/**
 * Port between a run and an API: where disposable resources come from, how requests for them look, and
 * how their answers are read.
 */
export interface ResourceProvider {
  /** Source of the resources as the user wrote it, without what may be secret. */
  readonly description: string
  /** Reason why there are no resources at all. */
  readonly none?: string
  /** Whether a run must leave everything on the target as it is. */
  readonly readOnly?: true
  /** Whether it makes as many as a run asks for. */
  readonly onDemand: boolean
  /** Whether a run can choose name and content. */
  readonly contentChoice: boolean
  /** Number of resources, if it is known. */
  readonly available?: number
  /** Ids as this provider gives them that are known beforehand; none is used up. */
  readonly samples: readonly string[]
  /** Choices of the user for uploads, if there are any. */
  readonly upload?: UploadChoices
  readonly source: Created | UserProvided
  readonly api: ResourceApi
}

/** Resources that the run creates. */
interface Created {
  /** Forms that targets are known to take, to try in this order. */
  readonly forms: readonly UploadForm[]
  /** Kinds of resources that the API knows; none where the user has chosen one. */
  readonly kinds: readonly string[]
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
  /** Word for a resource without a chosen name and content; it holds the run id, and no other has it. */
  readonly word: string
  /** Form that the target takes, once that is known. */
  readonly form?: UploadForm
}

/** Requests and readings of the API that the resources belong to. */
export interface ResourceApi {
  readonly requests: ResourceRequests
  readonly readings: ResourceReadings
}

interface ResourceRequests {
  retrieve(id: string, options?: ReadOptions): PlainRequest
  content(id: string, options?: ReadOptions): PlainRequest
  /**
   * @param options.size - as many as the API allows by default
   * @param options.parameters - those with which the target gives its list
   * @param options.filter - a query beside these
   */
  list(
    options?: PageChoice & {
      readonly parameters?: ListParameters
      readonly filter?: string | undefined
    } & Pick<ReadOptions, 'credentials'>,
  ): PlainRequest
  /**
   * Lists queries that the list may take, and that leave the resources of a run in it.
   *
   * @param form - of the uploads of the run
   * @param parameters - those with which the target gives its list
   */
  filters(form: UploadForm | undefined, parameters: ListParameters): readonly string[]
}
