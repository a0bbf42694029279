const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()

/** Letters at distinct places that show hexadecimal, or one case, to be no accident. */
const HEXADECIMAL_LETTERS = 6
const ONE_CASE_LETTERS = 12
/** Digits other than leading zeros that show a decimal number to be no hexadecimal one. */
const DECIMAL_DIGITS = 12

export function isLetterOrDigit(character: string): boolean {
  return /^[0-9A-Za-z]$/.test(character)
}

/**
 * Characters that ids may hold where they can be told: rather too many than too few. Of a counter, eight
 * values show little of its radix.
 *
 * @param ids - without the word that they begin with
 */
export function possibleCharacters(ids: readonly string[]): string {
  const letters = new Set(
    ids.flatMap((id) =>
      [...id].flatMap((one, at) => (/[A-Za-z]/.test(one) ? [`${at}${one}`] : [])),
    ),
  )
  const spelled = [...letters].map((letter) => letter.slice(-1)).join('')
  const others = [...new Set(ids.join('').replaceAll(/[0-9A-Za-z]/g, ''))].join('')
  return baseCharacters(ids, spelled, letters.size) + others
}

function baseCharacters(ids: readonly string[], letters: string, count: number): string {
  if (count === 0) {
    const digits = ids[0]?.replaceAll(/^0+|[^0-9]/g, '').length ?? 0
    return digits >= DECIMAL_DIGITS || isPadded(ids) ? DIGITS : `${DIGITS}abcdefABCDEF`
  }
  if (count >= HEXADECIMAL_LETTERS && /^[a-f]+$/.test(letters)) return `${DIGITS}abcdef`
  if (count >= HEXADECIMAL_LETTERS && /^[A-F]+$/.test(letters)) return `${DIGITS}ABCDEF`
  if (count >= ONE_CASE_LETTERS && /^[a-z]+$/.test(letters)) return DIGITS + LOWER
  if (count >= ONE_CASE_LETTERS && /^[A-Z]+$/.test(letters)) return DIGITS + UPPER
  return DIGITS + LOWER + UPPER
}

/** Whether these are decimal numbers that zeros fill up to one length. */
function isPadded(ids: readonly string[]): boolean {
  return ids.length > 1 && ids.every((id) => /^0[0-9]+$/.test(id))
}

/** An alphabet, and what was seen beside it. */
export function alphabetOf(possible: string, seen: string): string {
  return [...new Set(possible + seen)].join('')
}

/** Letters and digits that every base-32 alphabet in use has (RFC 4648, Crockford). */
const BASE32 = '234567ABCDEFGHJKMNPQRSTVWXYZ'
/** Letters and digits without those that are taken for each other: they are of base 62, too. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** From narrow to wide: the first that spells what was seen. */
const NARROW: readonly (readonly [RegExp, string])[] = [
  [/^[0-9]*$/, DIGITS],
  [/^[0-9a-f]*$/, `${DIGITS}abcdef`],
  [/^[0-9A-F]*$/, `${DIGITS}ABCDEF`],
  [/^[0-9a-z]*$/, BASE32.toLowerCase()],
  [/^[0-9A-Z]*$/, BASE32],
]

/**
 * Characters that were certainly drawn from, where these are spelled with them: rather too few than too
 * many, so that what a place is worth is never overrated, and what is drawn anew is never malformed.
 */
export function drawnCharacters(spelled: string): string {
  return NARROW.find(([pattern]) => pattern.test(spelled))?.[1] ?? BASE58
}

/**
 * Length of the word that all ids begin with, its separator included: `file-`. A word has no digits and is
 * the same in all of them.
 */
export function leadingWord(ids: readonly string[]): number {
  const words = ids.map((id) => /^(?:[A-Za-z]+[-_:.])+/.exec(id)?.[0] ?? '')
  const [first = ''] = words
  return ids.length > 1 && words.every((word) => word === first) ? first.length : 0
}
