/** Characters of an id: those of gateways, which hold a whole record in base 64, have some hundred. */
const MAX_LENGTH = 1024

/**
 * Whether what a target gives as the id of a file can be asked for: a string that no path swallows, that
 * UTF-8 can spell (a lone surrogate would come back as another id), and that is no longer than a request
 * line that servers take.
 */
export function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= MAX_LENGTH && !/^\.{0,2}$|\p{Cs}/u.test(id)
}
