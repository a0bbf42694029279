import type { TransportFailure } from '../model/exchange.ts'

const KINDS: readonly (readonly [RegExp, TransportFailure['kind'], string])[] = [
  [/^ECONNREFUSED$/, 'refused', 'connection refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'refused', 'no route to the host'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns', 'the host name cannot be resolved'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'timeout', 'no connection in time'],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/, 'timeout', 'no answer in time'],
  [
    /^(CERT_\w+|DEPTH_\w+|SELF_SIGNED\w*|UNABLE_TO\w*|ERR_TLS\w*|ERR_SSL\w*|EPROTO|HOSTNAME\w*)$/,
    'tls',
    'TLS failed',
  ],
  [/^(HPE_\w+|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES\w*)$/, 'protocol', 'the answer is no HTTP/1.1'],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_DESTROYED|UND_ERR_CLOSED)$/,
    'reset',
    'the connection ended without an answer',
  ],
]

/**
 * Why a request was not answered, in the words of its error code.
 *
 * @returns undefined where the error is none of the network's
 */
export function transportFailure(error: unknown): TransportFailure | undefined {
  for (const { code, message } of causes(error)) {
    const found = KINDS.find(([pattern]) => pattern.test(code))
    if (found === undefined) continue
    const [, kind, words] = found
    return {
      kind,
      message: kind === 'tls' ? `${words}: ${message} (${code})` : `${words} (${code})`,
    }
  }
  return undefined
}

/** An error, what caused it, and what an aggregate gathers, outermost first. */
function causes(error: unknown): readonly { readonly code: string; readonly message: string }[] {
  if (!(error instanceof Error)) return []
  // undici gives some of its parser's errors no code.
  const { code = error.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined } =
    error as NodeJS.ErrnoException
  const own = typeof code === 'string' ? [{ code, message: error.message }] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(causes) : []
  return [...own, ...inner, ...causes(error.cause)]
}
