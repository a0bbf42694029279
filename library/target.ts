import { X509Certificate } from 'node:crypto'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { parseBaseUrl, proxySecretsIn, type Target, TargetUrlError } from '../harness/target.ts'
import type { Header } from '../model/exchange.ts'
import { LIMITS } from './defaults.ts'
import { UsageError } from './usage-error.ts'

/** How any target is reached. */
export interface Reach {
  readonly timeoutMs: number
  readonly concurrency: number
}

/** How a target of the user's is reached, and with which credentials. */
export interface TargetChoices extends Reach {
  readonly token: string | undefined
  readonly secondToken: string | undefined
  readonly headers: readonly Header[]
  readonly tls: Target['tls']
}

/**
 * A target of the user's, credentials included.
 *
 * @param names - the options that URL and token come from, for messages
 * @throws UsageError if the URL is not usable, or holds credentials beside a token
 */
export function targetAt(
  url: string,
  { token, secondToken, headers, timeoutMs, concurrency, tls }: TargetChoices,
  names: { readonly url: string; readonly token: string },
): Target {
  const { basicAuthorization, ...base } = baseUrl(url, names.url)
  if (base.basePath.length > LIMITS.basePath) {
    throw new UsageError(
      `${names.url}: found a path of ${base.basePath.length} characters, accepted are ${LIMITS.basePath}`,
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
    timeoutMs,
    concurrency,
    tls,
    useProxyFromEnvironment: true,
    proxySecrets: proxySecretsIn(process.env),
  }
}

/** The embedded reference server as a target: its own tokens, no proxy, none of the user's secrets. */
export function embeddedTarget(url: string, { timeoutMs, concurrency }: Reach): Target {
  const { origin, basePath } = parseBaseUrl(url)
  const [first, second] = [...ACCOUNTS.keys()]
  return {
    url,
    origin,
    basePath,
    authorization: `Bearer ${first}`,
    secondAuthorization: `Bearer ${second}`,
    headers: [],
    timeoutMs,
    concurrency,
    tls: { insecure: false },
    useProxyFromEnvironment: false,
    proxySecrets: [],
  }
}

/**
 * A certificate authority to trust, in PEM.
 *
 * @throws UsageError if it is none
 */
export function checkedCertificate(option: string, pem: string): string {
  try {
    new X509Certificate(pem)
  } catch {
    throw new UsageError(`${option}: found no PEM certificate`)
  }
  return pem
}

function baseUrl(url: string, option: string) {
  try {
    return parseBaseUrl(url)
  } catch (error) {
    if (error instanceof TargetUrlError) throw new UsageError(`${option}: ${error.message}`)
    throw error
  }
}
