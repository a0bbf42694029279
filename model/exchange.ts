/** A header field as it stands on the wire, its name in lower case. */
export type Header = readonly [name: string, value: string]

/** A request as sent, without anything secret: only listed header fields are recorded. */
export interface SentRequest {
  readonly method: string
  /** Request target (RFC 9112 §3.2) as sent: base path, path and query, percent-encoding untouched. */
  readonly target: string
  readonly headers: readonly Header[]
  /** Whose credentials went with it. */
  readonly credentials: Credentials
  readonly body?: SentBody
}

/** Credentials: those that the user configured, those of the second account, or some that must not do. */
export type Credentials = 'configured' | 'second' | 'none' | 'empty' | 'malformed' | 'wrong'

export type SentBody = SentUpload | SentText

/** The body of a deletion, which is short and says all of itself. */
export interface SentText {
  readonly bytes: number
  readonly text: string
}

/** An upload by its digest: it is derived from the seed, so the octets can be made again. */
export interface SentUpload {
  readonly mediaType: string
  readonly bytes: number
  /** Lower-case hexadecimal, of the whole body. */
  readonly sha256: string
  /** The name of the uploaded file. */
  readonly filename: string
  /** Octets of the uploaded file, without the form round it. */
  readonly fileBytes: number
}

/** What stands in answers and messages in the place of a credential. */
export const PLACEHOLDER = '[credential]'

/** What came back, its content coding (gzip, deflate, br) undone. */
export interface Response {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  /** Why the body is not whole, where it is not. */
  readonly cut?: CutBody
}

/** A body that ended early: by the other side, or by this client's bound on size or time. */
export interface CutBody {
  readonly by: 'connection' | 'coding' | 'size' | 'timeout'
  readonly message: string
}

/** Why nothing came back. */
export interface TransportFailure {
  readonly kind:
    | 'refused'
    | 'dns'
    | 'tls'
    | 'timeout'
    | 'reset'
    | 'protocol'
    | 'interrupted'
    /** The budget that the user gave the run is used up: nobody was asked. */
    | 'not-sent'
  readonly message: string
}

/** One request and what came back, or why nothing came back. */
export interface Exchange {
  /** Id of the requirement that it was sent for. */
  readonly requirement: string
  /**
   * Case of the requirement: `0`, `1`, … in order of generation; `12:again` is case 12 sent once more,
   * `12:0:3` a shrunk form of it, by fast-check's path.
   */
  readonly case: string
  /** Position among the exchanges of its case, from 0. */
  readonly step: number
  readonly purpose: Purpose
  /** For a deletion, the id that was asked for; absent where the octets are no UTF-8. */
  readonly id?: string
  /** For the deletion of a file that this run uploaded, that upload. */
  readonly upload?: SentUpload
  readonly request: SentRequest
  readonly response?: Response
  readonly failure?: TransportFailure
  /** How often it was sent: more than once only after 429, or 503 with `Retry-After`; 0 if never. */
  readonly attempts: number
  /** Milliseconds since the Unix epoch, of the last attempt, on a clock that never jumps. */
  readonly startedAtMs: number
  /** From then until status and header were there, or it had failed. */
  readonly waitMs: number
  /** From then until the end of the body, or until it had failed. */
  readonly durationMs: number
}

/**
 * `operation`: the operation under test, which the document describes.
 * `stray`: the same with an id that a router may rightly keep from the operation.
 * `set-up`: everything else.
 */
export type Purpose = 'operation' | 'negative' | 'set-up'

/** An exchange that was answered: what a judge gets. */
export type Answered = Exchange & { readonly response: Response }

/** The values of a header field, in order. */
export function headerValues(response: Response, name: string): readonly string[] {
  return response.headers.filter(([found]) => found === name).map(([, value]) => value)
}
