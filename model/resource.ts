import type { Action, Answered, Exchange, SentUpload } from './exchange.ts'
import { quote, type Violation } from './violation.ts'

/** A disposable resource that this run may delete. */
export interface OwnedResource {
  readonly id: string
}

/** A choice of name and content for a resource to create. */
export interface FileToUpload {
  readonly filename: string
  readonly content: Uint8Array
}

/** A request for anything but deletion. */
export interface PlainRequest {
  readonly action: Exclude<Action, 'delete'>
  readonly method: OtherMethod
  /** Suffix of the collection path: `''`, `/file-1`, `?after=…`. */
  readonly path: string
  /** Id of the resource that it asks for. */
  readonly id?: string
  readonly body?: { readonly octets: Uint8Array } & Pick<
    SentUpload,
    'mediaType' | 'filename' | 'fileBytes'
  >
}

/** Asks for a path below a resource that is nobody's, where no API has anything. */
export function nowhere(runId: string): PlainRequest {
  return { action: 'other', method: 'GET', path: `/${runId}/${runId}` }
}

export type OtherMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'

/** An id that an answer names. */
interface NamedId {
  readonly id: string
  /** Its place in the answer, as a violation gives it. */
  readonly where: string
}

/** An entry of a list; its name is empty where the list shows none. */
export interface ListEntry extends NamedId {
  readonly name: string
}

/** Pure functions that read answers to requests for resources. */
export interface ResourceReadings {
  /** Finds the usable id of the resource that was created, if the answer names one. */
  created(exchange: Exchange): NamedId | undefined
  /** Reads the entries of list pages. */
  entries(pages: readonly Answered[]): readonly ListEntry[]
  /** Finds where the next page begins; undefined after the last, or where the list goes round. */
  nextPage(pages: readonly Answered[]): string | undefined
  /** Tells whether pages are a whole list. */
  isComplete(pages: readonly Answered[]): boolean
  /** Tells whether what was read back shows a name. */
  isNamed(exchange: Exchange): boolean
  /**
   * Finds what shows that a created id is another's resource: another name, an earlier time, other
   * content. Finds nothing if the run id stands in what was read back, or if nothing could be read.
   *
   * @param reads - answers to the requests that read it back
   */
  another(created: Answered, reads: readonly Answered[], runId: string): readonly Violation[]
}

/** Expects that a list page shows none of the resources that were deleted. */
export function expectNotListed(
  page: Answered,
  deleted: readonly (string | undefined)[],
  readings: ResourceReadings,
): readonly Violation[] {
  return readings
    .entries([page])
    .filter(({ id }) => deleted.includes(id))
    .map(({ id, where }) => {
      const cause = 'list after deletion'
      return { exchange: page, where, expected: 'no deleted file', received: quote(id), cause }
    })
}
