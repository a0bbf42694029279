import { lstatSync } from 'node:fs'
import { join } from 'node:path'
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
import { textOf } from '../spec/bounded-file.ts'
import { beyondBounds } from '../spec/document-text.ts'

/** Files with settings that are read unless another is chosen. */
const NAMES = ['delete-conformance.yaml', 'delete-conformance.yml']

/** Every flag, each with a comment, takes some 4 KiB. */
export const MAX_CONFIG_BYTES = 64 * 1024

/** A file with settings needs two levels; its size bounds the rest. */
const BOUNDS = {
  levels: 20,
  columns: Number.POSITIVE_INFINITY,
  lexemes: Number.POSITIVE_INFINITY,
}

/**
 * Finds the file that settings come from.
 *
 * @param chosen - what `--config` names; false with `--no-config`
 * @param folder - where to look if none is chosen
 * @throws UsageError if there are two
 */
export function configPath(chosen: string | false | undefined, folder = ''): string | undefined {
  if (chosen !== undefined) return chosen === false ? undefined : chosen
  const found = NAMES.map((name) => join(folder, name)).filter(
    // A link that leads nowhere counts: its user wanted a file.
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  )
  if (found.length > 1)
    throw new UsageError(`found ${found.join(' and ')}, accepted is one of them`)
  return found[0]
}

/**
 * Reads a file with settings.
 *
 * @throws UsageError if it cannot be read, is too long, or is no UTF-8
 */
export function readConfig(path: string): Promise<string> {
  return textOf({
    named: `config ${printable(path)}`,
    path,
    accepted: 'a YAML file with settings',
    maxBytes: MAX_CONFIG_BYTES,
  })
}

/** Setting in a file: a key at its top level. */
export interface ConfigEntry {
  readonly key: string
  /** `FILE:LINE` of the key. */
  readonly where: string
  /** Scalar or list of scalars; deeper nesting is an empty list or object. */
  readonly value: unknown
  /** Values as text, as behind a flag: one, or those of a list. */
  readonly items: readonly ConfigItem[]
}

/** Text that gives a setting its value, and where it stands. */
interface ConfigItem {
  readonly text: string
  /** `FILE:LINE` */
  readonly where: string
}

/**
 * Takes the text of a config file apart, without judging keys and values. An alias stands for one value
 * or one list of values and is not expanded further, so no file can grow.
 *
 * @param file - its path, for messages
 * @throws UsageError naming file and line if it is not YAML, or not a list of keys with values
 */
export function entriesIn(file: string, text: string): readonly ConfigEntry[] {
  const shown = printable(file)
  const deep = beyondBounds(text, BOUNDS)
  if (deep !== undefined) {
    throw new UsageError(`${shown}:${deep.line}: found too many levels, accepted are lists`)
  }
  const lines = new LineCounter()
  const document = parseDocument<ParsedNode>(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const at = (offset: number) => `${shown}:${lines.linePos(offset).line || 1}`
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
        text: textIn(item),
        where: item?.range ? at(item.range[0]) : where,
      })),
    }
  })
}

type AnyNode = ReturnType<typeof resolved>

/** Rewords what the parser says too tersely. */
function asSentence(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'found a setting for the second time, accepted is once'
  if (code === 'MULTIPLE_DOCS') return 'found a second document (---), accepted is one'
  return `not YAML: ${printable(message.split('\n')[0] ?? '')}`
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

/** Keeps a number as it is written: a seed may have more digits than a number of JavaScript. */
function textIn(node: AnyNode): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
