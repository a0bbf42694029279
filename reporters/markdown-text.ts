import { excerpt } from './excerpt.ts'

/**
 * Text of any kind as a code span: nothing in it is markup, a link, a mention or an HTML tag
 * (CommonMark 0.31 §6.1, GitHub's mentions included). Not for tables, whose cells end at a pipe even in code.
 */
export function codeSpan(text: string, characters?: number): string {
  const shown = excerpt(text, characters)
  if (shown.trim() === '') return '(empty)'
  const fence = '`'.repeat(longestRun(shown) + 1)
  // Of spaces at both ends one each is taken off again.
  const padding = /^`|`$|^ .* $/.test(shown) ? ' ' : ''
  return fence + padding + shown + padding + fence
}

/** Text of our own as text: no character of it is markup. */
export function plainText(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#!|~&@]/g, '\\$&')
}

/** Lines as a fenced block, whose fence is longer than any in it (CommonMark 0.31 §4.5). */
export function fenced(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence].join('\n')
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
