import type { PlainRequest } from '../harness/http/client.ts'
import type { WayOfCreating } from '../harness/safety/ownership.ts'
import type { Provided } from '../model/evidence.ts'
import type { Answered, Exchange } from '../model/exchange.ts'
import type { FileToUpload, OwnedResource } from '../model/requirement.ts'

/** What a provider may use, bound to the case that needs a file. */
export interface SetUp {
  /** The run's run id: stands in the name of every uploaded file. */
  readonly runId: string
  /** The verifier's word: stands there, too. */
  readonly challenge: string | undefined
  /** A name for a file that the case does not name itself. */
  readonly defaultName: string
  request(request: PlainRequest): Promise<Exchange>
  /** Notes in the ledger that an upload is under way. */
  uploading(): UploadUnderWay
  /**
   * Takes what an upload has made for this run.
   *
   * @throws NotOurs if its id is somebody else's: that is never deleted
   */
  claim(id: string, created: Answered, upload: number, way: WayOfCreating): Promise<OwnedResource>
  /**
   * Asks for a file that is provided, and notes it.
   *
   * @throws Inconclusive if there is none
   */
  provide(find: () => Promise<Provided>): Promise<OwnedResource>
}

/** An upload by its number in the ledger. */
interface UploadUnderWay {
  readonly upload: number
  /** To be called when it is known that no file came of it. */
  refused(): void
}

/** Where disposable files come from. */
export interface ResourceProvider {
  readonly kind: 'upload' | 'ids' | 'command' | 'none'
  /** As the user wrote it, without what may be secret. */
  readonly description: string
  /** Why there are none, where the kind is `none`. */
  readonly reason?: string
  /** How many there are, where that is known. */
  readonly available?: number
  /**
   * A file of this run.
   *
   * @throws Inconclusive if there is none to be had
   * @throws SetAside if the target will not take this one
   */
  create(setUp: SetUp, file?: FileToUpload): Promise<OwnedResource>
  /** Ids as this provider gives them that are known beforehand; none is used up. */
  readonly samples: readonly string[]
}
