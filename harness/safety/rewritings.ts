import { HOMOGLYPHS } from '../../model/homoglyphs.ts'
import { octetsOf } from '../../model/path-segment.ts'
import { digitValue, inBase64 } from './numbers.ts'

/**
 * Simulates what a careless server makes of a text before it looks an id up.
 *
 * A rewriting decodes, normalises, trims or cuts. It rather makes too many texts than too few: each of them
 * is rewritten and looked up in turn, and a segment is sent only if none of them takes an id of somebody else.
 */

/** Texts that a rewriting makes of another. */
interface Rewritten {
  /** Texts that the server could take for the id that was asked for. */
  readonly whole?: readonly string[]
  /** Parts that it cuts off, and could take for an id only if they look like one. */
  readonly rest?: readonly string[]
  /** Whether the text leads to no id, but to all of them. */
  readonly everything?: boolean
}

export interface Rewriting {
  readonly name: string
  /** Whether it changes the spelling alone, so that a text resembles the same ids afterwards. */
  readonly spelling?: true
  /** Whether to try it only on a target whose ids look like base 64. */
  readonly onBase64?: true
  /** @param collection - last segment of the collection path: `..` above it and back again is harmless */
  readonly of: (text: string, collection: string) => Rewritten
}

/** Rewritings of the spelling alone, by name. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'decoded once more': decodedAgain,
  'a plus as a space': (text) => text.replaceAll('+', ' '),
  normalised,
  'without invisible characters': (text) => text.replaceAll(/[\p{Cf}\p{Mn}\uFFFD]/gu, ''),
  'in Latin letters': transliterated,
  trimmed,
}

/** Rewritings, each of which is tried on the results of all. */
export const REWRITINGS: readonly Rewriting[] = [
  ...Object.entries(SPELLINGS).map(([name, spelled]): Rewriting => {
    const of = (text: string) => {
      const other = spelled(text)
      return other === text ? {} : { whole: [other] }
    }
    return { name, spelling: true, of }
  }),
  { name: 'cut at an end', of: cutAtEnds },
  { name: 'cut at a separator', of: cutAtSeparators },
  { name: 'without extension', of: withoutExtension },
  { name: 'as a list', of: asList },
  { name: 'as JSON', of: asJson },
  { name: 'as a path', of: asPath },
  { name: 'through base 64', onBase64: true, of: throughBase64 },
]

/** Spellings that are looked at for each rewriting, on the whole. */
const SPELLINGS_A_REWRITING = 4

/** Yields a text, and what it may be once its spelling is decoded. */
export function* spellingsOf(text: string, rewritings: readonly Rewriting[]): Iterable<string> {
  const spelled = new Set([text])
  for (const one of spelled) {
    yield one
    if (spelled.size > SPELLINGS_A_REWRITING * rewritings.length) return
    for (const { spelling, of } of rewritings) {
      for (const other of spelling === true ? (of(one, '').whole ?? []) : []) spelled.add(other)
    }
  }
}

const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/

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

/** Characters at which a careless server cuts an id off. */
const ENDS = /[\p{Cc}\p{Z}?#;&=\uFFFD]/u
/** Characters at which it may cut an id into several, and take one of them. */
const SEPARATORS = /[:@!~'"`()<>*+$^{}[\]]/
/** A text behind an end that is long enough to be an id of its own. */
const LIKE_AN_ID = /[\w-]{6}/

function cutAtEnds(text: string): Rewritten {
  const [head = '', ...tails] = text.split(ENDS)
  if (tails.length === 0) return {}
  if (trimmed(head) === '' && text.search(WRAPPING) !== 0) return { everything: true }
  const whole = tails.filter((one) => LIKE_AN_ID.test(one))
  return { whole: head === '' ? whole : [head, ...whole], rest: tails.filter((one) => one !== '') }
}

function cutAtSeparators(text: string): Rewritten {
  const pieces = text.split(SEPARATORS)
  return pieces.length === 1 ? {} : { rest: pieces.filter((one) => one !== '') }
}

function withoutExtension(text: string): Rewritten {
  const [first, last] = [text.indexOf('.'), text.lastIndexOf('.')]
  if (first <= 0) return {}
  return { rest: [text.slice(0, first), text.slice(0, last), text.slice(last + 1)] }
}

/** An empty entry of a list, joined to a folder, is the folder; in a query it matches everything. */
function asList(text: string): Rewritten {
  if (/[;&]/.test(text) && text.split(/[;&]/).map(trimmed).includes('')) return { everything: true }
  const entries = text.split(/[,|]/).map(trimmed)
  if (entries.length === 1) return {}
  return entries.includes('') ? { everything: true } : { whole: entries }
}

/** Decoders of base 64 pass over characters beyond its alphabet, and over odd bits at the end. */
function throughBase64(text: string): Rewritten {
  // An empty name, joined to a folder, is the folder itself.
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

/** Lists the texts and numbers in a value of JSON. */
export function leaves(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.values(value).flatMap((child) => leaves(child, depth + 1))
}

/** Names of sub-resources, which are no ids behind an id. */
const SUB_RESOURCES = ['content']

function asPath(text: string, collection: string): Rewritten {
  if (!/[/\\]|^\.{1,2}$/.test(text)) return {}
  // An empty last name, joined to a folder, is the folder itself.
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
  // A server may take any one name of the path.
  const last = path.at(-1) ?? ''
  const names = path.length > 1 && SUB_RESOURCES.includes(last) ? path.slice(0, -1) : path
  return { whole: names, rest: left }
}
