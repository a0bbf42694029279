/**
 * Says what a run has left on its target.
 *
 * @param left - ids of files, or names of uploads; the target has made them up, so they are escaped
 */
export function leftBehind(left: readonly string[], ledgerPath?: string): string {
  if (left.length === 0) return 'no file was left behind'
  const names = left.map(quoted).join(', ')
  return `left behind: ${names}${ledgerPath === undefined ? '' : `; ledger ${ledgerPath}`}`
}

function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[^ -~]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
