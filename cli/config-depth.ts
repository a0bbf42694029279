import { CST, Lexer } from 'yaml'

/** A file with settings needs two. */
const MAX_LEVELS = 20

/**
 * The line on which a YAML text is nested too deep to be parsed; undefined where it nowhere is. The
 * parser calls itself for each level: without a limit, a small file takes the whole stack, and with
 * it the process.
 *
 * Levels that are made by indentation alone are not counted: each is longer than the one before, so a
 * file of limited size cannot have many.
 */
export function lineTooDeep(text: string): number | undefined {
  let line = 1
  let open = 0
  let onThisLine = 0
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme)
    if (type === 'flow-seq-start' || type === 'flow-map-start') open += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') open -= 1
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') onThisLine += 1
    if (open + onThisLine > MAX_LEVELS) return line
    const ends = lexeme.split('\n').length - 1
    if (ends > 0) onThisLine = 0
    line += ends
  }
  return undefined
}
