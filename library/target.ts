import { X509Certificate } from 'node:crypto'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { parseBaseUrl, type Target, TargetUrlError } from '../harness/http/target.ts'
import type { Header } from '../model/exchange.ts'
import { LIMITS } from './defaults.ts'
import { checkedSecrets, type SourceNames } from './secrets.ts'
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
  /** Names of those of these fields whose values are secret, beside the usual ones. */
  readonly secretHeaders: readonly string[]
  readonly tls: Target['tls']
}

/**
 * A target of the user's, credentials included.
 *
 * @param names - the options that URL and credentials come from, for messages
 * @throws UsageError if the URL is not usable, or holds credentials beside a token, or a secret is too short
 */
export function targetAt(url: string, choices: TargetChoices, names: SourceNames): Target {
  const { token, secondToken, headers, timeoutMs, concurrency, tls } = choices
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
    secretHeaders: choices.secretHeaders.map((name) => name.toLowerCase()),
    timeoutMs,
    concurrency,
    tls,
    useProxyFromEnvironment: true,
    secrets: checkedSecrets({ ...choices, url }, names),
  }
}

/** The embedded reference server as a target: its own tokens, no proxy, none of the user's secrets. */
export function embeddedTarget(url: string, { timeoutMs, concurrency }: Reach): Target {
  const { origin, basePath } = parseBaseUrl(url)
  const secrets = [...ACCOUNTS.keys()]
  const [first, second] = secrets
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
    secrets,
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
