/** Random choices that follow from a seed. */
export interface Draw {
  /** Draws a whole number from 0 up to, and without, the bound. */
  below(bound: number): number
  octets(count: number): Buffer
  /** Draws so many characters of an alphabet. */
  text(alphabet: string, length: number): string
}

export const DIGITS = '0123456789'
export const HEX = '0123456789abcdef'
export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const UPPER = LOWER.toUpperCase()
/** Digits first, as most libraries order them. */
export const BASE36 = DIGITS + LOWER
export const BASE62 = DIGITS + UPPER + LOWER
export const BASE64URL = `${UPPER}${LOWER}${DIGITS}-_`

/** Makes random choices from a seed of 32 bits (mulberry32). */
export function stream(seed: number): Draw {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (bound: number) => Math.floor(unit() * bound)
  return {
    below,
    octets: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
  }
}

/** Writes a number in the digits of an alphabet, padded with its first one. */
export function inDigits(value: bigint, alphabet: string, width = 1): string {
  const radix = BigInt(alphabet.length)
  let text = ''
  for (let rest = value; rest > 0n; rest /= radix) text = `${alphabet[Number(rest % radix)]}${text}`
  return text.padStart(width, alphabet[0])
}
