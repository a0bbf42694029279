import type { Content, Entry, Header as HarHeader, PostData, Request, Response } from 'har-format'
import type { Header, SentBody, TransportFailure } from '../model/exchange.ts'
import type { RecordedExchange, RecordedResponse } from '../model/report.ts'

/** An entry with fields of our own, whose names begin with an underscore (HAR 1.2). */
export type ConformanceEntry = Entry & {
  readonly _requirement: string
  readonly _case: string
  readonly _step: number
  readonly _purpose: string
  readonly _credentials: string
  readonly _attempts: number
  readonly _resourceType: string
}

/** Not known (HAR 1.2). */
const UNKNOWN = -1

/** In the words of Chromium's network stack, which its network panel shows. */
const NET_ERRORS: Readonly<Record<TransportFailure['kind'], string>> = {
  refused: 'net::ERR_CONNECTION_REFUSED',
  dns: 'net::ERR_NAME_NOT_RESOLVED',
  tls: 'net::ERR_SSL_PROTOCOL_ERROR',
  timeout: 'net::ERR_TIMED_OUT',
  reset: 'net::ERR_CONNECTION_RESET',
  protocol: 'net::ERR_INVALID_HTTP_RESPONSE',
  interrupted: 'net::ERR_ABORTED',
  'not-sent': 'net::ERR_BLOCKED_BY_CLIENT',
}

/**
 * An exchange as HAR 1.2 has it, http://www.softwareishard.com/blog/har-12-spec/.
 *
 * @param origin - scheme, host and port of the target
 */
export function harEntry(origin: string, exchange: RecordedExchange): ConformanceEntry {
  const { requirement, case: caseKey, step, startedAtMs, waitMs, durationMs } = exchange
  return {
    startedDateTime: new Date(startedAtMs).toISOString(),
    time: durationMs,
    request: request(origin, exchange),
    response: response(exchange),
    cache: {},
    timings: { send: 0, wait: waitMs, receive: Math.max(0, durationMs - waitMs) },
    comment: `${requirement} case ${caseKey} step ${step}`,
    _requirement: requirement,
    _case: caseKey,
    _step: step,
    _purpose: exchange.purpose,
    _credentials: exchange.request.credentials,
    _attempts: exchange.attempts,
    // Without it Chromium files answers under what their media type suggests.
    _resourceType: 'fetch',
  }
}

function request(origin: string, { request: sent }: RecordedExchange): Request {
  const { method, target, headers, body } = sent
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : ''
  return {
    method,
    url: origin + target,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: harHeaders(headers),
    queryString: [...new URLSearchParams(query)].map(([name, value]) => ({ name, value })),
    headersSize: UNKNOWN,
    bodySize: body?.bytes ?? 0,
    ...(body === undefined ? {} : { postData: postData(headers, body) }),
  }
}

function postData(headers: readonly Header[], body: SentBody): PostData & { _sha256?: string } {
  if ('text' in body) return { mimeType: fieldOf(headers, 'content-type') ?? '', text: body.text }
  return {
    mimeType: body.mediaType,
    text: '',
    comment: `${body.bytes} octets, made again from the seed; kept by their SHA-256`,
    _sha256: body.sha256,
  }
}

function response({
  response: received,
  failure,
}: RecordedExchange): Response & { _error?: string } {
  if (received === undefined) return { ...unanswered(), ...reason(failure) }
  const { status, headers, body } = received
  return {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: harHeaders(headers),
    content: content(received),
    redirectURL: fieldOf(headers, 'location') ?? '',
    headersSize: UNKNOWN,
    // The size on the wire is not known where a content coding was undone.
    bodySize: fieldOf(headers, 'content-encoding') === undefined ? body.bytes : UNKNOWN,
  }
}

function unanswered(): Response {
  return {
    status: 0,
    statusText: '',
    httpVersion: '',
    cookies: [],
    headers: [],
    content: { size: 0, mimeType: 'x-unknown' },
    redirectURL: '',
    headersSize: UNKNOWN,
    bodySize: UNKNOWN,
  }
}

function reason(failure: TransportFailure | undefined) {
  return failure === undefined ? {} : { _error: NET_ERRORS[failure.kind], comment: failure.message }
}

function content({ headers, body, cut }: RecordedResponse): Content {
  const notes = [
    ...(cut === undefined ? [] : [`ended early: ${cut.message}`]),
    ...(body.shortened ? ['only the beginning'] : []),
  ]
  return {
    size: body.bytes,
    mimeType: fieldOf(headers, 'content-type') ?? 'x-unknown',
    text: body.value,
    ...(body.encoding === 'base64' ? { encoding: 'base64' } : {}),
    ...(notes.length === 0 ? {} : { comment: notes.join('; ') }),
  }
}

function harHeaders(headers: readonly Header[]): HarHeader[] {
  return headers.map(([name, value]) => ({ name, value }))
}

function fieldOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1]
}
