import { PLACEHOLDER } from './exchange.ts'

/** Characters of an id: those of gateways, which hold a whole record in base 64, have some hundred. */
const MAX_LENGTH = 1024

/**
 * Whether what a target gives as the id of a file can be asked for: a string that no path swallows, that
 * UTF-8 can spell (a lone surrogate would come back as another id), that is no longer than a request line
 * that servers take, and of which no credential was taken out.
 */
export function isUsableId(id: unknown): id is string {
  if (typeof id !== 'string' || id.length > MAX_LENGTH || id.includes(PLACEHOLDER)) return false
  return !/^\.{0,2}$|\p{Cs}/u.test(id)
}
