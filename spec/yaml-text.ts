import {
  type Alias,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml'
import { quote } from '../model/violation.ts'
import { MAX_TEXT_LEVELS, type TextProblem } from './text-problem.ts'
import { beyondBounds } from './yaml-bounds.ts'

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
export function yamlValue(text: string): Parsed {
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
