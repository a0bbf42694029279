/** Bits that are unguessable: an id with fewer can be guessed, or hit by chance. */
export const UNGUESSABLE_BITS = 64

/** A place of an id, as ids of others may have it. */
export interface Place {
  readonly kind: 'constant' | 'counting' | 'independent'
  readonly characters: string
  /** Cost of a guess at its character: 0 where it is constant or counts. */
  readonly bits: number
}

/** Scheme of ids of one length and making, as measured from those that the target gave. */
export interface IdScheme {
  readonly places: readonly Place[]
  /** Characters that ids were certainly drawn from, in independent places if there are any. */
  readonly drawn: string
  /** Unguessable bits of an id. */
  readonly bits: number
  /** Whether ids have fewer bits than {@link UNGUESSABLE_BITS}. */
  readonly guessable: boolean
  /** Whether ids follow time: those made in one tick may count up at their end. */
  readonly timeOrdered: boolean
  /** Whether shorter and longer ids belong to it: a number without leading zeros. */
  readonly varies: boolean
  /** For decimal numbers: the word before them, and the largest that was seen. */
  readonly number?: { readonly word: string; readonly largest: bigint }
  /** Count of the ids that it was measured from. */
  readonly measured: number
}

/** Lists the places that can be drawn anew: letters and digits, without a leading word and a UUID's version. */
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
/** Places in a UUID of its version and variant (RFC 9562 §4). */
const VERSION_AND_VARIANT = [14, 19]

/** Measures, in bits, how many ids of this shape its scheme certainly has. */
export function spaceOf(id: string, scheme: IdScheme | undefined): number {
  if (scheme === undefined || scheme.varies) return 0
  return drawablePlaces(id).length * Math.log2(scheme.drawn.length)
}

/** Facts about the ids of a target, found before the first requirement. */
export interface IdFacts {
  /** In the order in which they were made. */
  readonly samples: readonly string[]
  /** Whether ids of at least one scheme can be guessed; also true if too few were seen to tell. */
  readonly guessable: boolean
  /** A sentence for each scheme. */
  readonly finding: readonly string[]
}
