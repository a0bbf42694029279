import type { Cause } from '../cause.ts'

// Causes that FastAPI brings along.

export const ENCODED_SLASH: Cause = {
  requirement: 'identity/encoded-slash',
  where: '/body',
  shows: /%2F\S* → 404 \{"detail":"Not Found"\}/,
  happens:
    'An id with an encoded slash is decoded before it is routed, and answered by the router, whose body is not the documented one.',
  right:
    'Answer errors of the router with the documented body, for example in an exception handler.',
}

export const ALLOW: Cause = {
  requirement: 'http/method-not-allowed',
  where: '/headers/allow',
  shows: /^(?:PATCH|PUT|POST) .* → 405 \(Allow: GET\)/,
  happens: 'Other methods are answered 405 with the methods of the first route alone.',
  right: 'Name the methods of all routes of the path: `Allow: DELETE, GET` (RFC 9110 §15.5.6).',
}
