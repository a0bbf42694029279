import type { Action, Answered, Credentials, Exchange, Header, SentUpload } from './exchange.ts'
import { quote, type Violation } from './violation.ts'

/** A disposable resource that this run may delete. */
export interface OwnedResource {
  readonly id: string
}

/** A choice of name and content for a resource to create: as they are, or as the target takes them. */
export interface FileToUpload {
  readonly filename: string | FromWord
  readonly content: Uint8Array | FromWord
  /** One of the kinds of resources that the API knows; the one that the run has found to be taken by default. */
  readonly kind?: string
}

/** A word, with the run id in it, of which an upload form makes a name or a content. */
interface FromWord {
  readonly word: string
  /** Least octets of the content, if it can be repeated. */
  readonly bytes?: number
}

/** Field of an upload beside the file. */
export type FormField = readonly [name: string, value: string]

/** Choices of the user for uploads. */
export interface UploadChoices {
  readonly fields?: readonly FormField[]
  /** Template of file names, with `{run-id}`. */
  readonly name?: string
  /** Media type of the file. */
  readonly type?: string
  /** Template of contents, with `{run-id}`. */
  readonly content?: string
}

/** Form in which a target takes uploads. */
export interface UploadForm {
  readonly fields: readonly FormField[]
  /** Media type of the file. */
  readonly type: string
  nameOf(word: string): string
  /** @param bytes - least octets, if the content can be repeated */
  contentOf(word: string, bytes?: number): Uint8Array
}

/** Parameters with which a target gives its list. */
export interface ListParameters {
  /** Query by which it shows some of the resources, and no others. */
  readonly filter?: string
  /** Whether `limit` is left out. */
  readonly unlimited?: boolean
}

/** Choice of one page of a list: the first by default, as long and in such an order as is usual. */
export interface PageChoice {
  /** Id of the entry behind which it begins. */
  readonly after?: string | undefined
  /** Most entries of the page. */
  readonly size?: number
  readonly order?: ListOrder | undefined
}

/** Order of a list, by the creation of its resources. */
export type ListOrder = 'oldest-first' | 'newest-first'

/** A request for anything but deletion. */
export interface PlainRequest {
  readonly action: Exclude<Action, 'delete'>
  readonly method: OtherMethod
  /** Suffix of the collection path: `''`, `/file-1`, `?after=…`. */
  readonly path: string
  /** Id of the resource that it asks for. */
  readonly id?: string
  readonly body?:
    | ({ readonly octets: Uint8Array } & Omit<SentUpload, 'bytes' | 'sha256'>)
    | { readonly text: string }
  /** Header fields beside the usual ones, or in place of those of the same name. */
  readonly headers?: readonly Header[]
  /** Those of the run by default. */
  readonly credentials?: Credentials
}

/** Differences of a read from the plain one. */
export interface ReadOptions extends Pick<PlainRequest, 'headers' | 'credentials'> {
  /** Whether the header of the answer is enough. */
  readonly head?: boolean
  /** Query, without its question mark. */
  readonly query?: string
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
  /** Properties of a resource that stay as they are from its creation on. */
  readonly lasting: readonly string[]
  /** Finds the usable id of the resource that was created, if the answer names one. */
  created(exchange: Exchange): NamedId | undefined
  /** Reads the entries of list pages. */
  entries(pages: readonly Answered[]): readonly ListEntry[]
  /** Finds where the next page begins; undefined after the last, or where the list goes round. */
  nextPage(pages: readonly Answered[]): string | undefined
  /** Tells whether an answer is a page of a list, which may be without entries. */
  isPage(answer: Answered): boolean
  /** Tells whether a page says that more entries follow it; undefined if it says nothing of that. */
  saysMore(page: Answered): boolean | undefined
  /** Tells whether pages were read to the end of the list. */
  isAtEnd(pages: readonly Answered[]): boolean
  /** Tells whether pages are a whole list, which shows every file. */
  isComplete(pages: readonly Answered[]): boolean
  /**
   * Lists parameters to try where a list was refused, those first that the refusal names.
   *
   * @param form - of the resources that the list should show
   */
  otherParameters(refusal: Answered, form: UploadForm | undefined): readonly ListParameters[]
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

/** Names the cause of all violations that show a file which should be gone. */
export function stayOf(id: string | undefined): string {
  return `${id} stays`
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
    .map(({ id, where }) => ({
      exchange: page,
      where,
      expected: 'no deleted file',
      received: quote(id),
      causes: ['list after deletion', stayOf(id)],
    }))
}
