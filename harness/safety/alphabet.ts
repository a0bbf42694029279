/**
 * Tells from a few ids which characters others may hold.
 *
 * Two answers err on the safe side. {@link possibleCharacters} rather lists too many: ids of others are looked
 * for among them. {@link drawnCharacters} rather lists too few: a place is never worth more bits than it has.
 */

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()

/** Letters at distinct places that show hexadecimal, or one case, to be no accident. */
const HEXADECIMAL_LETTERS = 6
const ONE_CASE_LETTERS = 12
/** Digits, leading zeros aside, that show a decimal number to be no hexadecimal one. */
const DECIMAL_DIGITS = 12

export function isLetterOrDigit(character: string): boolean {
  return /^[0-9A-Za-z]$/.test(character)
}

/**
 * Lists the characters that ids may hold where they can be told. Of a counter, eight values show little of
 * its radix.
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
  return baseCharacters(ids, spelled) + others
}

function baseCharacters(ids: readonly string[], letters: string): string {
  if (letters === '') {
    const digits = ids[0]?.replaceAll(/^0+|[^0-9]/g, '').length ?? 0
    const isPadded = ids.length > 1 && ids.every((id) => /^0[0-9]+$/.test(id))
    return digits >= DECIMAL_DIGITS || isPadded ? DIGITS : `${DIGITS}abcdefABCDEF`
  }
  const found = BASES.find(([pattern, enough]) => letters.length >= enough && pattern.test(letters))
  return found?.[2] ?? DIGITS + LOWER + UPPER
}

/** Alphabets, each with the letters that show it and how many of them do. */
const BASES: readonly (readonly [pattern: RegExp, enough: number, characters: string])[] = [
  [/^[a-f]+$/, HEXADECIMAL_LETTERS, `${DIGITS}abcdef`],
  [/^[A-F]+$/, HEXADECIMAL_LETTERS, `${DIGITS}ABCDEF`],
  [/^[a-z]+$/, ONE_CASE_LETTERS, DIGITS + LOWER],
  [/^[A-Z]+$/, ONE_CASE_LETTERS, DIGITS + UPPER],
]

/** Letters and digits of every base-32 alphabet in use (RFC 4648, Crockford). */
const BASE32 = '234567ABCDEFGHJKMNPQRSTVWXYZ'
/** Letters and digits without those that are taken for each other: they are of base 62, too. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** From narrow to wide: the first that spells what was seen counts. */
const NARROW: readonly (readonly [RegExp, string])[] = [
  [/^[0-9]*$/, DIGITS],
  [/^[0-9a-f]*$/, `${DIGITS}abcdef`],
  [/^[0-9A-F]*$/, `${DIGITS}ABCDEF`],
  [/^[0-9a-z]*$/, BASE32.toLowerCase()],
  [/^[0-9A-Z]*$/, BASE32],
]

/** Lists characters that ids spelled like this were certainly drawn from. */
export function drawnCharacters(spelled: string): string {
  return NARROW.find(([pattern]) => pattern.test(spelled))?.[1] ?? BASE58
}

/** Measures the word that all ids begin with, its separator included: `file-`. A word has no digits. */
export function leadingWord(ids: readonly string[]): number {
  const words = ids.map((id) => /^(?:[A-Za-z]+[-_:.])+/.exec(id)?.[0] ?? '')
  const [first = ''] = words
  return ids.length > 1 && words.every((word) => word === first) ? first.length : 0
}
