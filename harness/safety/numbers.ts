/** Characters before a number that `parseInt`, a cast of SQL and the like pass over. */
const LEADING = /^[\s\p{Cc}+\-.'"([{]*(\p{Nd}+)/u
/** Digits of a number that is read at all. */
const MAX_DIGITS = 60

/** Reads the digits that a text begins with as a number. */
export function leadingNumber(text: string): bigint | undefined {
  return integerOf(LEADING.exec(text)?.[1] ?? '')
}

function integerOf(digits: string): bigint | undefined {
  if (digits === '' || digits.length > MAX_DIGITS) return undefined
  return BigInt(digits.replaceAll(/\P{ASCII}/gu, digitValue))
}

/** Reads every number out of a text: its leading digits, any notation, its digits alone. */
export function numbersIn(text: string): readonly bigint[] {
  if (!/\p{Nd}/u.test(text)) return []
  const digits = text.replaceAll(/\P{Nd}/gu, '')
  return [leadingNumber(text), inAnyNotation(text), integerOf(digits)].flatMap(
    (value) => value ?? [],
  )
}

function inAnyNotation(text: string): bigint | undefined {
  const value = Number(text.trim().replaceAll('_', ''))
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
}

/** Returns the numbers that a server confuses with one if it keeps 32 bits, or rounds to floating point. */
export function takenForTheSame(value: bigint): readonly bigint[] {
  const wrapped = [value - 2n ** 32n, BigInt.asUintN(32, value), BigInt.asIntN(32, value)]
  return value > BigInt(Number.MAX_SAFE_INTEGER)
    ? [...wrapped, BigInt(Number(value)), value + 1n]
    : wrapped
}

/** Returns the value of a decimal digit of any script, each of which has its ten in a row. */
export function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  if (code < 0x80) return digit
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value)
}

/** Characters of a path that is worth being held in base 64. */
const MIN_LENGTH = 4

/** Reads the printable text that a text holds in base 64, with either alphabet. */
export function octetsOfBase64(text: string): string | undefined {
  if (!/^[\w+/-]{4,}={0,2}$/.test(text)) return undefined
  const held = Buffer.from(text, 'base64').toString('latin1')
  return held.length >= MIN_LENGTH && /^[ -~]+$/.test(held) ? held : undefined
}

/** Encodes anew, with each alphabet, the octets that a text holds in base 64. */
export function inBase64(text: string): readonly string[] {
  const octets = Buffer.from(text, 'base64')
  return [octets.toString('base64'), octets.toString('base64url')]
}
