/**
 * Whether a careless reader (`parseInt`, SQL with an integer column) could take an id for a number
 * that is somebody's: digits at its beginning, behind white space, control characters, signs, quotes
 * or brackets. Nineteen digits and more are past what such a reader counts up to.
 */
export function couldBeNumber(id: string): boolean {
  const digits = /^[\s\p{Cc}+\-.'"([{]*(\p{Nd}+)/u.exec(id)?.[1]
  return digits !== undefined && digits.replace(/^0+/, '').length < 19
}
