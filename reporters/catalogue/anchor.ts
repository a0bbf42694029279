/**
 * The fragment that leads to a heading in Markdown as code hosts show it: lower case, dashes for spaces,
 * all other punctuation left out. `not-found/body` is at `#not-foundbody`.
 */
export function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')
}
