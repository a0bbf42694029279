/** What can be told of the ids that a server issues from one of them. */
export interface IdShape {
  /** The alphabet that the other letters and digits seem to be drawn from. */
  readonly alphabet: string
  /** Positions whose letter or digit is drawn by chance. */
  readonly drawn: readonly number[]
  /** What there is to guess, in bits. */
  readonly bits: number
}

/** Fewer bits than this can be guessed, or met by chance. */
export const UNGUESSABLE_BITS = 64

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
/** Letters and digits that every base-32 alphabet in use has (RFC 4648, Crockford). */
const BASE32 = '234567ABCDEFGHJKMNPQRSTVWXYZ'
/** From narrow to wide: the first that spells the sample is the alphabet of its ids. */
const ALPHABETS: readonly (readonly [RegExp, string])[] = [
  [/^[0-9]+$/, DIGITS],
  [/^[0-9a-f]+$/, `${DIGITS}abcdef`],
  [/^[0-9A-F]+$/, `${DIGITS}ABCDEF`],
  [/^[0-9a-z]+$/, DIGITS + LOWER],
  [/^[0-9A-Z]+$/, BASE32],
  [/^[0-9A-Za-z]+$/, DIGITS + LOWER + LOWER.toUpperCase()],
]

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Where a UUID holds its version and variant (RFC 9562 §4). */
const UUID_FIXED = [14, 19]

/** The shape of an id made of letters, digits, `-` and `_`; undefined for any other. */
export function shapeOf(id: string): IdShape | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined
  const prefixLength = /^(?:[A-Za-z]+[-_])*/.exec(id)?.[0].length ?? 0
  const fixed = isUuid(id) ? UUID_FIXED.map((at) => at + prefixLength) : []
  const drawn = [...id].flatMap((character, at) =>
    at < prefixLength || fixed.includes(at) || /[-_]/.test(character) ? [] : [at],
  )
  const spelling = drawn.map((at) => id[at]).join('')
  const alphabet = ALPHABETS.find(([pattern]) => pattern.test(spelling))?.[1]
  if (alphabet === undefined) return undefined
  return { alphabet, drawn, bits: drawn.length * Math.log2(alphabet.length) }
}

/** Whether an id is a UUID, behind a prefix or not. */
export function isUuid(id: string): boolean {
  return UUID.test(id.replace(/^(?:[A-Za-z]+[-_])*/, ''))
}
