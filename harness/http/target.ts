import type { Credentials, Header } from '../../model/exchange.ts'

/** Address of the server under test, and what goes with requests. Only `url` is ever written: the rest holds secrets. */
export interface Target {
  /** Base URL without credentials, as shown. */
  readonly url: string
  /** Scheme and authority. */
  readonly origin: string
  /** Path prefix of the base URL, without a slash at its end. */
  readonly basePath: string
  /** `Authorization`, if credentials are configured. */
  readonly authorization: string | undefined
  /** `Authorization` of the second account. */
  readonly secondAuthorization?: string | undefined
  /** Header fields that the user adds to every request. */
  readonly headers: readonly Header[]
  /** Names of the fields that the user calls secret. */
  readonly secretHeaders?: readonly string[]
  readonly timeoutMs: number
  /** Connections at most. */
  readonly concurrency: number
  readonly tls: {
    /** PEM of additional certificate authorities. */
    readonly ca?: string
    /** Accept any certificate. */
    readonly insecure: boolean
  }
  /** Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count; never for the embedded servers. */
  readonly useProxyFromEnvironment: boolean
  /** Every secret text in all this, and in the URLs of proxies. */
  readonly secrets: readonly string[]
}

/** A bearer token that no server has issued. */
const WRONG_TOKEN = 'delete-conformance-wrong-token'

/** Returns the value of `Authorization` for one kind of credentials; undefined for no such field. */
export function authorizationFor(
  target: Pick<Target, 'authorization' | 'secondAuthorization'>,
  credentials: Credentials,
): string | undefined {
  const values: Readonly<Record<Credentials, string | undefined>> = {
    configured: target.authorization,
    second: target.secondAuthorization,
    none: undefined,
    empty: 'Bearer ',
    malformed: 'Bearer'.repeat(3),
    wrong: `Bearer ${WRONG_TOKEN}`,
  }
  return values[credentials]
}

/** Tells whether anything that could be a credential goes with requests. */
export function isAuthenticated({ authorization, headers }: Target): boolean {
  return authorization !== undefined || headers.some(([name]) => name !== 'user-agent')
}

/** Names everything that could be a credential and goes with requests, and shows no value. */
export function credentialNames(
  { authorization, headers }: Target,
  tokenEnv: string,
): readonly string[] {
  return [
    ...(authorization?.startsWith('Bearer ') ? [tokenEnv] : []),
    ...(authorization?.startsWith('Basic ') ? ['user information in the URL'] : []),
    ...headers.map(([name]) => name),
  ]
}

/** A base URL that cannot be used; the message says what was found and what is accepted. */
export class TargetUrlError extends Error {
  override readonly name = 'TargetUrlError'
}

/** Parts of a base URL. */
interface BaseUrl {
  readonly url: string
  readonly origin: string
  readonly basePath: string
  /** From user information in the URL (RFC 7617). */
  readonly basicAuthorization: string | undefined
}

/**
 * Parses a base URL.
 *
 * @throws TargetUrlError unless it is `http(s)://authority[/path]`
 */
export function parseBaseUrl(text: string): BaseUrl {
  const refuse = (found: string) =>
    new TargetUrlError(`found ${found}, accepted is http(s)://host[:port][/path]`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
  if (scheme === undefined) throw refuse('no scheme')
  if (!/^https?$/i.test(scheme)) throw refuse(`the scheme ${scheme}:`)
  // The message quotes none of it: it may hold a password, wherever that ends.
  if (!URL.canParse(text)) throw refuse('no URL')
  const url = new URL(text)
  if (url.search !== '') throw refuse('a query')
  if (url.hash !== '') throw refuse('a fragment')
  const basePath = url.pathname.replace(/\/+$/, '')
  const userInfo = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`
  return {
    url: url.origin + basePath,
    origin: url.origin,
    basePath,
    basicAuthorization:
      userInfo === ':' ? undefined : `Basic ${Buffer.from(userInfo).toString('base64')}`,
  }
}

/** Variables in which an environment names its proxies. */
export const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']

/** Tells whether an environment names a proxy. */
export function namesProxy(environment: Readonly<Record<string, string | undefined>>): boolean {
  return PROXY_VARIABLES.some((name) => environment[name])
}

/** Decodes percent-encoding if it is valid: a password may hold a bare percent sign. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
