import type { Response } from '../model/exchange.ts'
import type { Target } from './target.ts'

/** What stands in the place of a credential. */
const PLACEHOLDER = '[credential]'
/** Shorter ones would be found in anything. */
const MIN_LENGTH = 6

/** Takes the run's credentials out of what a target sends back, before anything else sees it. */
export type Redact = (response: Response) => Response

export function redactionFor(target: Target): Redact {
  const fields = target.headers.map(([, value]) => value)
  const secrets = [target.authorization, target.secondAuthorization, ...fields]
    .flatMap((value = '') => [value, ...credentialsIn(value)])
    .filter((secret) => secret.length >= MIN_LENGTH)
  const clean = (text: string) =>
    secrets.reduce((left, secret) => left.replaceAll(secret, PLACEHOLDER), text)
  return (response) => {
    const body = Buffer.from(response.body)
    const headers = response.headers.map(([name, value]) => [name, clean(value)] as const)
    if (!secrets.some((secret) => body.includes(secret, 'latin1'))) return { ...response, headers }
    return { ...response, headers, body: Buffer.from(clean(body.toString('latin1')), 'latin1') }
  }
}

/** What a server may send back of a field value: what stands behind the scheme, and a password in it. */
function credentialsIn(value: string): readonly string[] {
  const [scheme, credentials = ''] = value.split(' ')
  if (scheme?.toLowerCase() !== 'basic') return [credentials]
  const [, password = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(/:(.*)/s)
  return [credentials, password]
}
