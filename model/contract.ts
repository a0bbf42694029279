import type { Answered } from './exchange.ts'
import type { Violation } from './violation.ts'

/** Meaning of a documented status for a deletion. */
export type Role = 'deleted' | 'not-found' | 'invalid'

/** Part of an answer that a document may describe: its media type, that it is JSON, the schema of that. */
export type Part = 'media-type' | 'json' | 'body'

/** Origin of a requirement. */
export type Source =
  | { readonly kind: 'document'; readonly pointer: string }
  | { readonly kind: 'rfc'; readonly rfc: number; readonly section: string }

/** One operation of the document, compiled. */
export interface Contract {
  readonly method: 'DELETE'
  /** Path template, `/v1/files/{file_id}`. */
  readonly template: string
  /** Path at which files are uploaded and listed, `/v1/files`. */
  readonly collection: string
  /** Name of the path parameter, `file_id`. */
  readonly parameter: string
  readonly operationId: string | undefined
  readonly document: DocumentIdentity
  /** Documented response keys: `200`, `404`, `4XX`, `default`. */
  readonly responses: readonly string[]
  /** Methods that the document describes on the path of the operation, in capitals. */
  readonly methods: readonly string[]

  /** Gives the first documented status of a role; undefined if the document has none. */
  statusOf(role: Role): number | undefined
  /** Gives the documented statuses of a role: an answer with any of them is right. */
  statusesOf(role: Role): readonly number[]
  /** Tells whether the document describes answers with this status. */
  documents(status: number): boolean
  /** Cites the document on a role's response; `path` leads on from its JSON schema. */
  sourceOf(role: Role, ...path: readonly string[]): Source
  /** Place of the operation as a whole in the document. */
  readonly operationSource: Source
  /** Tells whether the schema of a role's body describes this property. */
  describes(role: Role, property: string): boolean
  /** Tells whether the document describes this part of answers with a status; by default, with any. */
  describesPart(part: Part, status?: number): boolean
  /** Tells whether the document describes a part, or a property of the body, of answers like this one. */
  describesAnswer(
    exchange: Answered,
    what: { readonly part?: Part; readonly property?: string },
  ): boolean

  /**
   * Judges an answer that should have the status of one of the roles: status, media type and body. What the
   * document does not describe has no violations. If it has no response for missing files, it is silent on
   * errors: then RFC 9110 says which statuses they have.
   */
  violations(exchange: Answered, ...roles: readonly Role[]): readonly Violation[]
  statusViolations(exchange: Answered, ...roles: readonly Role[]): readonly Violation[]
  /** Judges the media type by the received status. */
  mediaTypeViolations(exchange: Answered): readonly Violation[]
  /** Judges media type and body; under a media type that is not documented, nothing is known of the body. */
  formViolations(exchange: Answered): readonly Violation[]
  /**
   * Judges whether the body is JSON where status and media type promise it. Of an undocumented media type, gives
   * the violation of that.
   */
  jsonViolations(exchange: Answered): readonly Violation[]
  /**
   * Judges the body by the schema of the received status and media type. Of an undocumented media type, gives the
   * violation of that. Throws `Undecidable` if it takes too much time or memory.
   */
  bodyViolations(exchange: Answered): readonly Violation[]
}

/** Identity of a document, for reports. */
export interface DocumentIdentity {
  readonly source: string
  /** True for the document that this package ships. */
  readonly shipped: boolean
  readonly sha256: string
  readonly title: string
  readonly version: string
}

/** Cites the documented response of a role; `path` leads on into its schema. */
export function documented(role: Role, ...path: readonly string[]) {
  const source = (contract: Contract): Source => contract.sourceOf(role, ...path)
  return Object.assign(source, { role })
}

/** Cites the documented operation as a whole. */
export function documentedOperation(contract: Contract): Source {
  return contract.operationSource
}

/** Cites a section of an RFC: `rfc(9110, '15.6')`. */
export function rfc(number: number, section: string) {
  return (): Source => ({ kind: 'rfc', rfc: number, section })
}

/** Writes a source: a JSON Pointer into the document, or an RFC section. */
export function citation(source: Source): string {
  return source.kind === 'document' ? source.pointer : `RFC ${source.rfc} §${source.section}`
}
