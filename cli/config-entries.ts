import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { beyondBounds } from '../spec/document-text.ts'

/** A file with settings needs two levels; its size bounds the rest. */
const BOUNDS = {
  levels: 20,
  columns: Number.POSITIVE_INFINITY,
  lexemes: Number.POSITIVE_INFINITY,
}

/** One setting of a file: a key that stands at its top level. */
export interface ConfigEntry {
  readonly key: string
  /** `FILE:LINE` of the key. */
  readonly where: string
  /** Scalar or list of scalars; whatever is nested deeper is an empty list or object. */
  readonly value: unknown
  /** The values in it, as somebody would write them behind a flag: one, or those of a list. */
  readonly items: readonly ConfigItem[]
}

interface ConfigItem {
  readonly text: string
  /** `FILE:LINE` */
  readonly where: string
}

/**
 * Takes the text of a config file apart, without judging keys and values.
 *
 * Nothing is expanded: an alias stands for one value or one list of values, so no file can grow.
 *
 * @param file - its path, for messages
 * @throws UsageError naming file and line where it is no YAML, or no list of keys with values
 */
export function entriesIn(file: string, text: string): readonly ConfigEntry[] {
  const deep = beyondBounds(text, BOUNDS)
  if (deep !== undefined) {
    throw new UsageError(
      `${printable(file)}:${deep.line}: found too many levels, accepted are lists`,
    )
  }
  const lines = new LineCounter()
  const document = parseDocument<ParsedNode>(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const at = (offset: number) => `${printable(file)}:${lines.linePos(offset).line || 1}`
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    throw new UsageError(`${at(problem.pos[0])}: ${asSentence(problem.code, problem.message)}`)
  }
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null)) return []
  if (!isMap(contents)) {
    throw new UsageError(`${at(contents.range[0])}: found no "name: value", accepted is one a line`)
  }
  return contents.items.map(({ key, value }) => {
    const where = at(key.range[0])
    const resolve = (node: unknown) => resolved(node, document, where)
    const node = resolve(value)
    const nodes = isSeq(node) ? node.items.map(resolve) : [node]
    return {
      key: isScalar(key) ? String(key.value) : '',
      where,
      value: isSeq(node) ? nodes.map(plain) : plain(node),
      items: nodes.map((item) => ({
        text: textOf(item),
        where: item?.range ? at(item.range[0]) : where,
      })),
    }
  })
}

type AnyNode = ReturnType<typeof resolved>

/** Sentences of the parser that say less than a person needs. */
function asSentence(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'found a name that stands there before, accepted is it once'
  if (code === 'MULTIPLE_DOCS') return 'found a second document (---), accepted is one'
  return `no YAML: ${printable(message.split('\n')[0] ?? '')}`
}

function resolved(node: unknown, document: Document, where: string) {
  const target = isAlias(node) ? node.resolve(document) : node
  if (isAlias(node) && target === undefined) {
    throw new UsageError(
      `${where}: *${printable(node.source)}: found no such anchor, accepted is one that stands before`,
    )
  }
  return isScalar(target) || isSeq(target) || isMap(target) ? target : undefined
}

function plain(node: AnyNode): unknown {
  if (isScalar(node)) return node.value
  if (isSeq(node)) return []
  return node === undefined ? null : {}
}

/** A number as it is written: a seed may have more digits than a number of JavaScript can keep. */
function textOf(node: AnyNode): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
