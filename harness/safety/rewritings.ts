import { HOMOGLYPHS } from '../../model/homoglyphs.ts'
import { octetsOf } from '../../model/path-segment.ts'
import { digitValue, inBase64 } from './numbers.ts'

/**
 * What a careless server may make of a text before it looks an id up.
 *
 * `whole`: texts that it could take for the id that was asked for. `rest`: what it cuts off, which it could
 * take for an id only if it looks like one. `everything`: the text leads to no id, but to all of them.
 */
interface Rewritten {
  readonly whole?: readonly string[]
  readonly rest?: readonly string[]
  readonly everything?: boolean
}

export interface Rewriting {
  readonly name: string
  /** Whether the text is only spelled in another way, so that what it resembles stays the same. */
  readonly spelling?: true
  /** Whether it is tried only where ids are such as an encoder of base 64 makes. */
  readonly onBase64?: true
  /** @param collection - last segment of the collection path: `..` above it and back again is harmless */
  readonly of: (text: string, collection: string) => Rewritten
}

/** Rewritings of a text, each of them tried on what the others have made. */
export const REWRITINGS: readonly Rewriting[] = [
  { name: 'decoded once more', spelling: true, of: (text) => other(text, decodedAgain(text)) },
  {
    name: 'a plus as a space',
    spelling: true,
    of: (text) => other(text, text.replaceAll('+', ' ')),
  },
  { name: 'normalised', spelling: true, of: (text) => other(text, normalised(text)) },
  {
    name: 'without invisible characters',
    spelling: true,
    of: (text) => other(text, text.replaceAll(/[\p{Cf}\p{Mn}\uFFFD]/gu, '')),
  },
  { name: 'in Latin letters', spelling: true, of: (text) => other(text, transliterated(text)) },
  { name: 'trimmed', spelling: true, of: (text) => other(text, trimmed(text)) },
  { name: 'cut at an end', of: cutAtEnds },
  { name: 'cut at a separator', of: (text) => ({ rest: pieces(text, SEPARATORS) }) },
  { name: 'without extension', of: withoutExtension },
  { name: 'as a list', of: asList },
  { name: 'as JSON', of: asJson },
  { name: 'as a path', of: asPath },
  { name: 'through base 64', onBase64: true, of: throughBase64 },
]

function other(before: string, after: string): Rewritten {
  return after === before ? {} : { whole: [after] }
}

const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/

/** Octets behind percent signs decoded, once more than the path needs it. */
function decodedAgain(text: string): string {
  if (!PERCENT_ENCODED.test(text)) return text
  return octetsOf(Buffer.from(text).toString('latin1')).toString('utf8')
}

const ASCII = /^[\0-\x7f]*$/

function normalised(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFKC').replaceAll(/\p{Nd}/gu, digitValue)
}

const LATIN = new Map(Object.entries(HOMOGLYPHS).map(([latin, letter]) => [letter, latin]))

function transliterated(text: string): string {
  return ASCII.test(text) ? text : [...text].map((one) => LATIN.get(one) ?? one).join('')
}

const WRAPPING = /[\p{Cc}\p{Z}"'`[\](){}<>\uFEFF\uFFFD]/u

function trimmed(text: string): string {
  let [begin, end] = [0, text.length]
  while (begin < end && WRAPPING.test(text.charAt(begin))) begin += 1
  while (end > begin && WRAPPING.test(text.charAt(end - 1))) end -= 1
  return text.slice(begin, end)
}

/** Where a careless server cuts an id off. */
const ENDS = /[\p{Cc}\p{Z}?#;&=\uFFFD]/u
/** Where it may cut an id into several, of which it takes one. */
const SEPARATORS = /[:@!~'"`()<>*+$^{}[\]]/
/** What stands behind an end could be an id of its own if it is no shorter than this. */
const LIKE_AN_ID = /[\w-]{6}/

function cutAtEnds(text: string): Rewritten {
  const [head = '', ...tails] = text.split(ENDS)
  if (tails.length === 0) return {}
  if (trimmed(head) === '' && text.search(WRAPPING) !== 0) return { everything: true }
  const whole = tails.filter((one) => LIKE_AN_ID.test(one))
  return { whole: head === '' ? whole : [head, ...whole], rest: tails.filter((one) => one !== '') }
}

function pieces(text: string, separators: RegExp): readonly string[] {
  const all = text.split(separators)
  return all.length === 1 ? [] : all.filter((one) => one !== '')
}

function withoutExtension(text: string): Rewritten {
  const [first, last] = [text.indexOf('.'), text.lastIndexOf('.')]
  if (first <= 0) return {}
  return { rest: [text.slice(0, first), text.slice(0, last), text.slice(last + 1)] }
}

/** An empty entry of a list is joined to a folder, or matches everything. */
function asList(text: string): Rewritten {
  if (/[;&]/.test(text) && text.split(/[;&]/).map(trimmed).includes('')) return { everything: true }
  const entries = text.split(/[,|]/).map(trimmed)
  if (entries.length === 1) return {}
  return entries.includes('') ? { everything: true } : { whole: entries }
}

/** Decoders of base 64 pass over what is not of its alphabet, and over odd bits at the end. */
function throughBase64(text: string): Rewritten {
  // Nothing of it is in the alphabet: joined to a folder, that is the folder itself.
  if (Buffer.from(text, 'base64').length === 0) return { everything: true }
  return { rest: inBase64(text).filter((one) => one !== text && one !== '') }
}

function asJson(text: string): Rewritten {
  if (!/^\s*[[{"]/.test(text)) return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return {}
  }
  const whole = leaves(value, 0)
  return whole.length === 0 || whole.includes('') ? { everything: true } : { whole }
}

const MAX_DEPTH = 20

/** The texts and numbers in a value of JSON. */
export function leaves(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.values(value).flatMap((child) => leaves(child, depth + 1))
}

/** Sub-resources of a file: where one is named behind an id, it is none itself. */
const SUB_RESOURCES = ['content']

function asPath(text: string, collection: string): Rewritten {
  if (!/[/\\]|^\.{1,2}$/.test(text)) return {}
  // What follows the last separator is no name, and joined to a folder the folder itself.
  if (text.endsWith('/')) return { everything: true }
  const path: string[] = []
  const left: string[] = []
  let above = 0
  for (const part of text.split(/[/\\]/).map(trimmed)) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      const name = path.pop()
      if (name === undefined) above += 1
      else left.push(name)
    } else if (above > 0 && part === collection) above -= 1
    else path.push(part)
  }
  if (path.length === 0) return { everything: true }
  // Whoever takes one name of a path does not follow it first.
  const last = path.at(-1) ?? ''
  const names = path.length > 1 && SUB_RESOURCES.includes(last) ? path.slice(0, -1) : path
  return { whole: names, rest: left }
}
