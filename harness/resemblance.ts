import { shapeOf, UNGUESSABLE_BITS } from '../model/id-shape.ts'

/** Letters and digits that are left once case is folded: what a kept character is worth, at least. */
const FOLDED_ALPHABET = 36

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
  const kept = longestCommonSubsequence(unguessable, folded(text))
  return kept * Math.log2(alphabetSize) >= UNGUESSABLE_BITS
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
