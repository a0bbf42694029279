import { quote } from '../model/violation.ts'
import { UsageError } from './usage-error.ts'

/** What an option may be; undefined is left to the default. */
type Given<T> = T | undefined

/** @throws UsageError unless it is a whole number from `least` to `most` */
export function whole(option: string, value: Given<number>, least: number, most: number) {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) {
    return value
  }
  throw refused(option, value, `a whole number from ${least} to ${most}`)
}

/** @throws UsageError unless it is a number above 0, `most` at most */
export function positive(option: string, value: Given<number>, most: number) {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= most)) {
    return value
  }
  throw refused(option, value, `a number above 0, at most ${most}`)
}

/** @throws UsageError unless it is true or false */
export function yesOrNo(option: string, value: Given<boolean>) {
  if (value === undefined || typeof value === 'boolean') return value
  throw refused(option, value, 'true or false')
}

/** @throws UsageError unless it is text that is not empty */
export function text(option: string, value: Given<string>) {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw refused(option, value, 'text')
}

/** @throws UsageError unless it is a list, all members of which pass */
export function listOf<T>(
  option: string,
  value: Given<readonly T[]>,
  passes: (member: T) => boolean,
  accepted: string,
): readonly T[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw refused(option, value, `a list of ${accepted}`)
  const odd = value.findIndex((member) => !passes(member))
  if (odd >= 0) throw refused(option, value[odd], `a list of ${accepted}`)
  return value
}

/** A seed in decimal. @throws UsageError unless it is a whole number of up to 64 bits */
export function decimalSeed(option: string, value: Given<string | number | bigint>) {
  if (value === undefined) return undefined
  const exact = typeof value !== 'number' || Number.isSafeInteger(value)
  if (exact && /^\d{1,20}$/.test(String(value)) && BigInt(value) < 2n ** 64n) {
    return BigInt(value).toString()
  }
  throw refused(option, value, 'a whole number from 0 to 18446744073709551615, above 2^53 as text')
}

/** An option is something else than what is accepted. */
export function refused(option: string, found: unknown, accepted: string): UsageError {
  return new UsageError(`${option}: found ${shown(found)}, accepted is ${accepted}`)
}

/** Objects are not looked into: they may be of any size, and hold anything. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
