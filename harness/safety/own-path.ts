import type { Stats } from 'node:fs'

/** Write permission of the group and of all others. */
const WRITABLE_BY_OTHERS = 0o022

/**
 * Says why another user could have made or could change what lies at a path; undefined if none could.
 * Windows has neither user ids nor modes: there the profile that holds the path keeps others out.
 *
 * @param found - of the path itself, no link followed
 */
export function whyNotOwn(found: Stats, kind: 'file' | 'folder'): string | undefined {
  if (found.isSymbolicLink()) return 'is a link'
  if (kind === 'file' ? !found.isFile() : !found.isDirectory()) return `is no ${kind}`
  const user = process.getuid?.()
  if (user === undefined) return undefined
  if (found.uid !== user) return `belongs to user ${found.uid}, and this is user ${user}`
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return undefined
  return `can be written by others (mode ${(found.mode & 0o777).toString(8)})`
}
