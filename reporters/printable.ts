/** Characters of a value or a body that a report shows; the evidence has the whole. */
const SHOWN_VALUE = 300

/** Characters of the longest command that a report shows: part of a command would do something else. */
const SHOWN_COMMAND = 1_000

/** Shows a character by its number: `\u{1b}`. */
export function escapedCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/**
 * Makes text of a target harmless for a terminal and for the log of a CI server. Escapes control
 * characters, which could move the cursor or set titles, characters that turn the direction of writing,
 * noncharacters, and the bracket of `##[error]` and `##vso[…]`, which the runners of GitHub and Azure
 * take for commands anywhere in a line.
 */
export function printable(text: string): string {
  return text
    .replaceAll(
      /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]/gu,
      escapedCharacter,
    )
    .replaceAll(/(##\w*)\[/g, '$1\\u{5b}')
}

/** Cuts a text of a target, a document or a user in its middle, and makes it printable. */
export function excerpt(text: string, characters: number = SHOWN_VALUE): string {
  if (text.length <= characters) return printable(text)
  const tail = Math.floor(characters / 4)
  const kept = `${text.slice(0, characters - tail)}…${text.slice(text.length - tail)}`
  return printable(`${kept} (${text.length.toLocaleString('en')} characters)`)
}

/** Tells whether a shell line is short enough to be shown. */
export function isShort(line: string): boolean {
  return line.length <= SHOWN_COMMAND
}

/**
 * Writes a value as JSON that is safe to print. Escapes what `JSON.stringify` does not: DEL, the C1
 * control characters, and those that turn the direction of writing.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent)
  return text.replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
