import { type Lookup, lookup, someOf } from '../lookup.ts'

/** Lookups that take what was sent for several ids. */
export const listLookups: readonly Lookup[] = [
  list('comma-list', 'deletes each id of a list with commas; an empty one means all files', ','),
  list('bar-list', 'deletes each id of a list with bars; an empty one means all files', '|'),
  list('semicolon-list', 'deletes each id of a list with semicolons; an empty one means all', ';'),
  list('ampersand-list', 'deletes each id of a list with ampersands; an empty one means all', '&'),
  list('space-list', 'deletes each id of a list with white space', /\s+/, 'nothing'),
  list('line-list', 'deletes each id of a list with one on a line', /[\r\n]+/, 'nothing'),
  lookup('json-list', 'deletes each id of a JSON list, of an empty one all', (ids, sought) => {
    const value = json(sought)
    if (!Array.isArray(value)) return []
    return value.length === 0 ? ids : someOf(ids, value.map(String))
  }),
  lookup(
    'json-object',
    'takes the id out of a JSON object, all files where it has none',
    (ids, sought) => {
      const value = json(sought)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
      const { id } = value as { id?: unknown }
      return id === undefined || id === null ? ids : someOf(ids, [String(id)])
    },
  ),
]

/** @param empty - what an empty part of the list means */
function list(
  name: string,
  does: string,
  separator: string | RegExp,
  empty: 'all' | 'nothing' = 'all',
): Lookup {
  return lookup(name, does, (ids, sought) => {
    const parts = sought.split(separator).map((part) => part.trim())
    // What has no separator is no list: an id alone, which may be white space.
    if (empty === 'all' && parts.length > 1 && parts.includes('')) return ids
    return someOf(
      ids,
      parts.filter((part) => part !== ''),
    )
  })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
