import { excerpt } from './printable.ts'

/**
 * Writes any text as a code span: nothing in it is markup, a link, a mention or an HTML tag (CommonMark
 * 0.31 §6.1). Not for cells of tables, which end at a pipe even in code.
 */
export function codeSpan(text: string, characters?: number): string {
  const shown = excerpt(text, characters)
  if (shown.trim() === '') return '(empty)'
  const fence = '`'.repeat(longestRun(shown) + 1)
  // Readers strip one space from both ends, if there is one at each.
  const padding = /^`|`$|^ .* $/.test(shown) ? ' ' : ''
  return fence + padding + shown + padding + fence
}

/** Escapes text of this program, so that no character of it is markup. */
export function plainText(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#!|~&@]/g, '\\$&')
}

/** Writes lines as a fenced block, with a fence longer than any in it (CommonMark 0.31 §4.5). */
export function fenced(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence].join('\n')
}

/** Writes a list, an item a line. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
