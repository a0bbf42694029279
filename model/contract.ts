import type { Answered } from './exchange.ts'
import type { Violation } from './violation.ts'

/** What a documented status means for a deletion. */
export type Role = 'deleted' | 'not-found' | 'invalid'

/** Where a requirement comes from. */
export type Source =
  | { readonly kind: 'document'; readonly pointer: string }
  | { readonly kind: 'rfc'; readonly rfc: number; readonly section: string }

/** What the document says of one operation, compiled. */
export interface Contract {
  readonly method: 'DELETE'
  /** Path template, `/v1/files/{file_id}`. */
  readonly template: string
  /** Where files are uploaded and listed, `/v1/files`. */
  readonly collection: string
  /** Name of the path parameter, `file_id`. */
  readonly parameter: string
  readonly operationId: string | undefined
  readonly document: DocumentIdentity
  /** Documented response keys: `200`, `404`, `4XX`, `default`. */
  readonly responses: readonly string[]

  /** The documented status of a role; undefined where the document has none. */
  statusOf(role: Role): number | undefined
  /** Whether the document describes answers with this status. */
  documents(status: number): boolean
  /** Where the document speaks of a role's response; `path` leads on from its JSON schema. */
  sourceOf(role: Role, ...path: readonly string[]): Source
  /** Where the document speaks of the operation as a whole. */
  readonly operationSource: Source
  /** Whether the schema of a role's body describes this property. */
  describes(role: Role, property: string): boolean

  /** Everything wrong with an answer that should have this role's status: status, media type and body. */
  violations(exchange: Answered, ...roles: readonly Role[]): readonly Violation[]
  statusViolations(exchange: Answered, ...roles: readonly Role[]): readonly Violation[]
  /** The media type against what the document gives for the status that was received. */
  mediaTypeViolations(exchange: Answered): readonly Violation[]
  /**
   * The body against the schema that the document gives for the status that was received; throws
   * `Undecidable` where that cannot be done in bounded time.
   */
  bodyViolations(exchange: Answered): readonly Violation[]
}

/** Which document it was, for reports. */
export interface DocumentIdentity {
  readonly source: string
  /** Whether it is the one that this package ships. */
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

/** The documented operation as a whole. */
export function documentedOperation(contract: Contract): Source {
  return contract.operationSource
}

/** A section of an RFC: `rfc(9110, '15.6')`. */
export function rfc(number: number, section: string) {
  return (): Source => ({ kind: 'rfc', rfc: number, section })
}

/** A source in words: a JSON Pointer into the document, or an RFC section. */
export function citation(source: Source): string {
  return source.kind === 'document' ? source.pointer : `RFC ${source.rfc} §${source.section}`
}
