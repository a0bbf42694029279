import { printable } from '../printable.ts'

/** What Unicode keeps free of characters: a page must not hold it (HTML §13.2.3.5). */
const NONCHARACTER = /\p{Noncharacter_Code_Point}/gu

/** Printable text of several lines: line ends and tabs, which move nothing in a page, stay. */
export function printableLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((piece) => (piece === '\n' || piece === '\t' ? piece : printable(piece)))
    .join('')
    .replaceAll(NONCHARACTER, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`)
}

/** The beginning of a text, printable, and how long it is where that is not all of it. */
export function shortened(text: string, characters: number): string {
  const printed = printableLines(beginning(text, characters))
  if (text.length <= characters && printed.length <= characters) return printed
  return `${beginning(printed, characters)}… (${text.length.toLocaleString('en')} characters)`
}

/** A character of two code units is not taken apart. */
function beginning(text: string, characters: number): string {
  if (text.length <= characters) return text
  return text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')
}
