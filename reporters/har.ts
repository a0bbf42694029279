import type {
  Content,
  Entry,
  Header as HarHeader,
  Log,
  PostData,
  Request,
  Response,
} from 'har-format'
import type { Header, SentBody, TransportFailure } from '../model/exchange.ts'
import type { RecordedExchange, RecordedResponse, Report } from '../model/report.ts'
import type { Findings, Format } from './format.ts'
import { jsonText } from './printable.ts'
import { present } from './wording.ts'

/** HTTP Archive of what the report shows: the cases behind each violation and each inconclusive requirement. */
export const har: Format = {
  name: 'har',
  file: 'exchanges.har',
  about: 'HTTP Archive of the cases that failed, for the network panel of a browser',
  render: (findings) => archive(findings.report, reportedExchanges(findings)),
}

/** HTTP Archive of the whole run. */
export const harAll: Format = {
  name: 'har-all',
  file: 'all-exchanges.har',
  about: 'HTTP Archive of every exchange of the run',
  render: (findings) => archive(findings.report, findings.exchanges()),
}

/** Entry of HAR 1.2 with fields of this program, whose names begin with an underscore. */
export type ConformanceEntry = ReturnType<typeof entry>

/** Value of a size that is not known (HAR 1.2). */
const UNKNOWN = -1

/** Failures in the words of Chromium's network panel. */
const NET_ERRORS: Readonly<Record<TransportFailure['kind'], string>> = {
  refused: 'net::ERR_CONNECTION_REFUSED',
  dns: 'net::ERR_NAME_NOT_RESOLVED',
  tls: 'net::ERR_SSL_PROTOCOL_ERROR',
  timeout: 'net::ERR_TIMED_OUT',
  reset: 'net::ERR_CONNECTION_RESET',
  dropped: 'net::ERR_CONNECTION_CLOSED',
  protocol: 'net::ERR_INVALID_HTTP_RESPONSE',
  interrupted: 'net::ERR_ABORTED',
  'not-sent': 'net::ERR_BLOCKED_BY_CLIENT',
}

function* archive(report: Report, exchanges: Iterable<RecordedExchange>): Iterable<string> {
  const { origin } = new URL(report.target.url)
  const head: Pick<Log, 'version' | 'creator' | 'comment'> = {
    version: '1.2',
    creator: { name: report.tool.name, version: report.tool.version },
    comment: `${report.document.operation} at ${report.target.url}, seed ${report.seed}`,
  }
  yield `{"log":${jsonText(head).slice(0, -1)},"entries":[`
  let separator = '\n'
  for (const exchange of exchanges) {
    yield separator + jsonText(entry(origin, exchange))
    separator = ',\n'
  }
  yield '\n]}}\n'
}

/** Gives each exchange of the report, with its whole bodies if the evidence has them. */
function* reportedExchanges({ report, exchanges }: Findings): Iterable<RecordedExchange> {
  const wanted = new Map(
    report.requirements.flatMap((result) => result.exchanges).map((one) => [placeOf(one), one]),
  )
  if (wanted.size === 0) return
  for (const exchange of exchanges()) {
    if (wanted.delete(placeOf(exchange))) yield exchange
  }
  yield* wanted.values()
}

function placeOf({ requirement, case: caseKey, step }: RecordedExchange): string {
  return JSON.stringify([requirement, caseKey, step])
}

/** Describes an exchange as http://www.softwareishard.com/blog/har-12-spec/ wants it. */
function entry(origin: string, exchange: RecordedExchange) {
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
    // Without it, Chromium sorts answers by their media type.
    _resourceType: 'fetch',
  } satisfies Entry & Readonly<Record<`_${string}`, unknown>>
}

function request(origin: string, { request: sent }: RecordedExchange): Request {
  const { method, target, headers, body } = sent
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : ''
  return {
    method,
    url: origin + target,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    queryString: pairs(new URLSearchParams(query)),
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

function response(exchange: RecordedExchange): Response & { _error?: string } {
  const { response: received, failure } = exchange
  const headers = received?.headers ?? []
  // A decoded body does not tell its size on the wire.
  const isSizeKnown = received !== undefined && fieldOf(headers, 'content-encoding') === undefined
  return {
    status: received?.status ?? 0,
    statusText: '',
    httpVersion: received === undefined ? '' : 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    content: received === undefined ? { size: 0, mimeType: 'x-unknown' } : content(received),
    redirectURL: fieldOf(headers, 'location') ?? '',
    headersSize: UNKNOWN,
    bodySize: isSizeKnown ? received.body.bytes : UNKNOWN,
    ...(received === undefined && failure !== undefined
      ? { _error: NET_ERRORS[failure.kind], comment: failure.message }
      : {}),
  }
}

function content({ headers, body, cut }: RecordedResponse): Content {
  const notes = present([
    cut && `ended early: ${cut.message}`,
    body.shortened && 'only the beginning',
  ])
  return {
    size: body.bytes,
    mimeType: fieldOf(headers, 'content-type') ?? 'x-unknown',
    text: body.value,
    ...(body.encoding === 'base64' ? { encoding: 'base64' } : {}),
    ...(notes.length === 0 ? {} : { comment: notes.join('; ') }),
  }
}

function pairs(fields: Iterable<readonly [string, string]>): HarHeader[] {
  return [...fields].map(([name, value]) => ({ name, value }))
}

function fieldOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1]
}
