/**
 * Text of a target, made harmless for a terminal and for the log of a CI server. Shown as escapes are
 * control characters, which could move the cursor or set titles, characters that turn the direction of
 * writing, what is no character, and the bracket of `##[error]` and `##vso[…]`, which GitHub's and
 * Azure's runners take for commands wherever they stand in a line.
 */
export function printable(text: string): string {
  return text
    .replaceAll(
      /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    )
    .replaceAll(/(##\w*)\[/g, '$1\\u{5b}')
}
