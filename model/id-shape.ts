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
/** The same in lower case: whether an id without i, l, o and u is of base 32 cannot be told. */
const LOWER_BASE32 = '234567abcdefghjkmnpqrstvwxyz'
/** Letters and digits that every base-32 alphabet in use has (RFC 4648, Crockford). */
const BASE32 = '234567ABCDEFGHJKMNPQRSTVWXYZ'
/** From narrow to wide: the first that spells the sample is the alphabet of its ids. */
const ALPHABETS: readonly (readonly [RegExp, string])[] = [
  [/^[0-9]+$/, DIGITS],
  [/^[0-9a-f]+$/, `${DIGITS}abcdef`],
  [/^[0-9A-F]+$/, `${DIGITS}ABCDEF`],
  [/^[0-9a-z]+$/, LOWER_BASE32],
  [/^[0-9A-Z]+$/, BASE32],
  [/^[0-9A-Za-z]+$/, DIGITS + LOWER + LOWER.toUpperCase()],
]

/** An ObjectId of MongoDB: time, ten random digits of the process, a counter. */
const OBJECT_ID = /^(?=.*[a-f])[0-9a-f]{24}$/
const OBJECT_ID_RANDOM = { from: 8, to: 18 }

/** At the end, behind a word or none. */
const UUID = /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** 26 characters, of which the first is no higher than 7. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
/** Where a UUID holds its version and variant (RFC 9562 §4). */
const UUID_FIXED = [14, 19]

/** The shape of an id made of letters, digits, `-` and `_`; undefined for any other. */
export function shapeOf(id: string): IdShape | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined
  const uuidAt = UUID.exec(id)?.index
  const prefixLength = uuidAt ?? /^(?:[a-z]+[-_])*/.exec(id)?.[0].length ?? 0
  const fixed =
    uuidAt === undefined ? fixedIn(id, prefixLength) : UUID_FIXED.map((at) => at + uuidAt)
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
  return UUID.test(id)
}

/**
 * Of an ObjectId, time and counter can be guessed. The first character of a ULID is bounded: what is
 * drawn there must not be higher.
 */
function fixedIn(id: string, prefixLength: number): readonly number[] {
  const own = id.slice(prefixLength)
  if (OBJECT_ID.test(own)) {
    const { from, to } = OBJECT_ID_RANDOM
    return [...own].flatMap((_, at) => (at >= from && at < to ? [] : [prefixLength + at]))
  }
  return ULID.test(own) ? [prefixLength] : []
}
