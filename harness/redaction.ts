import type { Response } from '../model/exchange.ts'
import type { Target } from './target.ts'

/** What stands in the place of a credential. */
const PLACEHOLDER = '[credential]'
/** Shorter ones would be found in anything. */
const MIN_LENGTH = 6

/** Takes the run's credentials out of what a target sends back, before anything else sees it. */
export type Redact = (response: Response) => Response

export function redactionFor(target: Target): Redact {
  const secrets = secretsOf(target)
  if (secrets.length === 0) return (response) => response
  const clean = (text: string) =>
    secrets.reduce((left, secret) => left.replaceAll(secret, PLACEHOLDER), text)
  return (response) => {
    const body = Buffer.from(response.body)
    const headers = response.headers.map(([name, value]) => [name, clean(value)] as const)
    if (!secrets.some((secret) => body.includes(secret, 'latin1'))) return { ...response, headers }
    return { ...response, headers, body: Buffer.from(clean(body.toString('latin1')), 'latin1') }
  }
}

/** Everything that must not come back, in every spelling, the longest first. */
function secretsOf(target: Target): readonly string[] {
  const fields = target.headers.map(([, value]) => value)
  const values = [target.authorization, target.secondAuthorization, ...fields].flatMap(
    (value = '') => [value, ...credentialsIn(value)],
  )
  const spelled = [...values, ...target.proxySecrets].flatMap(spellings)
  return [...new Set(spelled)]
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length)
}

/** As it is, in a JSON string, in JSON within a JSON string, in a URL, and in base 64. */
function spellings(secret: string): readonly string[] {
  const inString = (text: string) => JSON.stringify(text).slice(1, -1)
  return [
    secret,
    inString(secret),
    inString(inString(secret)),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ]
}

/** What a server may send back of a field value: what stands behind the scheme, and a password in it. */
function credentialsIn(value: string): readonly string[] {
  const [scheme, credentials = ''] = value.split(' ')
  if (scheme?.toLowerCase() !== 'basic') return [credentials]
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const [, password = ''] = pair.split(/:(.*)/s)
  return [credentials, pair, password]
}
