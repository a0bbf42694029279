import { UsageError } from './usage-error.ts'

/**
 * A bearer token as it stands in an environment variable; undefined where there is none.
 *
 * @param option - where the variable is chosen, for messages
 * @param chosen - the variable, where the user has chosen one: then it must be set
 * @param standard - the variable that is looked at otherwise
 * @throws UsageError if it is not set, or holds what is no token
 */
export function tokenInEnvironment(
  option: string,
  chosen: string | undefined,
  standard: string,
): string | undefined {
  const name = chosen === undefined ? standard : variableName(option, chosen)
  const token = process.env[name]?.trim()
  if (chosen !== undefined && !token) {
    throw new UsageError(`${option} ${chosen}: the environment variable is not set`)
  }
  if (token === undefined || token === '') return undefined
  return checkedToken(name, token)
}

/**
 * The name of an environment variable.
 *
 * @throws UsageError, without what was found: somebody may have put the token itself here
 */
export function variableName(option: string, name: string): string {
  if (/^\w+$/.test(name)) return name
  throw new UsageError(`${option}: found no name of an environment variable, accepted is one`)
}

/**
 * A bearer token.
 *
 * @param where - the option or variable that it comes from, for messages
 * @throws UsageError, without what was found
 */
export function checkedToken(where: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const found =
    token === '' ? 'is empty' : 'holds white space or characters that no header field can carry'
  throw new UsageError(`${where}: the token ${found}`)
}
