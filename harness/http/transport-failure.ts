import type { TransportFailure } from '../../model/exchange.ts'
import { shortened } from '../../model/violation.ts'

const NO_PROXY = 'not reached through the proxy'

/** Failures by their error codes. */
const KINDS: readonly (readonly [RegExp, TransportFailure['kind'], string])[] = [
  [/^ECONNREFUSED$/, 'refused', 'connection refused'],
  [
    /^(EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    'refused',
    'no route to the host',
  ],
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns', 'the host name cannot be resolved'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'timeout', 'no connection in time'],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/, 'timeout', 'no answer in time'],
  [
    /^(CERT_\w+|DEPTH_\w+|SELF_SIGNED\w*|UNABLE_TO\w*|ERR_TLS\w*|ERR_(?:OS)?SSL\w*|EPROTO|HOSTNAME\w*)$/,
    'tls',
    'TLS failed',
  ],
  [/^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERROR_IN_\w+)$/, 'tls', 'TLS failed'],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'protocol', 'the header of the answer is too large'],
  // undici asserts if its parser let through what no answer can be, as status 000.
  [/^(HPE_\w+|UND_ERR_RES\w*|ERR_ASSERTION)$/, 'protocol', 'the answer is no HTTP/1.1'],
  // A proxy opens no tunnel, or has another's certificate.
  [/^UND_ERR_(ABORTED|PRX_TLS)$/, 'refused', NO_PROXY],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_DESTROYED|UND_ERR_CLOSED)$/,
    'reset',
    'the connection ended without an answer',
  ],
]

/** Message of undici for a proxy that wants a password; its code is that of a wrong argument. */
const WANTS_CREDENTIALS = 'Proxy Authentication Required (407)'

/** Messages of undici for interim answers that it cannot use; their code is that of a connection that ended. */
const NOT_ASKED_FOR: ReadonlyMap<string, string> = new Map([
  ['bad response', '100 (Continue)'],
  ['bad upgrade', '101 (Switching Protocols)'],
])

/** Characters of a message that are kept: TLS quotes the names in a certificate. */
const MESSAGE_LENGTH = 300

/**
 * Explains why a request was not answered; undefined if the error is none of the network's.
 *
 * @param clean - takes credentials out of messages of libraries
 */
export function transportFailure(
  error: unknown,
  clean = (text: string) => text,
): TransportFailure | undefined {
  for (const { code, message } of causes(error)) {
    if (message === WANTS_CREDENTIALS)
      return { kind: 'refused', message: `${NO_PROXY}: ${message}` }
    const found = KINDS.find(([pattern]) => pattern.test(code))
    if (found === undefined) continue
    const [, kind, words] = found
    const interim = code === 'UND_ERR_SOCKET' ? NOT_ASKED_FOR.get(message) : undefined
    if (interim !== undefined) {
      return { kind: 'protocol', message: `the answer is ${interim}, which was not asked for` }
    }
    if (SPEAKS_PLAIN.test(message)) {
      return { kind, message: `TLS failed: the server speaks plain HTTP; try http:// (${code})` }
    }
    const tells = kind === 'tls' || words === NO_PROXY
    const said = tells ? `: ${shortened(clean(plainly(message)), MESSAGE_LENGTH)}` : ''
    return { kind, message: `${words}${said} (${code})` }
  }
  return undefined
}

/** Message of OpenSSL where the answer to its greeting is none of TLS. */
const SPEAKS_PLAIN = /\bwrong version number\b/

/** Takes out of a message of OpenSSL the words for people: `0000:error:0A00010B:SSL routines:fn:reason:file:350:`. */
function plainly(message: string): string {
  return /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1] ?? message
}

/** Lists an error, the members of an aggregate, and what caused it, outermost first. */
function causes(error: unknown): readonly { readonly code: string; readonly message: string }[] {
  if (!(error instanceof Error)) return []
  // undici gives some of its parser's errors no code.
  const { code = error.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined } =
    error as NodeJS.ErrnoException
  const own = typeof code === 'string' ? [{ code, message: error.message }] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(causes) : []
  return [...own, ...inner, ...causes(error.cause)]
}
