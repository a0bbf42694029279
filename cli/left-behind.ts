import { printable } from '../reporters/printable.ts'

/**
 * What is said of the files of a run that was interrupted.
 *
 * @param cleanup - the command that removes them
 */
export function leftSentence(left: readonly string[], cleanup: string): string {
  if (left.length === 0) return 'no file was left behind'
  return `left behind: ${left.map(printable).join(', ')}; remove with: ${cleanup}`
}
