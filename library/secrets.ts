import type { Redaction } from '../harness/http/redaction.ts'
import { PROXY_VARIABLES, percentDecoded } from '../harness/http/target.ts'
import { UsageError } from '../model/errors.ts'
import type { Header } from '../model/exchange.ts'
import type { LoadedContract } from './load-contract.ts'

/** Finds secrets that can be told from ordinary text: a short one has to hold letters and digits. */
const TELLABLE = /^(.{8,}|(?=.*[a-z])(?=.*\d).{6,7})$/is

/** Fields whose values are always secret. */
const SECRET_FIELDS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key']

/** Fields whose values are most likely secret. */
export const LIKELY_SECRET =
  /auth|cookie|credential|(^|[-_]|api|access|private)key([-_]|$)|passw|secret|session|signature|token/

/** Parameters of authentication schemes that everybody may know (RFC 7616 §3.4, and those of AWS). */
const PUBLIC_PARAMETER = /^(algorithm|charset|nc|qop|realm|signedheaders|uri|userhash)$/i

/** Secret that goes with requests, and must stand in nothing that a run writes. */
interface Credential {
  /** Option or variable that it comes from, for messages. */
  readonly source: string
  /** Its secret parts. One of them has to be long enough. */
  readonly parts: readonly string[]
  /** Texts that hold some of these parts. */
  readonly whole?: readonly string[]
  /** Whether it is only likely to be secret, so that it may be short. */
  readonly maybe?: boolean
}

/** Credentials that the user gives for a target. */
export interface GivenCredentials {
  readonly token: string | undefined
  readonly secondToken: string | undefined
  readonly headers: readonly Header[]
  /** Names of `headers` whose values are secret, beside the usual ones. */
  readonly secretHeaders: readonly string[]
}

interface SecretSources extends GivenCredentials {
  /** Base URL of the target; undefined for the embedded reference server, which no proxy leads to. */
  readonly url: string | undefined
}

/** Options or variables that the sources come from, for messages. */
export interface SourceNames {
  readonly url: string
  readonly token: string
  readonly secondToken: string
  readonly header: string
  readonly secretHeader: string
}

/**
 * Lists all secrets in the requests to a target, proxies included: each as a whole and in parts. It leaves out
 * those that are too short to be told from ordinary text.
 *
 * @throws UsageError, without the value, if a secret field is not given
 */
export function secretsOf(sources: SecretSources, names: SourceNames): readonly string[] {
  const all = credentialsOf(sources, names)
  return [...new Set(all.flatMap(({ parts, whole = [] }) => longEnough([...parts, ...whole])))]
}

/**
 * Lists the same secrets if each credential has a part that is long enough.
 *
 * @throws UsageError that names the option or variable of one that is too short
 */
export function checkedSecrets(sources: SecretSources, names: SourceNames): readonly string[] {
  const short = credentialsOf(sources, names).find(
    ({ parts, maybe }) => maybe !== true && longEnough(parts).length === 0,
  )
  if (short === undefined) return secretsOf(sources, names)
  throw new UsageError(
    `${short.source}: found a secret that is too short to be kept out of reports, accepted are 8 characters, or 6 with letters and digits`,
  )
}

function longEnough(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [text, percentDecoded(text)]).filter((text) => TELLABLE.test(text))
}

function credentialsOf(sources: SecretSources, names: SourceNames): readonly Credential[] {
  const { url, token, secondToken, headers } = sources
  const secretHeaders = sources.secretHeaders.map((name) => name.toLowerCase())
  if (secretHeaders.some((name) => !headers.some(([field]) => field === name))) {
    // The name is not quoted: it may be the secret itself.
    throw new UsageError(
      `${names.secretHeader}: found a name that no field of ${names.header} has, accepted are names of its fields`,
    )
  }
  const secretFields = [...SECRET_FIELDS, ...secretHeaders]
  const proxies = url === undefined ? [] : PROXY_VARIABLES
  return [
    ...tokenIn(names.token, token),
    ...tokenIn(names.secondToken, secondToken),
    ...userInfoIn(names.url, url),
    ...proxies.flatMap((name) => userInfoIn(name, process.env[name])),
    ...headers.flatMap(([name, value]) => {
      const maybe = !secretFields.includes(name)
      if (value === '' || (maybe && !LIKELY_SECRET.test(name))) return []
      return [{ source: `${names.header} ${name}`, ...credentialIn(name, value), maybe }]
    }),
  ]
}

