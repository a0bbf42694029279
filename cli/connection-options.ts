import { type Redaction, redactionOf } from '../harness/http/redaction.ts'
import { type SourceNames, secretsOf } from '../library/secrets.ts'
import {
  checkedCertificate,
  headerField,
  type TargetChoices,
  tokenInEnvironment,
} from '../library/target.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV, type TAKEN_BY } from '../settings/table.ts'
import { octetsOf } from '../spec/bounded-file.ts'
import type { RunFlags } from './run-options.ts'

/** Flags of every command that talks to a target. */
export type ConnectionFlags = Pick<RunFlags, (typeof TAKEN_BY.cleanup)[number]>

/** Limit of a file of certificates; all authorities that browsers trust take 250 KiB. */
const MAX_CA_BYTES = 4 * 1024 * 1024

/**
 * Reads how to reach a target, credentials included, and the names of the flags, for messages.
 *
 * @param flag - flag or file that the URL comes from
 * @throws UsageError if a credential or the CA file cannot be used
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
      ...(flags.ca !== undefined && { ca: await certificates(flags.ca) }),
    },
  }
  return { choices, names: sourceNames(flags, flag) }
}

/**
 * Keeps the credentials of a command's flags out of the errors of `act`, and passes it the redaction for its
 * output.
 *
 * @param url - base URL of the target; undefined for the embedded reference server
 * @throws UsageError if a credential cannot be used, and what `act` throws
 */
export async function keepingSecrets<T>(
  url: string | undefined,
  flags: ConnectionFlags,
  act: (redaction: Redaction) => Promise<T>,
): Promise<T> {
  const redaction = redactionOf(
    secretsOf({ ...credentialsFrom(flags), url }, sourceNames(flags, '--target')),
  )
  try {
    return await act(redaction)
  } catch (error) {
    redaction.error(error)
    throw error
  }
}

function credentialsFrom({ tokenEnv, secondTokenEnv, header = [], secretHeader }: ConnectionFlags) {
  return {
    token: tokenInEnvironment('--token-env', tokenEnv, DEFAULT_TOKEN_ENV),
    secondToken: tokenInEnvironment('--second-token-env', secondTokenEnv, DEFAULT_SECOND_TOKEN_ENV),
    headers: header.map((text) => {
      const [, name = '', value = ''] = /^([^:]*):(.*)$/s.exec(text) ?? []
      return headerField('--header', [name, value], '"Name: value"')
    }),
    secretHeaders: secretHeader,
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
  const octets = await octetsOf({ named, path, accepted, maxBytes: MAX_CA_BYTES })
  // Comments between certificates may be in any encoding.
  return checkedCertificate(named, octets.toString())
}
