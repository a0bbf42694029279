import type { Redaction } from '../harness/http/redaction.ts'
import { PROXY_VARIABLES, percentDecoded } from '../harness/http/target.ts'
import { UsageError } from '../model/errors.ts'
import type { Header } from '../model/exchange.ts'
import type { LoadedContract } from './load-contract.ts'

/** Characters of a secret, at least: shorter ones stand in ordinary text, and could not be told from it. */
const SHORTEST_SECRET = 8

/** Fields whose values are secret whatever they hold. */
const SECRET_FIELDS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key']

/** Fields whose values are most likely secret. */
const LIKELY_SECRET = /auth|cookie|credential|key|passw|secret|session|signature|token/

/** Parameters of authentication schemes that are told to everybody (RFC 7616 §3.4, and those of AWS). */
const PUBLIC_PARAMETERS = [
  'algorithm',
  'charset',
  'nc',
  'qop',
  'realm',
  'signedheaders',
  'uri',
  'userhash',
]

/** What goes with requests and must not be found in anything that a run writes. */
interface Credential {
  /** The option or variable that it comes from, for messages. */
  readonly source: string
  /** What is secret in it, each part on its own; one of them has to be long enough. */
  readonly parts: readonly string[]
  /** What holds some of these parts. */
  readonly whole?: readonly string[]
  /** Whether it may be too short: it is only likely that it is one. */
  readonly maybe?: boolean
}

/** Where the credentials of a target are given. */
interface SecretSources {
  /** Base URL of the target; undefined for the embedded reference server, which no proxy leads to. */
  readonly url: string | undefined
  readonly token: string | undefined
  readonly secondToken: string | undefined
  readonly headers: readonly Header[]
  /** Names of further fields whose values are secret. */
  readonly secretHeaders: readonly string[]
}

/** The options or variables that they come from, for messages. */
export interface SourceNames {
  readonly url: string
  readonly token: string
  readonly secondToken: string
  readonly header: string
  readonly secretHeader: string
}

/**
 * Everything secret that goes with the requests to a target, proxies included, whole and in its parts. What
 * is too short to be told from ordinary text is left out.
 *
 * @throws UsageError, without the value, if a secret field is not given
 */
export function secretsOf(sources: SecretSources, names: SourceNames): readonly string[] {
  const all = credentialsOf(sources, names)
  return [...new Set(all.flatMap(({ parts, whole = [] }) => longEnough([...parts, ...whole])))]
}

/**
 * The same where each credential has a part that is long enough.
 *
 * @throws UsageError naming the option or variable of one that has not
 */
export function checkedSecrets(sources: SecretSources, names: SourceNames): readonly string[] {
  const short = credentialsOf(sources, names).find(
    ({ parts, maybe }) => maybe !== true && longEnough(parts).length === 0,
  )
  if (short === undefined) return secretsOf(sources, names)
  throw new UsageError(
    `${short.source}: found a secret of fewer than ${SHORTEST_SECRET} characters, accepted is a longer one: it could not be kept out of reports`,
  )
}

function longEnough(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => [text, percentDecoded(text)])
    .filter(({ length }) => length >= SHORTEST_SECRET)
}

function credentialsOf(sources: SecretSources, names: SourceNames): readonly Credential[] {
  const secretFields = [...SECRET_FIELDS, ...secretFieldNames(sources, names)]
  return [
    ...tokenIn(names.token, sources.token),
    ...tokenIn(names.secondToken, sources.secondToken),
    ...userInfoIn(names.url, sources.url),
    ...(sources.url === undefined
      ? []
      : PROXY_VARIABLES.flatMap((name) => userInfoIn(name, process.env[name]))),
    ...sources.headers.flatMap(([name, value]) => {
      const sure = secretFields.includes(name)
      if (value === '' || !(sure || LIKELY_SECRET.test(name))) return []
      const source = `${names.header} ${name}`
      return [{ source, ...credentialIn(name, value), maybe: !sure }]
    }),
  ]
}

function secretFieldNames(
  { headers, secretHeaders }: SecretSources,
  names: SourceNames,
): readonly string[] {
  return secretHeaders.map((given) => {
    const name = given.toLowerCase()
    if (headers.some(([field]) => field === name)) return name
    // Not quoted: it may be the secret itself.
    throw new UsageError(
      `${names.secretHeader}: found what is no field of ${names.header}, accepted are names of those`,
    )
  })
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

/** The name is taken for the secret where the password cannot be one: APIs take keys in its place. */
function userAndPassword(user: string, password: string): readonly string[] {
  return password.length < SHORTEST_SECRET ? [user] : [password]
}

/** The values of cookies (RFC 6265 §4.2.1). */
function cookiesIn(value: string): readonly string[] {
  return value.split(';').map((pair) => unquoted(pair.slice(pair.indexOf('=') + 1).trim()))
}

/**
 * What is secret in the value of a field: what stands behind the scheme (RFC 9110 §11.4), whole and in
 * pieces; of parameters their values, quoted or not.
 */
function credentialIn(name: string, value: string): Pick<Credential, 'parts' | 'whole'> {
  if (name === 'cookie') return { parts: cookiesIn(value) }
  const [, scheme = '', rest = value] =
    (name.endsWith('authorization') && /^([!#$%&'*+.^_`|~\w-]+)[ \t]+(.*)$/s.exec(value)) || []
  const whole = [value, rest]
  if (scheme.toLowerCase() === 'basic') {
    const [, user = '', password = ''] =
      /^([^:]*):?(.*)$/s.exec(Buffer.from(rest, 'base64').toString('utf8')) ?? []
    return { parts: userAndPassword(user, password), whole }
  }
  const pieces = [...rest.matchAll(PIECE)].map(([, key, text = '']) => ({ key, text }))
  const parts = pieces
    .filter(({ key = '' }) => !PUBLIC_PARAMETERS.includes(key.toLowerCase()))
    .flatMap(({ text }) => [unquoted(text), ...unquoted(text).split(':')])
  // A list of parameters is longer than any secret in it; elsewhere, what looks like one may be none.
  const isList = scheme !== '' && pieces.some(({ key }) => key !== undefined)
  return isList ? { parts, whole } : { parts: [rest, ...parts], whole }
}

/** Between white space and separators, its name apart if it has one; base 64 may end in `=`. */
const PIECE = /(?:([\w-]+)=(?=[^=\s,;]))?((?:"(?:[^"\\]|\\.)*"|[^\s,;])+)/gs

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text
}

/** A text that a run shows as it is, and where it was given. */
export type ShownText = readonly [where: string, text: string]

/**
 * Refuses what every report would show, or the run could not do without: a placeholder would make another
 * document or address of it.
 *
 * @throws UsageError, without the text, if one holds a credential in whatever spelling
 */
export function refuseCredentialsIn(texts: readonly ShownText[], { text: clean }: Redaction): void {
  const found = texts.find(([, text]) => clean(text) !== text)
  if (found === undefined) return
  throw new UsageError(
    `${found[0]}: holds a credential of this run, which reports would show; accepted is one without`,
  )
}

/** All that reports can show of a document; nothing of the shipped one. */
export function documentTexts(
  where: string,
  contract: Pick<LoadedContract, 'document' | 'documentOctets' | 'documentedResponses'>,
): readonly ShownText[] {
  const { document, documentOctets, documentedResponses } = contract
  if (document.shipped) return []
  return [
    document.source,
    Buffer.from(documentOctets).toString('utf8'),
    // Of other files that it refers to.
    JSON.stringify(documentedResponses),
  ].map((text) => [where, text] as const)
}
