/** Fewer unguessable bits than this can be guessed, or met by chance. */
export const UNGUESSABLE_BITS = 64

/**
 * One place of an id, as ids of other people may have it.
 *
 * `bits` is what a guess at its character costs: 0 where it is constant or counts, and so can be told.
 */
export interface Place {
  readonly kind: 'constant' | 'counting' | 'independent'
  readonly characters: string
  readonly bits: number
}

/** Ids of one length and making, as measured from those that the target gave. */
export interface IdScheme {
  readonly places: readonly Place[]
  /** Characters that ids were certainly drawn from: of the independent places, where there are any. */
  readonly drawn: string
  /** Unguessable bits of an id. */
  readonly bits: number
  /** Whether others' ids can be told from one's own: fewer bits than {@link UNGUESSABLE_BITS}. */
  readonly guessable: boolean
  /** Whether ids follow time, so that those made in one tick may count up at their end. */
  readonly timeOrdered: boolean
  /** Whether shorter and longer ids belong to it: a number without leading zeros. */
  readonly varies: boolean
  /** For decimal numbers, behind a word or not: the word and the largest number that was seen. */
  readonly number?: { readonly word: string; readonly largest: bigint }
  /** Ids that it was measured from. */
  readonly measured: number
}

/** Places of an id that can be drawn anew: letters and digits, but for the word before them and a UUID's version. */
export function drawablePlaces(id: string): readonly number[] {
  const word = /^(?:[A-Za-z]+[-_:.])+/.exec(id)?.[0].length ?? 0
  const uuidAt = UUID.exec(id)?.index ?? Number.NaN
  return [...id].flatMap((character, at) =>
    at < word || !/[0-9A-Za-z]/.test(character) || VERSION_AND_VARIANT.includes(at - uuidAt)
      ? []
      : [at],
  )
}

/** A UUID at the end of an id (RFC 9562 §4). */
export const UUID = /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Where a UUID holds them (RFC 9562 §4). */
const VERSION_AND_VARIANT = [14, 19]

/** Bits of all ids as long as one, drawn from the characters that its scheme certainly has. */
export function spaceOf(id: string, scheme: IdScheme | undefined): number {
  if (scheme === undefined || scheme.varies) return 0
  return drawablePlaces(id).length * Math.log2(scheme.drawn.length)
}

/** What the ids of a target were found to be, before the first requirement. */
export interface IdFacts {
  /** In the order in which they were made. */
  readonly samples: readonly string[]
  /** Whether ids of one scheme at least can be guessed; true also where too few were seen to tell. */
  readonly guessable: boolean
  /** What was found, a sentence for each scheme. */
  readonly finding: readonly string[]
}
