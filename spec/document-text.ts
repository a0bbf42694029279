import { isUtf8 } from 'node:buffer'
import {
  type Alias,
  CST,
  isAlias,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml'
import { DocumentError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'

/** Lists and objects in one another in one text. Descriptions of large services have some thirty. */
const MAX_LEVELS = 200

/** Bounds before parsing. A description of 5 MiB with lines of the usual length has two million lexemes. */
const YAML_BOUNDS = { levels: MAX_LEVELS, columns: 1_000, lexemes: 3_000_000 }

const UNITS = { levels: 'levels', columns: 'spaces before a line', lexemes: 'words and marks' }

/** Control characters but tab and line ends: YAML and JSON allow them nowhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/** A fault of a text. Thrown and caught in this file. */
class TextError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/**
 * Parses YAML or JSON: nothing but objects, lists, text, numbers, `true`, `false` and `null`. Values
 * that an alias repeats are the same object.
 *
 * @param name - the file or URL, for messages
 * @throws DocumentError if it is not UTF-8, neither YAML nor JSON, nested deeper than 200 levels, or
 *   has a name twice in one object, a tag, or several documents
 */
export function parsedText(name: string, octets: Uint8Array): unknown {
  if (!isUtf8(octets)) {
    throw new DocumentError(`document ${name}: found no UTF-8, accepted is YAML or JSON in it`)
  }
  const text = new TextDecoder().decode(octets)
  try {
    refuseControlCharacters(text)
    return jsonValue(text) ?? yamlValue(text)
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    throw new DocumentError(`document ${name}: line ${error.line}: ${error.message}`)
  }
}

function refuseControlCharacters(text: string): void {
  const control = CONTROL.exec(text)
  if (control === null) return
  const line = text.slice(0, control.index).split('\n').length
  const code = control[0].charCodeAt(0).toString(16).padStart(4, '0')
  throw new TextError(line, `found a control character U+${code}`)
}

/** Parses JSON; undefined if it is none. JSON is YAML, but the parser of YAML takes twenty times as long. */
function jsonValue(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  checkNamesAndLevels(text)
  return value
}

/** Refuses two things that `JSON.parse` accepts: nesting without end, and a name twice in one object. */
function checkNamesAndLevels(json: string): void {
  /** Names in each open object or list; a list has none. */
  const open: Set<string>[] = []
  let line = 1
  let string = ''
  for (let at = 0; at < json.length; at += 1) {
    const mark = json[at]
    if (mark === '\n') line += 1
    else if (mark === '}' || mark === ']') open.pop()
    else if (mark === '{' || mark === '[') {
      if (open.push(new Set()) > MAX_LEVELS) throw beyond(line, 'levels')
    } else if (mark === '"') {
      const end = endOfString(json, at)
      string = json.slice(at, end + 1)
      at = end
    } else if (mark === ':') {
      const name = JSON.parse(string) as string
      if (open.at(-1)?.has(name)) throw repeatedName(line, name)
      open.at(-1)?.add(name)
    }
  }
}

function endOfString(json: string, start: number): number {
  let at = start + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

function yamlValue(text: string): unknown {
  const outside = beyondBounds(text, YAML_BOUNDS)
  if (outside !== undefined) throw beyond(outside.line, outside.of)
  const lineCounter = new LineCounter()
  const lineAt = (offset: number) => lineCounter.linePos(offset).line || 1
  const document = parseDocument<ParsedNode>(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    // The parser compares each name with each; valueIn uses a map.
    uniqueKeys: false,
    logLevel: 'error',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const found =
      problem.code === 'MULTIPLE_DOCS'
        ? 'found a second document (---), accepted is one'
        : `neither YAML nor JSON: ${(problem.message.split('\n')[0] ?? '').slice(0, 200)}`
    throw new TextError(lineAt(problem.pos[0]), found)
  }
  if (document.directives?.yaml.version === '1.1') {
    throw new TextError(1, 'found %YAML 1.1, accepted is YAML 1.2')
  }
  return valueIn(document.contents, lineAt)
}

/**
 * Makes the value of parsed YAML in time that grows with its length. The parser's own conversion
 * searches the whole text for each alias.
 */
function valueIn(contents: ParsedNode | null, lineAt: (offset: number) => number): unknown {
  /** Latest value of each anchor; undefined until it is complete. */
  const anchored = new Map<string, { readonly value: unknown } | undefined>()

  const make = (node: ParsedNode | null, level: number): unknown => {
    if (node === null) return null
    if (level > MAX_LEVELS) throw beyond(lineAt(node.range[0]), 'levels')
    if (isAlias(node)) return repeated(node)
    if (node.anchor !== undefined) anchored.set(node.anchor, undefined)
    const value = content(node, level)
    if (node.anchor !== undefined) anchored.set(node.anchor, { value })
    return value
  }

  const repeated = ({ source, range }: Alias.Parsed): unknown => {
    const found = anchored.get(source)
    if (found !== undefined) return found.value
    const why = anchored.has(source) ? 'stands within what it repeats' : 'repeats nothing before it'
    throw new TextError(lineAt(range[0]), `found *${source.slice(0, 100)}, which ${why}`)
  }

  const content = (node: Exclude<ParsedNode, Alias.Parsed>, level: number) => {
    if (isScalar(node)) return node.value
    if (isSeq(node)) return node.items.map((item) => make(item as ParsedNode, level + 1))
    const entries = new Map<string, unknown>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      if (entries.has(name)) throw repeatedName(lineAt(key.range[0]), name)
      entries.set(name, make(value, level + 1))
    }
    return Object.fromEntries(entries)
  }

  return make(contents, 1)
}

function beyond(line: number, of: keyof YamlBounds): TextError {
  return new TextError(line, `found more than ${YAML_BOUNDS[of]} ${UNITS[of]}, the limit`)
}

function repeatedName(line: number, name: string): TextError {
  return new TextError(line, `found the name ${quote(name)} a second time in one object`)
}

/** Bounds of the size and depth of a YAML text. */
interface YamlBounds {
  /** Lists and maps in one another, without those that indentation makes. */
  readonly levels: number
  /** Spaces before a line: each level that indentation makes has one more. */
  readonly columns: number
  /** Words, marks, spaces and line ends: the parser takes some 400 octets of memory for each. */
  readonly lexemes: number
}

/**
 * Finds where a YAML text is too deep or too long to be parsed; undefined if it is within the bounds.
 * The parser calls itself for each level: without a limit, a small file uses up the stack and ends the
 * process.
 */
export function beyondBounds(
  text: string,
  bounds: YamlBounds,
): { readonly line: number; readonly of: keyof YamlBounds } | undefined {
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
