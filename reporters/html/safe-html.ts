import { printableLines, shortened } from './shortened.ts'

const SAFE: unique symbol = Symbol('safe HTML')

/** Markup in which all text was escaped; nothing outside this file can make any. */
export interface SafeHtml {
  readonly [SAFE]: string
}

/** What a template takes: markup as it is, text to be escaped, nothing, or a list of these. */
export type Content = SafeHtml | string | number | false | undefined | readonly Content[]

/**
 * Longest text that gets into a page in one piece, in characters. Who knows better what is worth
 * showing shortens earlier; this is for all that nobody thought of.
 */
export const LONGEST_TEXT = 4_000

/**
 * Markup from a template. Interpolated text is escaped for elements and for quoted attributes, made
 * printable, and shortened, so that no caller can forget to.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): SafeHtml {
  const rest = values.map((value, at) => markup(value) + strings[at + 1])
  return { [SAFE]: strings[0] + rest.join('') }
}

/** Text of this package that stands in a page verbatim: its style and its script. */
export function verbatim(ownText: string): SafeHtml {
  return { [SAFE]: ownText }
}

export function markup(content: Content): string {
  if (content === undefined || content === false) return ''
  if (typeof content === 'number') return String(content)
  if (typeof content === 'string') return escaped(content)
  return isList(content) ? content.map(markup).join('') : content[SAFE]
}

function isList(content: SafeHtml | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  const shown = text.length > LONGEST_TEXT ? shortened(text, LONGEST_TEXT) : printableLines(text)
  return shown.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
