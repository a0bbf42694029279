import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { firstOf } from '../reporters/wording.ts'
import { readValue } from '../settings/check.ts'
import type { Kind } from '../settings/kinds.ts'
import { nearest } from '../settings/nearest.ts'
import { type NamedSetting, settings } from '../settings/table.ts'
import { textOf } from '../spec/bounded-file.ts'
import { beyondBounds } from '../spec/document-text.ts'

/** Config files that are read unless the user chooses another. */
const NAMES = ['delete-conformance.yaml', 'delete-conformance.yml']

/** Limit of a config file; all settings, each with a comment, take some 4 KiB. */
export const MAX_CONFIG_BYTES = 64 * 1024

/** Limits of nesting: settings need two levels. The size of the file bounds the rest. */
const BOUNDS = {
  levels: 20,
  columns: Number.POSITIVE_INFINITY,
  lexemes: Number.POSITIVE_INFINITY,
}

/**
 * Finds the config file.
 *
 * @param chosen - value of `--config`; false with `--no-config`
 * @param folder - where to look if none is chosen
 * @throws UsageError if there are two
 */
export function configPath(chosen: string | false | undefined, folder = ''): string | undefined {
  if (chosen !== undefined) return chosen === false ? undefined : chosen
  const found = NAMES.map((name) => join(folder, name)).filter(
    // A link that leads nowhere counts: its user wanted a file.
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  )
  if (found.length < 2) return found[0]
  throw new UsageError(`found ${found.join(' and ')}, accepted is one of them`)
}

/**
 * Reads a config file.
 *
 * @throws UsageError if it cannot be read, is too long, or is not UTF-8
 */
export function readConfig(path: string): Promise<string> {
  return textOf({
    named: `config ${printable(path)}`,
    path,
    accepted: 'a YAML file with settings',
    maxBytes: MAX_CONFIG_BYTES,
  })
}

/** Entry of a config file: a key at its top level. */
export interface ConfigEntry {
  readonly key: string
  /** `FILE:LINE` of the key. */
  readonly where: string
  /** Scalar or list of scalars; deeper nesting is an empty list or object. */
  readonly value: unknown
  /** Values as text, as behind a flag: one, or those of a list; each with its `FILE:LINE`. */
  readonly items: readonly { readonly text: string; readonly where: string }[]
}

/**
 * Parses a config file, without judging keys and values. An alias stands for one value or one list of values
 * and is not expanded further, so no file can grow.
 *
 * @param file - its path, for messages
 * @throws UsageError naming file and line if it is not YAML, or not a map of keys to values
 */
export function entriesIn(file: string, text: string): readonly ConfigEntry[] {
  const shown = printable(file)
  const deep = beyondBounds(text, BOUNDS)
  if (deep !== undefined) {
    throw new UsageError(`${shown}:${deep.line}: found too many levels, accepted are lists`)
  }
  const lineCounter = new LineCounter()
  const options = { lineCounter, prettyErrors: false, stringKeys: true }
  const document = parseDocument<ParsedNode>(text, options)
  const at = (offset: number) => `${shown}:${lineCounter.linePos(offset).line || 1}`
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
    const resolve = (given: unknown) => {
      const node = isAlias(given) ? given.resolve(document) : given
      if (isAlias(given) && node === undefined) {
        throw new UsageError(
          `${where}: *${printable(given.source)}: unknown anchor, accepted is one from an earlier line`,
        )
      }
      return isScalar(node) || isSeq(node) || isMap(node) ? node : undefined
    }
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

/** Rewords messages of the parser that are too terse. */
function asSentence(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'found a setting for the second time, accepted is once'
  if (code === 'MULTIPLE_DOCS') return 'found a second document (---), accepted is one'
  return `not YAML: ${printable(message.split('\n')[0] ?? '')}`
}

function plain(node: unknown): unknown {
  if (isScalar(node)) return node.value
  if (isSeq(node)) return []
  return node === undefined ? null : {}
}

/** Keeps a number as it is written: a seed may have more digits than JavaScript numbers hold. */
function textIn(node: unknown): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/**
 * Finds the setting of an entry.
 *
 * @throws UsageError naming file, line and key if there is none, or it is for the command line alone
 */
export function settingIn({ key, where }: ConfigEntry): NamedSetting {
  const setting = settings.find(({ name }) => name === key)
  if (setting?.inFile === true) return setting
  if (/^(second-)?token$/.test(key)) {
    throw new UsageError(
      `${where}: ${key}: a token does not belong in a file, accepted is ${key}-env with the name of a variable`,
    )
  }
  if (setting !== undefined || key === 'no-config') {
    throw new UsageError(
      `${where}: ${key}: does not belong in a file, accepted is the flag --${key}`,
    )
  }
  const known = settings.filter(({ inFile }) => inFile).map(({ name }) => name)
  const meant = nearest(key, known)
  const accepted =
    meant === undefined
      ? `accepted are ${firstOf(known)} ("run --help" lists all)`
      : `did you mean ${meant}?`
  throw new UsageError(`${where}: ${JSON.stringify(key)}: unknown setting, ${accepted}`)
}

/**
 * Reads the value of an entry, or all values of a list.
 *
 * @throws UsageError naming file, line and key if the setting does not accept it
 */
export function valueIn(
  { key, where, value, items }: ConfigEntry,
  { kind, default: standard }: NamedSetting,
): unknown {
  const read = (given: unknown, text: string, place: string, orList: string) => {
    const found = readValue(kind, given, text)
    if (found !== undefined) return found
    const accepted =
      kind.accepted === 'text' ? 'text (in quotes, if it looks like a number)' : kind.accepted
    throw new UsageError(
      `${place}: ${key}: found ${shown(given, kind)}, accepted is ${accepted}${orList}`,
    )
  }
  const isList = kind.item !== undefined
  if (!isList || !Array.isArray(value)) {
    return read(value, items[0]?.text ?? '', where, isList ? ' or a list of them' : '')
  }
  const values = items.flatMap((item, at) => read(value[at], item.text, item.where, ''))
  return values.length === 0 ? standard : values
}

/** Shows a value. Text where none is accepted is not quoted: it may be a secret in the wrong place. */
function shown(value: unknown, { schema }: Kind<unknown>): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'names with values'
  if (typeof value !== 'string') return String(value)
  if (value === '') return 'empty text'
  return [schema.type].flat().includes('string') ? `'${printable(value)}'` : 'text'
}
