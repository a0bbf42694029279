import { drawablePlaces, type IdScheme, spaceOf, UNGUESSABLE_BITS } from '../../model/id-scheme.ts'
import type { NeverIssuedId } from '../../model/requirement.ts'
import { draw, RUN_ID_LETTERS } from '../../model/run-id.ts'

const LENGTH = 24

/**
 * Makes up an id that no server has issued, with at least 64 unguessable bits. It has the shape of issued
 * ids if these have room for so many bits, else it is of letters alone. If ids count, all of it is drawn
 * anew, and a server may find it malformed.
 *
 * @param sample - an id that the server issued, and its scheme
 * @param octet - source of uniformly distributed octets
 */
export function neverIssuedId(
  sample: { readonly id: string; readonly scheme: IdScheme } | undefined,
  octet: () => number,
): NeverIssuedId {
  if (sample === undefined || spaceOf(sample.id, sample.scheme) < UNGUESSABLE_BITS) {
    return { id: draw(RUN_ID_LETTERS, LENGTH, octet), shaped: false }
  }
  const { places, drawn, guessable } = sample.scheme
  const anew = guessable
    ? drawablePlaces(sample.id)
    : places.flatMap(({ kind }, at) => (kind === 'independent' ? [at] : []))
  const characters = [...sample.id]
  for (const at of anew) characters[at] = draw(drawn, 1, octet)
  return { id: characters.join(''), shaped: !guessable }
}
