import { escapeUTF8 } from 'entities/escape'
import { escapedCharacter, printable } from '../printable.ts'

const SAFE: unique symbol = Symbol('safe HTML')

/** Markup in which all text is escaped. Only this file can make it. */
export interface SafeHtml {
  readonly [SAFE]: string
}

/** Value in a template: markup as it is, text to escape, nothing, or a list of these. */
export type Content = SafeHtml | string | number | false | undefined | readonly Content[]

/** Characters of the longest text on a page; most callers shorten theirs further. */
export const LONGEST_TEXT = 4_000

/**
 * Makes markup from a template. Interpolated text is escaped for elements and for quoted attributes,
 * made printable and shortened, so that no caller can forget it.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): SafeHtml {
  const rest = values.map((value, at) => markup(value) + strings[at + 1])
  return { [SAFE]: strings[0] + rest.join('') }
}

/** Takes text of this package as markup: the style and the script of a page. */
export function verbatim(ownText: string): SafeHtml {
  return { [SAFE]: ownText }
}

export function markup(content: Content): string {
  if (content === undefined || content === false) return ''
  if (typeof content === 'number') return String(content)
  if (typeof content === 'string') {
    const isLong = content.length > LONGEST_TEXT
    return escapeUTF8(isLong ? shortened(content, LONGEST_TEXT) : printableLines(content))
  }
  return isList(content) ? content.map(markup).join('') : content[SAFE]
}

function isList(content: SafeHtml | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content)
}

/** Makes text printable, but for line ends and tabs. Escapes noncharacters, which HTML forbids (§13.2.3.5). */
export function printableLines(text: string): string {
  return text
    .replaceAll(/[^\n\t]+/g, printable)
    .replaceAll(/\p{Noncharacter_Code_Point}/gu, escapedCharacter)
}

/** Cuts a text, makes it printable, and says how long it is if that is not all of it. */
export function shortened(text: string, characters: number): string {
  const printed = printableLines(beginning(text, characters))
  if (text.length <= characters && printed.length <= characters) return printed
  return `${beginning(printed, characters)}… (${text.length.toLocaleString('en')} characters)`
}

/** Cuts a text, but not within a character of two code units. */
function beginning(text: string, characters: number): string {
  if (text.length <= characters) return text
  return text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')
}

/** Characters of the longest anchor; ids of requirements have some thirty. */
const LONGEST_ANCHOR = 120

/**
 * Names the place of a requirement or family, for `id` and for the fragment of a link. An anchor has no
 * `=`, which marks the fragments of filters, and nothing that a fragment encodes.
 */
export function anchorOf(id: string): string {
  return id
    .slice(0, LONGEST_ANCHOR)
    .replaceAll(/[^\w./-]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}`)
    .slice(0, LONGEST_ANCHOR)
}

/** Makes a table whose first column names its rows. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly [name: Content, ...cells: Content[]])[],
): SafeHtml {
  return html`<div class="scrolled" tabindex="0" role="group" aria-label="${caption}, a table"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`
}
