/** Longest name of a place in a page, in characters; ids of requirements have some thirty. */
const LONGEST_ANCHOR = 120

/**
 * The name of the place of a requirement or a family, for `id` and for the fragment of a link. It holds
 * no `=`, which tells it from a fragment that says what is filtered, and nothing that a fragment encodes.
 */
export function anchorOf(id: string): string {
  const plain = id
    .slice(0, LONGEST_ANCHOR)
    .replaceAll(/[^\w./-]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}`)
  return plain.slice(0, LONGEST_ANCHOR)
}
