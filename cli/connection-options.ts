import { type Command, Option } from 'commander'
import type { Redaction } from '../harness/http/redaction.ts'
import { DEFAULTS, LIMITS } from '../library/run-options.ts'
import { type SourceNames, secretsOf } from '../library/secrets.ts'
import { checkedCertificate, type TargetChoices, tokenInEnvironment } from '../library/target.ts'
import { octetsOf } from '../spec/bounded-file.ts'
import { headerField } from './header-field.ts'
import { durationMs, gathered, ratePerSecond, repeated, wholeNumber } from './parse.ts'
import { env } from './variables.ts'

export { env }

/** Flags of every command that talks to a target. */
export interface ConnectionFlags {
  readonly tokenEnv?: string
  readonly secondTokenEnv?: string
  readonly header?: readonly string[]
  readonly secretHeader: readonly string[]
  readonly ca?: string
  readonly insecure?: boolean
  readonly concurrency: number
  readonly rate?: number
  readonly timeout: number
}

export const DEFAULT_TOKEN_ENV = DEFAULTS.tokenEnv
/** Those of all authorities that browsers trust take 250 KiB. */
const MAX_CA_BYTES = 4 * 1024 * 1024

export const DEFAULT_SECOND_TOKEN_ENV = DEFAULTS.secondTokenEnv

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
    .addOption(
      env(
        new Option(
          '--secret-header <name>',
          'field of --header with a secret in it; Authorization, Cookie and the like are known; repeatable',
        )
          .argParser(gathered)
          .default([], 'none'),
        'SECRET_HEADER',
      ),
    )
    .addOption(env(new Option('--ca <file>', 'PEM file of a certificate authority to trust'), 'CA'))
    .addOption(env(new Option('--insecure', 'accept any TLS certificate'), 'INSECURE'))
    .addOption(
      env(
        new Option('--concurrency <n>', 'requests under way at once')
          .argParser(wholeNumber(1, LIMITS.concurrency))
          .default(DEFAULTS.concurrency),
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
          .default(DEFAULTS.timeoutMs, '10s'),
        'TIMEOUT',
      ),
    )
}

/**
 * How a target is reached, credentials included, and the names of these flags.
 *
 * @param flag - the flag or file that the URL came from, for messages
 * @throws UsageError if a credential or the CA file is not usable
 */
export async function targetChoices(
  flags: ConnectionFlags,
  flag = '--target',
): Promise<{ readonly choices: TargetChoices; readonly names: SourceNames }> {
  const choices = {
    ...credentialsFrom(flags),
    timeoutMs: flags.timeout,
    concurrency: flags.concurrency,
    tls: {
      insecure: flags.insecure ?? false,
      ...(flags.ca === undefined ? {} : { ca: await certificates(flags.ca) }),
    },
  }
  return { choices, names: sourceNames(flags, flag) }
}

/**
 * Acts with what keeps the credentials of a command's flags out of all that it says, and keeps them out of
 * what it throws.
 *
 * @param url - of the target, where the flags hold it; undefined for the embedded reference server
 * @throws UsageError if a credential is not usable, and what `act` throws
 */
export async function keepingSecrets<T>(
  url: string | undefined,
  flags: ConnectionFlags,
  act: (redaction: Redaction) => Promise<T>,
): Promise<T> {
  const secrets = secretsOf({ ...credentialsFrom(flags), url }, sourceNames(flags, '--target'))
  // Its tables of entities have no place in `--help`.
  const redaction = (await import('../harness/http/redaction.ts')).redactionOf(secrets)
  try {
    return await act(redaction)
  } catch (error) {
    redaction.error(error)
    throw error
  }
}

function credentialsFrom(flags: ConnectionFlags) {
  return {
    token: tokenInEnvironment('--token-env', flags.tokenEnv, DEFAULT_TOKEN_ENV),
    secondToken: tokenInEnvironment(
      '--second-token-env',
      flags.secondTokenEnv,
      DEFAULT_SECOND_TOKEN_ENV,
    ),
    headers: (flags.header ?? []).map(headerField),
    secretHeaders: flags.secretHeader,
  }
}

function sourceNames(flags: ConnectionFlags, url: string): SourceNames {
  return {
    url,
    token: flags.tokenEnv ?? DEFAULT_TOKEN_ENV,
    secondToken: flags.secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV,
    header: '--header',
    secretHeader: '--secret-header',
  }
}

async function certificates(path: string): Promise<string> {
  const named = `--ca ${path}`
  const accepted = 'a file of PEM certificates'
  // Between certificates stands what somebody wrote, in any encoding.
  const octets = await octetsOf({ named, path, accepted, maxBytes: MAX_CA_BYTES })
  return checkedCertificate(named, octets.toString())
}
