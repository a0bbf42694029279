import { UsageError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import type { Kind } from './kinds.ts'

/**
 * Reads a value of a program or a config file as if it were text; undefined if the kind does not accept it.
 *
 * @param text - the value as it is written
 */
export function readValue<T>({ schema, read }: Kind<T>, value: unknown, text: string) {
  const type = typeof value === 'bigint' ? 'number' : typeof value
  const types = [schema.type].flat().map((one) => (one === 'integer' ? 'number' : one))
  const isAbove = type === 'number' && Number(value) > (schema.maximum ?? Number.POSITIVE_INFINITY)
  return types.includes(type) && value !== '' && !isAbove ? read(text) : undefined
}

/**
 * Checks a value that a program gives for an option; undefined stands for its default.
 *
 * @throws UsageError if the kind does not accept it
 */
export function checked<T>(option: string, kind: Kind<T>, value: unknown): T | undefined {
  if (value === undefined) return undefined
  const { item } = kind
  if (item === undefined) return checkedOne(option, kind, value, '')
  const each = 'a list of values, each '
  if (!Array.isArray(value)) throw refused(option, value, each + item.accepted)
  return value.map((member) => checkedOne(option, item, member, each)) as T
}

function checkedOne<T>(option: string, kind: Kind<T>, value: unknown, each: string): T {
  const isInexact = Number.isInteger(value) && !Number.isSafeInteger(value)
  const found = isInexact ? undefined : readValue(kind, value, String(value))
  if (found !== undefined) return found
  const exact = isInexact ? ', above 2^53 as text' : ''
  throw refused(option, value, each + kind.accepted + exact)
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