function tokenIn(source: string, token: string | undefined): readonly Credential[] {
  return token === undefined ? [] : [{ source, parts: [token] }]
}

function userInfoIn(source: string, text: string | undefined): readonly Credential[] {
  if (text === undefined || !URL.canParse(text)) return []
  const { username, password } = new URL(text)
  if (username + password === '') return []
  return [{ source, parts: userAndPassword(percentDecoded(username), percentDecoded(password)) }]
}

/** Takes the name for the secret if the password cannot be one: some APIs take keys in its place. */
function userAndPassword(user: string, password: string): readonly string[] {
  return TELLABLE.test(password) ? [password] : [user]
}

/**
 * Finds the secrets in the value of a field: the values of cookies (RFC 6265 §4.2.1), else the text after the
 * scheme (RFC 9110 §11.4), as a whole and in pieces. Of parameters it takes the values, without quotes.
 */
function credentialIn(name: string, value: string): Pick<Credential, 'parts' | 'whole'> {
  if (name === 'cookie') {
    const parts = value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
    return { parts: parts.map(unquoted) }
  }
  const [, scheme = '', rest = value] =
    (name.endsWith('authorization') && /^([!#$%&'*+.^_`|~\w-]+)[ \t]+(.*)$/s.exec(value)) || []
  const whole = [value, rest]
  if (scheme.toLowerCase() === 'basic') {
    const [, user = '', password = ''] =
      /^([^:]*):?(.*)$/s.exec(Buffer.from(rest, 'base64').toString('utf8')) ?? []
    return { parts: userAndPassword(user, password), whole }
  }
  const pieces = [...rest.matchAll(PIECE)].map(([, key, text = '']) => ({
    key,
    text: unquoted(text),
  }))
  const parts = pieces
    .filter(({ key = '' }) => !PUBLIC_PARAMETER.test(key))
    .flatMap(({ text }) => [text, ...text.split(':')])
  // A list of parameters is longer than any secret in it. Without a scheme, it may be no list.
  const isList = scheme !== '' && pieces.some(({ key }) => key !== undefined)
  return isList ? { parts, whole } : { parts: [rest, ...parts], whole }
}

/** Text between white space and separators, with its name apart if it has one; base 64 may end in `=`. */
const PIECE = /(?:([\w-]+)=(?=[^=\s,;]))?((?:"(?:[^"\\]|\\.)*"|[^\s,;])+)/gs

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text
}

/** Text that reports show as it is, and its source. */
export type ShownText = readonly [where: string, text: string]

/**
 * Refuses a credential in a text that every report shows or that the run needs. A placeholder would change the
 * document or address.
 *
 * @throws UsageError, without the text, if one holds a credential in any spelling
 */
export function refuseCredentialsIn(texts: readonly ShownText[], { text: clean }: Redaction): void {
  const found = texts.find(([, text]) => clean(text) !== text)
  if (found === undefined) return
  throw new UsageError(
    `${found[0]}: holds a credential of this run, which reports would show; accepted is one without`,
  )
}

/** Lists all that reports can show of a document, with what it refers to in other files; nothing of the shipped one. */
export function documentTexts(
  where: string,
  contract: Pick<LoadedContract, 'document' | 'documentOctets' | 'documentedResponses'>,
): readonly ShownText[] {
  const { document, documentOctets, documentedResponses } = contract
  if (document.shipped) return []
  const octets = Buffer.from(documentOctets)
  const texts = [document.source, octets.toString('utf8'), JSON.stringify(documentedResponses)]
  return texts.map((text) => [where, text])
}
