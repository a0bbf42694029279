import type { FilesReport } from './report.ts'

/** A look at what a run needs from a target, taken by `doctor`. */
export interface Diagnosis {
  /** Base URL, without credentials. */
  readonly target: string
  /** Title of the document and its operation, as `DELETE /v1/files/{file_id}`. */
  readonly document: string
  readonly operation: string
  /** Whether a run would judge deletions; `partly` if it could judge only those of missing files. */
  readonly readiness: 'ready' | 'partly' | 'not ready'
  readonly checks: readonly Check[]
  /** Requirements that a run would not judge, by reason. */
  readonly skipped: readonly Skipped[]
  /** Requests that were sent, retries and cleanup included. */
  readonly requests: number
  readonly files: FilesReport
}

/** One thing that a run needs, and whether it is there. */
export interface Check {
  readonly name: CheckName
  readonly outcome: 'yes' | 'no' | 'not tried'
  /** Finding in one sentence. */
  readonly found: string
  /** Advice on what to set or to look at, if anything can be done about it. */
  readonly advice?: string | undefined
}

export type CheckName =
  | 'answers'
  | 'credentials'
  | 'upload'
  | 'retrieve'
  | 'content'
  | 'list'
  | 'deletion'
  | 'gone'
  | 'others'
  | 'second-account'
  | 'ids'

export interface Skipped {
  readonly reason: string
  /** Ids of requirements. */
  readonly requirements: readonly string[]
}
