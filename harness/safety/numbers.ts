/** What stands before a number that `parseInt`, a cast of SQL and the like pass over. */
const LEADING = /^[\s\p{Cc}+\-.'"([{]*(\p{Nd}+)/u
/** Digits of a number that is read at all. */
const MAX_DIGITS = 60

/** The digits that a text begins with, as a number. */
export function leadingNumber(text: string): bigint | undefined {
  const digits = LEADING.exec(text)?.[1]
  return digits === undefined || digits.length > MAX_DIGITS ? undefined : integerOf(digits)
}

function integerOf(digits: string): bigint {
  return BigInt(digits.replaceAll(/\P{ASCII}/gu, digitValue))
}

/** Every number that could be read out of a text: its leading digits, any notation, its digits alone. */
export function numbersIn(text: string): readonly bigint[] {
  if (!/\p{Nd}/u.test(text)) return []
  const digits = text.replaceAll(/\P{Nd}/gu, '')
  const alone = digits.length > MAX_DIGITS ? undefined : integerOf(digits)
  return [leadingNumber(text), inAnyNotation(text), alone].flatMap((value) => value ?? [])
}

const TWO_TO_32 = 2n ** 32n

/** Other numbers that are the same to a server which keeps 32 bits, or rounds to a floating-point number. */
export function takenForTheSame(value: bigint): readonly bigint[] {
  const wrapped = [value - TWO_TO_32, BigInt.asUintN(32, value), BigInt.asIntN(32, value)]
  return value > BigInt(Number.MAX_SAFE_INTEGER)
    ? [...wrapped, BigInt(Number(value)), value + 1n]
    : wrapped
}

function inAnyNotation(text: string): bigint | undefined {
  const value = Number(text.trim().replaceAll('_', ''))
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
}

/** The value of a decimal digit of any script: each has its ten in a row. */
export function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  if (code < 0x80) return digit
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value)
}

/** Characters of a path that is worth being held in base 64. */
const MIN_LENGTH = 4

/** The printable text that a text holds in base 64, with either alphabet; undefined where it holds none. */
export function octetsOfBase64(text: string): string | undefined {
  if (!/^[\w+/-]{4,}={0,2}$/.test(text)) return undefined
  const held = Buffer.from(text, 'base64').toString('latin1')
  return held.length >= MIN_LENGTH && /^[ -~]+$/.test(held) ? held : undefined
}

/** What an encoder of base 64 makes of the octets that a text holds in it, in either alphabet. */
export function inBase64(text: string): readonly string[] {
  const octets = Buffer.from(text, 'base64')
  return [octets.toString('base64'), octets.toString('base64url')]
}
