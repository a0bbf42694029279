import { X509Certificate } from 'node:crypto'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { startReferenceServer } from '../fixtures/server/reference-server.ts'
import { parseBaseUrl, type Target, TargetUrlError } from '../harness/http/target.ts'
import { UsageError } from '../model/errors.ts'
import { type Header, METHOD_OVERRIDES } from '../model/exchange.ts'
import { checkedSecrets, type GivenCredentials, type SourceNames } from './secrets.ts'

/** Characters. 7,400 octets of a request line remain for the rest of the path. */
const MAX_BASE_PATH = 512

/** Limits of the connections to any target. */
interface Reach {
  readonly timeoutMs: number
  readonly concurrency: number
}

/** Connections and credentials for a target that the user names. */
export interface TargetChoices extends Reach, GivenCredentials {
  readonly tls: Target['tls']
}

/**
 * Makes the target that the user names, credentials included.
 *
 * @throws UsageError if the URL is not usable, there are credentials in it beside a token, or a secret is too
 *   short
 */
export function targetAt(url: string, choices: TargetChoices, names: SourceNames): Target {
  const { token, secondToken, headers, timeoutMs, concurrency, tls } = choices
  const { basicAuthorization, ...base } = baseUrl(url, names.url)
  if (base.basePath.length > MAX_BASE_PATH) {
    throw new UsageError(
      `${names.url}: found a path of ${base.basePath.length} characters, accepted are ${MAX_BASE_PATH}`,
    )
  }
  if (token !== undefined && basicAuthorization !== undefined) {
    throw new UsageError(
      `${names.url} holds user information and ${names.token} a token; accepted is one of them`,
    )
  }
  return {
    ...base,
    authorization: token === undefined ? basicAuthorization : `Bearer ${token}`,
    secondAuthorization: secondToken === undefined ? undefined : `Bearer ${secondToken}`,
    headers,
    secretHeaders: choices.secretHeaders.map((name) => name.toLowerCase()),
    timeoutMs,
    concurrency,
    tls,
    useProxyFromEnvironment: true,
    secrets: checkedSecrets({ ...choices, url }, names),
  }
}

/** Starts the embedded reference server as a target, with its own tokens and no credentials or proxy of the user. */
export async function startEmbedded({ timeoutMs, concurrency }: Reach) {
  const server = await startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
  const { basicAuthorization: _, ...base } = parseBaseUrl(server.url)
  const secrets = [...ACCOUNTS.keys()]
  const [first, second] = secrets
  const target: Target = {
    ...base,
    authorization: `Bearer ${first}`,
    secondAuthorization: `Bearer ${second}`,
    headers: [],
    timeoutMs,
    concurrency,
    tls: { insecure: false },
    useProxyFromEnvironment: false,
    secrets,
  }
  return { target, close: () => server.close() }
}

function baseUrl(url: string, option: string) {
  try {
    return parseBaseUrl(url)
  } catch (error) {
    if (error instanceof TargetUrlError) throw new UsageError(`${option}: ${error.message}`)
    throw error
  }
}

/** @throws UsageError if a text is no certificate in PEM */
export function checkedCertificate(option: string, pem: string): string {
  try {
    new X509Certificate(pem)
  } catch {
    throw new UsageError(`${option}: found no PEM certificate`)
  }
  return pem
}

/**
 * Reads a bearer token from an environment variable; undefined if there is none.
 *
 * @param option - option that names the variable, for messages
 * @param chosen - variable that the user names, which must be set
 * @param standard - variable to read otherwise, which need not be set
 * @throws UsageError if `chosen` is not set, or the variable holds no token
 */
export function tokenInEnvironment(
  option: string,
  chosen: string | undefined,
  standard: string,
): string | undefined {
  const name = chosen === undefined ? standard : variableName(option, chosen)
  const token = process.env[name]?.trim()
  if (token) return checkedToken(name, token)
  if (chosen === undefined) return undefined
  throw new UsageError(`${option} ${chosen}: the environment variable is not set`)
}

/**
 * Checks the name of an environment variable.
 *
 * @throws UsageError, without the text: it may be the token itself
 */
export function variableName(option: string, name: string): string {
  if (/^\w+$/.test(name)) return name
  throw new UsageError(`${option}: found no name of an environment variable, accepted is one`)
}

/**
 * Checks a bearer token.
 *
 * @param where - option or variable that it comes from, for messages
 * @throws UsageError, without the text
 */
export function checkedToken(where: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const found =
    token === '' ? 'is empty' : 'holds white space or characters that no header field can carry'
  throw new UsageError(`${where}: the token ${found}`)
}

/** Fields that this program sets itself, or that would break the framing of requests. */
const RESERVED =
  /^(accept|connection|content-length|content-type|host|transfer-encoding|x-conformance-challenge)$/i

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Checks a header field for every request (RFC 9110 §5.5).
 *
 * @param option - option that gives it, for messages
 * @param accepted - form of a field in that option
 * @throws UsageError, without the value: it may be a secret
 */
export function headerField(
  option: string,
  [name, value]: readonly [name: string, value: string],
  accepted: string,
): Header {
  if (!NAME.test(name) || !VALUE.test(value)) {
    throw new UsageError(`${option}: found no header field, accepted is ${accepted}`)
  }
  const problem =
    (RESERVED.test(name) && 'this program sets it') ||
    (METHOD_OVERRIDES.includes(name.toLowerCase()) && 'it would turn reads into deletions')
  if (problem === false) return [name.toLowerCase(), value.trim()]
  throw new UsageError(`${option} ${name}: ${problem}, accepted is any other field`)
}
