/**
 * What a path segment could mean to a server that decodes it once too often, cuts it at a control
 * character or a separator, resolves dot segments, or takes it for a list: every id that it could act
 * on.
 */
export interface Meanings {
  /** Ids, or parts of paths, that stand in the segment. */
  readonly ids: readonly string[]
  /** Whether it could mean no id at all. */
  readonly nothing: boolean
}

/** Where a careless server cuts an id into several, or into a path. */
const SEPARATORS = /[/\\,|]/
/** Where it cuts an id off. */
const ENDS = /[\p{Cc}\p{Z}?#;&=]/u
/** What stands behind such an end could be an id of its own if it is no shorter than this. */
const LIKE_AN_ID = /[\w-]{6}/
/** What it strips from both ends. */
const WRAPPING = /[\s"'`[\](){}]/

/**
 * @param text - a segment, decoded
 * @param collection - last segment of the collection path: `..` above it and back again is harmless
 */
export function meaningsOf(text: string, collection: string): Meanings {
  const parts = text.split(SEPARATORS).map(unwrapped)
  const ids: string[] = []
  const path: string[] = []
  let above = 0
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (path.pop() === undefined) above += 1
    } else if (above > 0 && part === collection) {
      above -= 1
    } else {
      path.push(part)
      const [id = '', ...rest] = part.split(ENDS)
      ids.push(id, ...rest.filter((one) => LIKE_AN_ID.test(one)))
    }
  }
  const first = unwrapped(text).split(ENDS)[0] ?? ''
  return { ids, nothing: path.length === 0 || first === '' || ids.includes('') }
}

function unwrapped(text: string): string {
  let [begin, end] = [0, text.length]
  while (begin < end && WRAPPING.test(text.charAt(begin))) begin += 1
  while (end > begin && WRAPPING.test(text.charAt(end - 1))) end -= 1
  return text.slice(begin, end)
}
