import { shapeOf, UNGUESSABLE_BITS } from '../model/id-shape.ts'

/** Letters and digits that are left once case is folded: what a kept character is worth, at least. */
const FOLDED_ALPHABET = 36
/** Characters of the owned id that may be missing: more, and chance could make another id of the rest. */
const MAX_LOST = 3
/** Characters that may be added: in a long text, everything is found somewhere. */
const MAX_ADDED = 16

/**
 * Whether what resembles an owned id is nobody else's: it keeps so much of what is unguessable in the
 * owned id that no other id can be meant, whatever a careless server makes of case, width, encoding,
 * or of characters that match anything.
 */
export function keepsItUnguessable(ownedId: string, text: string): boolean {
  const shape = shapeOf(ownedId)
  if (shape === undefined) return false
  const alphabetSize = Math.min(shape.alphabet.length, FOLDED_ALPHABET)
  const unguessable = folded(shape.drawn.map((at) => ownedId[at]).join(''))
  const found = folded(text)
  if (found.length > ownedId.length + MAX_ADDED) return false
  if (!sharesAPiece(unguessable, found)) return false
  const kept = longestCommonSubsequence(unguessable, found)
  if (kept < unguessable.length - MAX_LOST) return false
  return kept * Math.log2(alphabetSize) >= UNGUESSABLE_BITS
}

/** Whether one of the pieces, of which no loss can touch all, is found whole: a quick answer for most. */
function sharesAPiece(unguessable: string, found: string): boolean {
  const length = Math.ceil(unguessable.length / (MAX_LOST + 1))
  for (let at = 0; at < unguessable.length; at += length) {
    if (found.includes(unguessable.slice(at, at + length))) return true
  }
  return false
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '')
}

/** Length of the longest sequence of characters that both texts hold in this order. */
function longestCommonSubsequence(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const character of a) {
    const next = [0]
    for (let at = 0; at < b.length; at += 1) {
      next.push(
        b[at] === character ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0),
      )
    }
    row = next
  }
  return row[b.length] ?? 0
}
