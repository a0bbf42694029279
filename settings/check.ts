import { UsageError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import type { Kind } from './kinds.ts'

/**
 * Checks a value that a program gives for an option; undefined stands for its default.
 *
 * @throws UsageError if the kind does not accept it
 */
export function checked<T>(option: string, kind: Kind<T>, value: unknown): T | undefined {
  if (value === undefined) return undefined
  const found = kind.check(value)
  if (found !== undefined) return found
  const { item, accepted, acceptedValue = accepted } = kind
  const odd =
    item !== undefined && Array.isArray(value)
      ? value[value.findIndex((member) => item.check(member) === undefined)]
      : value
  throw refused(option, odd, acceptedValue)
}

/** Makes the error for an option that is not what is accepted. */
export function refused(option: string, found: unknown, accepted: string): UsageError {
  return new UsageError(`${option}: found ${shown(found)}, accepted is ${accepted}`)
}

/** Objects are not shown: they may be of any size, and hold anything. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
