import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { parseBaseUrl, proxySecretsIn, type Target, TargetUrlError } from '../harness/target.ts'
import { UsageError } from './exit-code.ts'
import { headerField } from './header-field.ts'
import { durationMs, ratePerSecond, repeated, wholeNumber } from './parse.ts'
import { env } from './variables.ts'

export { env }

/** Flags of every command that talks to a target. */
export interface ConnectionFlags {
  readonly tokenEnv?: string
  readonly secondTokenEnv?: string
  readonly header?: readonly string[]
  readonly ca?: string
  readonly insecure?: boolean
  readonly concurrency: number
  readonly rate?: number
  readonly timeout: number
}

export const DEFAULT_TOKEN_ENV = 'CONFORMANCE_TOKEN'
export const DEFAULT_SECOND_TOKEN_ENV = 'CONFORMANCE_SECOND_TOKEN'
const DEFAULT_CONCURRENCY = 16
const DEFAULT_TIMEOUT_MS = 10_000
/** Leaves 7,400 octets of a request line for what follows the prefix. */
const MAX_BASE_PATH = 512

export function addConnectionOptions(command: Command): Command {
  return command
    .option(
      '--token-env <name>',
      `environment variable that holds the bearer token (default: ${DEFAULT_TOKEN_ENV})`,
    )
    .option(
      '-H, --header <field>',
      'header field for every request, "Name: value"; repeatable',
      repeated,
    )
    .addOption(env(new Option('--ca <file>', 'PEM file of a certificate authority to trust'), 'CA'))
    .addOption(env(new Option('--insecure', 'accept any TLS certificate'), 'INSECURE'))
    .addOption(
      env(
        new Option('--concurrency <n>', 'requests under way at once')
          .argParser(wholeNumber(1, 256))
          .default(DEFAULT_CONCURRENCY),
        'CONCURRENCY',
      ),
    )
    .addOption(
      env(
        new Option('--rate <n/s>', 'requests a second, at most').argParser(ratePerSecond),
        'RATE',
      ),
    )
    .addOption(
      env(
        new Option('--timeout <duration>', 'for one request: 500ms, 5s, 2m')
          .argParser(durationMs)
          .default(DEFAULT_TIMEOUT_MS, '10s'),
        'TIMEOUT',
      ),
    )
}

/**
 * The target of a command, credentials included.
 *
 * @param flag - the flag or file that the URL came from, for messages
 * @throws UsageError if the URL, the token's variable or the CA file is not usable
 */
export function targetFrom(url: string, flags: ConnectionFlags, flag: string): Target {
  const base = baseUrl(url, flag)
  if (base.basePath.length > MAX_BASE_PATH) {
    throw new UsageError(
      `${flag}: found a path of ${base.basePath.length} characters, accepted are ${MAX_BASE_PATH}`,
    )
  }
  const [token, second] = tokensFrom(flags)
  if (token !== undefined && base.basicAuthorization !== undefined) {
    throw new UsageError(
      `${flag} holds user information and ${flags.tokenEnv ?? DEFAULT_TOKEN_ENV} a token; accepted is one of them`,
    )
  }
  return {
    url: base.url,
    origin: base.origin,
    basePath: base.basePath,
    authorization: token === undefined ? base.basicAuthorization : `Bearer ${token}`,
    secondAuthorization: second === undefined ? undefined : `Bearer ${second}`,
    headers: (flags.header ?? []).map(headerField),
    timeoutMs: flags.timeout,
    concurrency: flags.concurrency,
    tls: {
      insecure: flags.insecure ?? false,
      ...(flags.ca === undefined ? {} : { ca: certificates(flags.ca) }),
    },
    useProxyFromEnvironment: true,
    proxySecrets: proxySecretsIn(process.env),
  }
}

/** The embedded reference server as a target: its own tokens, no proxy, none of the user's secrets. */
export function embeddedTarget(url: string, flags: ConnectionFlags): Target {
  const { origin, basePath } = parseBaseUrl(url)
  // A variable that is not set is a mistake wherever it would be used.
  tokensFrom(flags)
  const [first, second] = [...ACCOUNTS.keys()]
  return {
    url,
    origin,
    basePath,
    authorization: `Bearer ${first}`,
    secondAuthorization: `Bearer ${second}`,
    headers: [],
    timeoutMs: flags.timeout,
    concurrency: flags.concurrency,
    tls: { insecure: false },
    useProxyFromEnvironment: false,
    proxySecrets: [],
  }
}

function baseUrl(url: string, flag: string) {
  try {
    return parseBaseUrl(url)
  } catch (error) {
    if (error instanceof TargetUrlError) throw new UsageError(`${flag}: ${error.message}`)
    throw error
  }
}

function tokensFrom(flags: ConnectionFlags): readonly (string | undefined)[] {
  return [
    tokenFrom('--token-env', flags.tokenEnv, DEFAULT_TOKEN_ENV),
    tokenFrom('--second-token-env', flags.secondTokenEnv, DEFAULT_SECOND_TOKEN_ENV),
  ]
}

function tokenFrom(flag: string, chosen: string | undefined, standard: string): string | undefined {
  const name = chosen ?? standard
  const token = process.env[name]?.trim()
  if (chosen !== undefined && !/^\w+$/.test(chosen)) {
    // Not quoted: somebody may have put the token itself here.
    throw new UsageError(`${flag}: found no name of an environment variable, accepted is one`)
  }
  if (chosen !== undefined && !token) {
    throw new UsageError(`${flag} ${chosen}: the environment variable is not set`)
  }
  if (token === undefined || token === '') return undefined
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      `${name}: the token holds white space or characters that no header field can carry`,
    )
  }
  return token
}

function certificates(file: string): string {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--ca ${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    new X509Certificate(pem)
  } catch {
    throw new UsageError(`--ca ${file}: found no PEM certificate`)
  }
  return pem
}
