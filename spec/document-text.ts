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
import { quote } from '../model/violation.ts'

/** C0 but for tab and line ends: neither YAML nor JSON has them anywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/**
 * The value that a text of YAML or JSON stands for: nothing but objects, lists, text, numbers, `true`,
 * `false` and `null`. Values that an alias repeats are the same object.
 *
 * @param name - the file or URL, for messages
 * @throws DocumentError if it is no UTF-8, neither YAML nor JSON, nested deeper than
 *   200 levels, has a name twice in one object, a tag, or several documents
 */
export function parsedText(name: string, octets: Uint8Array): unknown {
  const text = decoded(name, octets)
  const control = CONTROL.exec(text)
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0')
    throw refused(name, {
      line: lineAt(text, control.index),
      found: `found a control character U+${code}`,
    })
  }
  const parsed = jsonValue(text) ?? yamlValue(text)
  if ('problem' in parsed) throw refused(name, parsed.problem)
  return parsed.value
}

/** JSON is YAML, but reading it as such takes twenty times as long. */
function jsonValue(text: string) {
  if (!/^\s*[{[]/.test(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const problem = problemInJson(text)
  return problem === undefined ? { value } : { problem }
}

function decoded(name: string, octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new DocumentError(`document ${name}: found no UTF-8, accepted is YAML or JSON in it`)
  }
}

function refused(name: string, { line, found }: TextProblem): DocumentError {
  return new DocumentError(`document ${name}: line ${line}: ${found}`)
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** Lists and objects in one another in one text. Descriptions of large services have some thirty. */
const MAX_TEXT_LEVELS = 200

/** A description of 5 MiB with the usual lines has some two millions. */
const MAX_LEXEMES = 3_000_000

/** Before parsing; levels are counted as they are when values are made. */
const BOUNDS = { levels: MAX_TEXT_LEVELS, columns: 1_000, lexemes: MAX_LEXEMES }

const KINDS = { levels: 'levels', columns: 'spaces before a line', lexemes: 'words and marks' }

type Parsed = { readonly value: unknown } | { readonly problem: TextProblem }

/** Thrown and caught in this file. */
class Problem extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/**
 * The value of a YAML text, made in time that grows with its length: what aliases repeat is made once,
 * where the parser's own conversion looks through the whole text for each.
 */
function yamlValue(text: string): Parsed {
  const beyond = beyondBounds(text, BOUNDS)
  if (beyond !== undefined) {
    const { line, of } = beyond
    const found = `found more than ${BOUNDS[of]} ${KINDS[of]}, accepted are as many`
    return { problem: { line, found } }
  }
  const lines = new LineCounter()
  const at = (offset: number) => lines.linePos(offset).line || 1
  const document = parseDocument<ParsedNode>(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The parser compares each name with each; here, it is done with a set.
    uniqueKeys: false,
    logLevel: 'error',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const found = asSentence(problem.code, problem.message)
    return { problem: { line: at(problem.pos[0]), found } }
  }
  if (document.directives?.yaml.version === '1.1') {
    return { problem: { line: 1, found: 'found %YAML 1.1, accepted is YAML 1.2' } }
  }
  try {
    return { value: document.contents === null ? null : valuesIn(document.contents) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { problem: { line: at(error.offset), found: error.message } }
  }
}

/** Sentences of the parser that say less than a person needs. */
function asSentence(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'found a second document (---), accepted is one'
  return `neither YAML nor JSON: ${(message.split('\n')[0] ?? '').slice(0, 200)}`
}

function valuesIn(contents: ParsedNode): unknown {
  /** By the name of its anchor, the value that was given it last; undefined while it is being made. */
  const anchored = new Map<string, { value: unknown } | undefined>()
  const make = (node: ParsedNode | null, level: number): unknown => {
    if (node === null) return null
    const [offset] = node.range
    if (level > MAX_TEXT_LEVELS) {
      throw new Problem(offset, `found more than ${MAX_TEXT_LEVELS} levels, accepted are as many`)
    }
    if (isAlias(node)) return repeated(node, anchored)
    if (node.anchor !== undefined) anchored.set(node.anchor, undefined)
    const value = isScalar(node)
      ? node.value
      : isSeq(node)
        ? node.items.map((item) => make(item as ParsedNode, level + 1))
        : objectOf(node.items, (item) => make(item as ParsedNode | null, level + 1))
    if (node.anchor !== undefined) anchored.set(node.anchor, { value })
    return value
  }
  return make(contents, 1)
}

function objectOf(
  pairs: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[],
  make: (node: ParsedNode | null) => unknown,
): object {
  const entries = new Map<string, unknown>()
  for (const { key, value } of pairs) {
    const name = isScalar(key) ? String(key.value) : ''
    if (entries.has(name)) {
      const found = `found the name ${quote(name)} a second time, accepted is it once`
      throw new Problem(key.range[0], found)
    }
    entries.set(name, make(value))
  }
  return Object.fromEntries(entries)
}

function repeated(
  { source, range }: Alias.Parsed,
  anchored: ReadonlyMap<string, { readonly value: unknown } | undefined>,
): unknown {
  const found = anchored.get(source)
  if (found !== undefined) return found.value
  const why = anchored.has(source) ? 'stands within what it repeats' : 'repeats nothing before it'
  throw new Problem(range[0], `found *${source.slice(0, 100)}, which ${why}`)
}

/** How large and how deep a YAML text may be. */
interface YamlBounds {
  /** Lists and maps in one another; those that are made by indentation are not counted. */
  readonly levels: number
  /** Spaces before a line: each level that is made by indentation has one more. */
  readonly columns: number
  /** Words, marks, spaces and line ends: each takes some 400 octets of memory when it is parsed. */
  readonly lexemes: number
}

/** Where a YAML text goes beyond its bounds. */
interface BeyondBounds {
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

/**
 * What `JSON.parse` lets pass in a text and a document must not have: a name that stands twice in one
 * object, of which readers choose differently, and nesting without end.
 *
 * @param text - valid JSON
 */
function problemInJson(text: string): TextProblem | undefined {
  /** The names in each object or list that is open; a list has none. */
  const open: Set<string>[] = []
  let line = 1
  let string = ''
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '\n':
        line += 1
        break
      case '{':
      case '[':
        open.push(new Set())
        if (open.length > MAX_TEXT_LEVELS) {
          return { line, found: `found more than ${MAX_TEXT_LEVELS} levels, accepted are as many` }
        }
        break
      case '}':
      case ']':
        open.pop()
        break
      case '"': {
        const end = endOfString(text, at)
        string = text.slice(at, end + 1)
        at = end
        break
      }
      case ':': {
        const name = JSON.parse(string) as string
        const names = open.at(-1)
        if (names?.has(name)) {
          return { line, found: `found the name ${quote(name)} a second time, accepted is it once` }
        }
        names?.add(name)
      }
    }
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** Why a text cannot be used: on which line, and what was found. */
interface TextProblem {
  readonly line: number
  readonly found: string
}

/**
 * The document cannot be used. The message names the file or URL, what was found and what is
 * accepted, in one line.
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
}
