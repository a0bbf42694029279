/** A header field as it stands on the wire, its name in lower case. */
export type Header = readonly [name: string, value: string]

/** A request as sent, without secrets: only listed header fields are recorded. */
export interface SentRequest {
  readonly method: string
  /** Request target (RFC 9112 §3.2) as sent: base path, path and query, percent-encoding untouched. */
  readonly target: string
  readonly headers: readonly Header[]
  /** Credentials that went with it. */
  readonly credentials: Credentials
  readonly body?: SentBody
}

/** Credentials of a request: configured by the user, those of the second account, or unacceptable ones. */
export type Credentials =
  | 'configured'
  | 'second'
  | 'none'
  | 'empty'
  | 'malformed'
  | 'wrong'
  /** A made-up token in two header fields of one name. */
  | 'wrong-twice'
  | NearCredentials

/** Credentials that are made from the configured ones, and nearly fit. */
export type NearCredentials = 'cut' | 'beheaded' | 'extended' | 'other-case' | 'other-scheme'

export type SentBody = SentUpload | SentText

/** Short body of a deletion, recorded as it is. */
export interface SentText {
  readonly bytes: number
  readonly text: string
  /** Whether it was sent in chunks, without its length before it (RFC 9112 §7.1). */
  readonly chunked?: true
}

/** An upload by its digest. Its octets follow from the seed, so they can be made again. */
export interface SentUpload {
  readonly mediaType: string
  readonly bytes: number
  /** Lower-case hexadecimal, of the whole body. */
  readonly sha256: string
  /** Name of the uploaded file. */
  readonly filename: string
  /** Octets of the uploaded file, without the form around it. */
  readonly fileBytes: number
  /** As `sha256`, of these. */
  readonly fileSha256: string
  /** Account that has uploaded it, if it is not the first. */
  readonly by?: 'second'
  /** Fields beside the file, and its media type; absent for the usual form. */
  readonly form?: {
    readonly fields: readonly (readonly [name: string, value: string])[]
    readonly type: string
  }
}

/** Replacement for a credential in answers and messages. */
export const PLACEHOLDER = '[credential]'

/** A response, its content coding (gzip, deflate, br) undone. */
export interface Response {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  /** Reason why the body is not whole. */
  readonly cut?: CutBody
}

/** A body that ended early: by the other side, or by a limit of this client. */
export interface CutBody {
  readonly by: 'connection' | 'coding' | 'size' | 'timeout'
  readonly message: string
}

/** Reason why there is no response. */
export interface TransportFailure {
  readonly kind:
    | 'refused'
    | 'dns'
    | 'tls'
    | 'timeout'
    | 'reset'
    /** As `reset`, on a connection that had brought an answer before. */
    | 'dropped'
    | 'protocol'
    | 'interrupted'
    /** Held back by this program: the budget is used up, or sending was ended. */
    | 'not-sent'
  readonly message: string
}

/** One request, and its response or the reason why there is none. */
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
  readonly action: Action
  /** Id of the resource that was asked for; absent if there is none, or if its octets are no UTF-8. */
  readonly id?: string
  /** Upload of the file that a deletion is for, if this run uploaded it. */
  readonly upload?: SentUpload
  readonly request: SentRequest
  readonly response?: Response
  readonly failure?: TransportFailure
  /** Whether it went out on the connection of the step before, which does nothing else. */
  readonly follows?: true
  /** Times that it was sent: 0 if never; more than once only if the target asked for patience. */
  readonly attempts: number
  /** Milliseconds since the Unix epoch, of the last attempt, on a clock that never jumps. */
  readonly startedAtMs: number
  /** Time from then until status and header had come, or it had failed. */
  readonly waitMs: number
  /** Time from then until the body had ended, or it had failed. */
  readonly durationMs: number
}

/**
 * Reason for a request.
 * `operation`: the operation under test, which the document describes.
 * `negative`: a negative probe, with an id that a router may rightly keep from the operation.
 * `set-up`: everything else.
 */
export type Purpose = 'operation' | 'negative' | 'set-up'

/** Header fields in which some servers look for the method that is meant. */
export const METHOD_OVERRIDES: readonly string[] = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
]

/** Effect of a request on resources. `other`: another method, or a path that leads nowhere. */
export type Action = 'delete' | 'create' | 'retrieve' | 'content' | 'list' | 'other'

/** An exchange that was answered, as judges get it. */
export type Answered = Exchange & { readonly response: Response }

export function isAnswered(exchange: Exchange): exchange is Answered {
  return exchange.response !== undefined
}

/** Reads the values of a header field, in order. */
export function headerValues(response: Response, name: string): readonly string[] {
  return response.headers.filter(([found]) => found === name).map(([, value]) => value)
}
