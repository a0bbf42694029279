import type { Credentials, Header, NearCredentials } from '../../model/exchange.ts'

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

type Authorizations = Pick<Target, 'authorization' | 'secondAuthorization'>

/** Returns the values of `Authorization` for one kind of credentials: none for no such field. */
export function authorizationsFor(
  target: Authorizations,
  credentials: Credentials,
): readonly string[] {
  switch (credentials) {
    case 'configured':
      return given(target.authorization)
    case 'second':
      return given(target.secondAuthorization)
    case 'none':
      return []
    case 'empty':
      return ['Bearer ']
    case 'malformed':
      return ['Bearer'.repeat(3)]
    case 'wrong':
      return [`Bearer ${WRONG_TOKEN}`]
    case 'wrong-twice':
      return [`Bearer ${WRONG_TOKEN}`, `Bearer ${WRONG_TOKEN}`]
    default:
      return given(nearAuthorization(target, credentials))
  }
}

function given(authorization: string | undefined): readonly string[] {
  return authorization === undefined ? [] : [authorization]
}

/** Shortest text that redaction tells from ordinary text. */
const LEAST_TELLABLE = 6

/** Ways to change a secret a little. What a change leaves as it is gets another beginning. */
const CHANGES: Readonly<
  Record<Exclude<NearCredentials, 'other-scheme'>, (text: string) => string>
> = {
  cut: (text) => text.slice(0, -1),
  beheaded: (text) => text.slice(1),
  extended: (text) => `${text}x`,
  'other-case': (text) =>
    text.replaceAll(/[a-z]/gi, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    ),
}

function changed(text: string, change: keyof typeof CHANGES): string {
  const near = CHANGES[change](text)
  return near === text || near.length < LEAST_TELLABLE ? `x${text}` : near
}

function nearAuthorization(
  { authorization }: Authorizations,
  credentials: NearCredentials,
): string | undefined {
  const { scheme, secret } = partsOf(authorization)
  if (scheme === '') return undefined
  if (credentials === 'other-scheme') return `Token ${secret}`
  const near = changed(secret, credentials)
  // Base 64 may read the same with a character less.
  return scheme === 'Basic'
    ? `Basic ${Buffer.from(near, 'latin1').toString('base64')}`
    : `${scheme} ${near}`
}

function partsOf(authorization = ''): { readonly scheme: string; readonly secret: string } {
  const [, scheme = '', rest = ''] = /^(\S+) (.*)$/.exec(authorization) ?? []
  const isBasic = scheme === 'Basic'
  return { scheme, secret: isBasic ? Buffer.from(rest, 'base64').toString('latin1') : rest }
}

/** Lists the secret texts of all requests: those of the user, and what is left of the token where it is cut. */
export function secretsOf({ secrets, authorization }: Target): readonly string[] {
  const { secret } = partsOf(authorization)
  if (secret === '') return secrets
  return [...secrets, changed(secret, 'cut'), changed(secret, 'beheaded')]
}

/** Tells whether anything that could be a credential goes with requests. */
export function isAuthenticated({ authorization, headers }: Target): boolean {
  return authorization !== undefined || headers.some(([name]) => name !== 'user-agent')
}

/** Names everything that could be a credential and goes with requests, and shows no value. */
export function credentialNames(
  { authorization, secondAuthorization, headers }: Target,
  tokenEnv: string,
  secondTokenEnv = '',
): readonly string[] {
  return [
    ...(authorization?.startsWith('Bearer ') ? [tokenEnv] : []),
    ...(authorization?.startsWith('Basic ') ? ['user information in the URL'] : []),
    ...(secondAuthorization === undefined || secondTokenEnv === '' ? [] : [secondTokenEnv]),
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
