import { Inconclusive } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'

/**
 * Takes an exchange for an answer of the operation.
 *
 * @throws Inconclusive if it is none: no answer, rejected credentials, throttling
 */
export function judgeable(exchange: Exchange, openToAll: boolean): Answered {
  if (!isAnswered(exchange)) {
    const { kind, message } = exchange.failure ?? { message: 'nothing came' }
    throw new Inconclusive(kind === 'not-sent' ? message : `no answer: ${message}`, exchange)
  }
  const { status } = exchange.response
  if (isUnexpectedRefusal(exchange, openToAll)) {
    throw new Inconclusive(`answered ${status}: the credentials are not accepted`, exchange)
  }
  if (isThrottled(exchange)) {
    throw new Inconclusive(`answered ${status} after ${exchange.attempts} attempts`, exchange)
  }
  return exchange
}

/** Tells whether the target asked for patience (RFC 9110 §15.6.4, RFC 6585 §4), which is no verdict. */
export function isThrottled({ response }: Exchange): boolean {
  return response?.status === 429 || response?.status === 503
}

/** Tells whether the target rejected the credentials of a request. */
export function isRefusal({ response }: Exchange): boolean {
  return response?.status === 401 || response?.status === 403
}

/** Tells whether the target rejected credentials that it should have accepted. */
export function isUnexpectedRefusal(exchange: Exchange, openToAll: boolean): boolean {
  if (!isRefusal(exchange)) return false
  const { credentials } = exchange.request
  if (exchange.upload?.by === 'second' && exchange.purpose === 'negative') return false
  return (
    credentials === 'configured' ||
    (credentials === 'none' && !openToAll && exchange.purpose !== 'negative')
  )
}

/** Limits how often a request is sent whose connection ends. */
const MAX_SENDS = { reset: 2, dropped: 3 }

/**
 * Tells whether a request was lost with its connection and may be sent anew.
 *
 * @param sent - number of times that it was sent
 */
export function isLost({ failure }: Exchange, sent = 1): boolean {
  if (failure?.kind !== 'reset' && failure?.kind !== 'dropped') return false
  return sent < MAX_SENDS[failure.kind]
}

/** Tells whether a failure may pass at once, and took no time. */
export function mayPass({ response, failure, attempts }: Exchange): boolean {
  if (failure !== undefined) return failure.kind === 'reset' || failure.kind === 'dropped'
  return attempts === 1 && [500, 502, 503].includes(response?.status ?? 0)
}
