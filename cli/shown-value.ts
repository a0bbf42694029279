import { parseBaseUrl, TargetUrlError } from '../harness/http/target.ts'

const HIDDEN = '(hidden)'

/**
 * The value of a flag without what may be a secret in it.
 *
 * @param name - of the flag, without dashes
 * @param text - as it was written
 */
export function shownValue(name: string, text: string): string {
  return (SHOWN[name] ?? shownUrl)(text)
}

const SHOWN: Readonly<Record<string, (text: string) => string>> = {
  target: shownTarget,
  header: (text) => {
    const [named = ''] = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: */.exec(text) ?? []
    return named + HIDDEN
  },
  // Somebody may have put the token itself here, or into the command.
  'secret-header': (text) => (/^[a-z-]+$/i.test(text) ? text : HIDDEN),
  'token-env': shownName,
  'second-token-env': shownName,
  files: (text) => (text.startsWith('command:') ? `command:${HIDDEN}` : text),
}

function shownTarget(text: string): string {
  try {
    const { url, basicAuthorization } = parseBaseUrl(text)
    return basicAuthorization === undefined ? url : `${url} (user information hidden)`
  } catch (error) {
    if (!(error instanceof TargetUrlError)) throw error
    return `${HIDDEN}: ${error.message}`
  }
}

function shownName(text: string): string {
  return /^\w+$/.test(text) ? text : HIDDEN
}

/** A URL without user information, query and fragment; other text as it is. */
export function shownUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  if (!URL.canParse(text)) return HIDDEN
  const url = new URL(text)
  const parts = [
    url.username + url.password === '' ? [] : ['user information'],
    url.search === '' ? [] : ['query'],
    url.hash === '' ? [] : ['fragment'],
  ].flat()
  if (parts.length === 0) return text
  const shown = `${url.protocol}//${url.host}${url.pathname}`
  return `${shown} (${parts.join(' and ')} hidden)`
}
