import { stripVTControlCharacters } from 'node:util'

/**
 * Breaks a line that is longer than a terminal is wide, between words where it can. Colours take no room.
 *
 * @param columns - width of the terminal; undefined to leave the line as it is
 * @param indent - spaces at the beginning of each further line
 */
export function wrapped(line: string, columns: number | undefined, indent: number): string {
  if (columns === undefined || widthOf(line) <= columns) return line
  const margin = ' '.repeat(Math.min(indent, columns >> 1))
  const lines = ['']
  const words = line.match(/ +|[^ ]+/g) ?? []
  for (const piece of words.flatMap((word) => cut(word, columns - margin.length))) {
    const longer = lines.at(-1) + piece
    if (widthOf(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(margin + piece.trimStart())
  }
  return lines.map((one) => one.trimEnd()).join('\n')
}

/** Cuts a word that fits in no line. */
function cut(word: string, most: number): readonly string[] {
  if (widthOf(word) <= most) return [word]
  const pieces = ['']
  for (const part of word.match(/\p{Cc}\[\d+m|./gsu) ?? []) {
    const longer = pieces.at(-1) + part
    if (widthOf(longer) <= most) pieces[pieces.length - 1] = longer
    else pieces.push(part)
  }
  return pieces
}

const WIDE = /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Hang}|\p{Emoji_Presentation}/gu

/** Counts the columns that a text takes: two for ideographs, kana, hangul and emoji (UAX 11). */
function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text)
  return [...shown].length + (shown.match(WIDE)?.length ?? 0)
}
