import { CST, Lexer } from 'yaml'

/** How large and how deep a YAML text may be. */
export interface YamlBounds {
  /** Lists and maps in one another; those that are made by indentation are not counted. */
  readonly levels: number
  /** Spaces before a line: each level that is made by indentation has one more. */
  readonly columns: number
  /** Words, marks, spaces and line ends: each takes some 400 octets of memory when it is parsed. */
  readonly lexemes: number
}

/** Where a YAML text goes beyond its bounds. */
export interface BeyondBounds {
  readonly line: number
  readonly of: keyof YamlBounds
}

/**
 * Where a YAML text is nested too deep to be parsed, or has too many lexemes; undefined where it
 * nowhere does. The parser calls itself for each level: without a limit, a small file takes the whole
 * stack, and with it the process.
 */
export function beyondBounds(text: string, bounds: YamlBounds): BeyondBounds | undefined {
  let line = 1
  let lexemes = 0
  let open = 0
  let onThisLine = 0
  let startsLine = true
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme)
    if (type === 'flow-seq-start' || type === 'flow-map-start') open += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') open -= 1
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') onThisLine += 1
    lexemes += 1
    const columns = type === 'space' && startsLine ? lexeme.length : 0
    if (open + onThisLine > bounds.levels) return { line, of: 'levels' }
    if (columns > bounds.columns) return { line, of: 'columns' }
    if (lexemes > bounds.lexemes) return { line, of: 'lexemes' }
    const ends = lexeme.split('\n').length - 1
    startsLine = lexeme.endsWith('\n')
    if (ends > 0) onThisLine = 0
    line += ends
  }
  return undefined
}
