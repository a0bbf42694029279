import { jsonBody } from './body.ts'
import type { Answered, Exchange } from './exchange.ts'
import { octetsOf } from './path-segment.ts'
import { stayOf } from './resource.ts'
import { causedBy, quote, shortened, type Violation } from './violation.ts'

/** Tells whether an answer is a success (RFC 9110 §15.3). */
export function isSuccess({ response }: Exchange): boolean {
  return response !== undefined && Math.floor(response.status / 100) === 2
}

/** Tells whether an answer says that there is no such resource (RFC 9110 §15.5.5, §15.5.11). */
export function isGone({ response }: Exchange): boolean {
  return response?.status === 404 || response?.status === 410
}

/** Describes a request and its outcome: `GET /v1/files answered 404`. */
export function outcomeOf({ request, response, failure }: Exchange): string {
  const outcome = response === undefined ? failure?.message : `answered ${response.status}`
  return `${request.method} ${request.target} ${outcome}`
}

/** Most characters of a server's own words that a reason quotes. */
const WORDS_LENGTH = 200

/** Describes a request and its outcome, with the server's own words: `POST /v1/files answered 400: "No"`. */
export function refusalOf(exchange: Exchange): string {
  const words = wordsIn(exchange)
  const quoted = words === '' ? '' : `: ${shortened(JSON.stringify(words), WORDS_LENGTH)}`
  return outcomeOf(exchange) + quoted
}

/** Reads what an error says: the message that is usual in JSON, else the text of the body. */
function wordsIn(exchange: Exchange): string {
  const body = exchange.response && jsonBody(exchange.response)
  const words = (body?.ok && messageIn(body.value)) || bodyText(exchange)
  return words.replaceAll(/\s+/g, ' ').trim()
}

/** Properties in which servers put their messages. */
const MESSAGES = ['message', 'msg', 'detail', 'error', 'title']

function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.flatMap((one) => messageIn(one) ?? []).join('; ')
  if (typeof value !== 'object' || value === null) return undefined
  const object = value as Readonly<Record<string, unknown>>
  const name = MESSAGES.find((one) => Object.hasOwn(object, one) && object[one] !== null)
  const message = name && messageIn(object[name])
  // FastAPI names the field that it misses.
  const { loc } = object
  return message && Array.isArray(loc) ? `${loc.join('.')}: ${message}` : message
}

/** Tells whether the body of an answer holds a run id, in any case. */
export function holdsRunId(exchange: Exchange, runId: string): boolean {
  return bodyText(exchange).toLowerCase().includes(runId)
}

/** Tells whether the content that was uploaded has room for a run id. */
export function couldHold({ request: { body } }: Exchange, runId: string): boolean {
  return body !== undefined && 'fileBytes' in body && body.fileBytes >= runId.length
}

export function bodyText({ response }: Exchange): string {
  return response === undefined ? '' : Buffer.from(response.body).toString('utf8')
}

/** Times and ids of requests, which differ from answer to answer. */
const VOLATILE = /[0-9a-f]{2,}(-[0-9a-f]+)*|\d+/gi

/** Tells whether two requests are answered alike, but for method, path, and volatile parts. */
export function isSameAnswer(one: Answered, other: Exchange): boolean {
  if (other.response?.status !== one.response.status) return false
  const text = (answer: Exchange) => {
    const { target, method } = answer.request
    return [target, octetsOf(target).toString('utf8'), method, answer.id ?? '']
      .reduce((rest, known) => rest.replaceAll(known, ''), bodyText(answer))
      .replaceAll(VOLATILE, '')
  }
  return text(one) === text(other)
}

/** Tells whether a read finds the resource, or finds it unchanged (RFC 9110 §15.4.5). */
export function isThere(exchange: Exchange): boolean {
  return isSuccess(exchange) || exchange.response?.status === 304
}

/** Expects that a read finds nothing. */
export function expectGone(exchange: Answered): readonly Violation[] {
  if (isGone(exchange)) return []
  const violations = unexpectedStatus(exchange, '404: the file was deleted')
  if (!isThere(exchange)) return violations
  const causes = [`${exchange.action} after deletion`, stayOf(exchange.id)]
  return violations.map((one) => ({ ...one, causes }))
}

/** Expects that a read finds the resource. */
export function expectThere(exchange: Answered): readonly Violation[] {
  return isThere(exchange) ? [] : unexpectedStatus(exchange, '200: nobody deleted the file')
}

/** Names the cause of violations that show the loss of a file which no request named. */
export function asLoss(violation: Violation): Violation {
  return isGone(violation.exchange) ? causedBy('loss')(violation) : violation
}

export function unexpectedStatus(exchange: Answered, expected: string): readonly Violation[] {
  return [{ exchange, where: '/status', expected, received: quote(exchange.response.status) }]
}
