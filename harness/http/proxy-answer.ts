import { headerValues, type Response } from '../../model/exchange.ts'
import type { Timing } from './timing.ts'
import type { WireResult } from './wire-result.ts'

/** Statuses with which a proxy says that it has no answer of the target's (RFC 9110 §15.5.8, §15.6.3, §15.6.5). */
const OF_PROXIES = [407, 502, 504]

/**
 * Of what came through a proxy that the user's environment names, what may be the proxy's own answer is
 * none of the target's: nobody can tell a target that fails from one that the proxy does not reach.
 */
export function unlessOfProxy(result: WireResult & Timing): WireResult & Timing {
  if (!('response' in result) || !isOfProxy(result.response)) return result
  const { response, ...timing } = result
  const message = `${response.status} came through a proxy (HTTP_PROXY), and may be its own answer`
  return { failure: { kind: 'refused', message }, ...timing }
}

function isOfProxy(response: Response): boolean {
  if (OF_PROXIES.includes(response.status)) return true
  // Some proxies give their page of errors this one, which an API under load gives, too.
  const types = headerValues(response, 'content-type')
  return response.status === 503 && types.some((type) => /^text\/html\b/i.test(type))
}
