import { type IdScheme, UNGUESSABLE_BITS } from '../../model/id-scheme.ts'

/** Characters that may be missing: without more of them, chance could make another id of the rest. */
const MAX_LOST = 3
/** Characters that may be added: in a long text, everything is found somewhere. */
const MAX_ADDED = 16
/** Bits of a kept character, at most: letters and digits that are left once case is folded. */
const FOLDED_BITS = Math.log2(36)
/** Characters of a text in which pieces are looked for. */
const MAX_RELATED = 1_200

/** Unguessable characters of an id, folded, and the pieces of them. */
interface Part {
  readonly text: string
  readonly pieces: readonly string[]
  readonly bitsEach: number
  readonly idLength: number
}

/**
 * Indexes owned ids by their unguessable parts, to find those that a text resembles: it keeps so much of
 * one part that no other id can be meant.
 *
 * A part is cut into one piece more than characters may be lost, so that one piece at least is left whole.
 * The index finds ids by such a piece. The longest common subsequence counts what is kept of them.
 */
export function createPartIndex(schemeOf: (id: string) => IdScheme | undefined) {
  const parts = new Map<string, Part>()
  const byPiece = new Map<string, Set<string>>()
  const pieceLengths = new Set<number>()
  /** Finds the ids of which a text keeps a piece. */
  const related = (text: string): ReadonlySet<string> => {
    const found = new Set<string>()
    if (text.length > MAX_RELATED) return found
    const spelled = folded(text)
    for (const length of pieceLengths) {
      for (let at = 0; at + length <= spelled.length; at += 1) {
        for (const id of byPiece.get(spelled.slice(at, at + length)) ?? []) found.add(id)
      }
    }
    return found
  }
  return {
    add(id: string) {
      const scheme = schemeOf(id)
      if (scheme === undefined || scheme.guessable) return
      const part = partOf(id, scheme)
      parts.set(id, part)
      for (const piece of part.pieces) {
        pieceLengths.add(piece.length)
        byPiece.set(piece, (byPiece.get(piece) ?? new Set()).add(id))
      }
    },
    remove(id: string) {
      for (const piece of parts.get(id)?.pieces ?? []) {
        const ids = byPiece.get(piece)
        ids?.delete(id)
        if (ids?.size === 0) byPiece.delete(piece)
      }
      parts.delete(id)
    },
    clear() {
      for (const one of [parts, byPiece, pieceLengths]) one.clear()
    },
    related,
    /** Tells whether a text keeps so much of an id that no other can be meant. */
    isKeptIn(text: string) {
      const spelled = folded(text)
      return [...related(text)].some((id) => keeps(parts.get(id), spelled))
    },
  }
}

function partOf(id: string, { places }: IdScheme): Part {
  const drawn = [...places.entries()].filter(([, { kind }]) => kind === 'independent')
  const text = folded(drawn.map(([at]) => id.charAt(at)).join(''))
  const length = Math.ceil(text.length / (MAX_LOST + 1))
  const pieces: string[] = []
  for (let at = 0; at < text.length; at += length) pieces.push(text.slice(at, at + length))
  const bitsEach = Math.min(FOLDED_BITS, drawn[0]?.[1].bits ?? 0)
  return { text, pieces, bitsEach, idLength: id.length }
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '')
}

function keeps(part: Part | undefined, spelled: string): boolean {
  if (part === undefined || spelled.length > part.idLength + MAX_ADDED) return false
  const kept = longestCommonSubsequence(part.text, spelled)
  return kept >= part.text.length - MAX_LOST && kept * part.bitsEach >= UNGUESSABLE_BITS
}

/** Measures the longest sequence of characters that both texts hold in this order. */
function longestCommonSubsequence(a: string, b: string): number {
  let row = new Uint16Array(b.length + 1)
  let next = new Uint16Array(b.length + 1)
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      next[j + 1] =
        a.charCodeAt(i) === b.charCodeAt(j)
          ? (row[j] ?? 0) + 1
          : Math.max(row[j + 1] ?? 0, next[j] ?? 0)
    }
    ;[row, next] = [next, row]
  }
  return row[b.length] ?? 0
}
