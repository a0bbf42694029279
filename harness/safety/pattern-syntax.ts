import { ANY, ANYTHING, type CharacterSet, NOTHING, type Node } from './pattern.ts'

/**
 * Reads patterns as databases, shells and regular expressions write them.
 *
 * A reader rather takes too much than too little: it ignores case and anchors, since many servers do, and
 * takes what it does not understand for a pattern that matches everything.
 */

/** Groups in one another, at most. Nobody makes a pattern of a deeper text. */
const MAX_DEPTH = 20

/** A language of wildcards. */
interface Dialect {
  readonly wildcards: Readonly<Record<string, Node>>
  /** Signs that negate a set where they come first. */
  readonly negations: string
  /** Whether `{a,b}` lists alternatives. */
  readonly braces: boolean
}

const LIKE: Dialect = { wildcards: { '%': ANYTHING, _: ANY }, negations: '^', braces: false }
const GLOB: Dialect = { wildcards: { '*': ANYTHING, '?': ANY }, negations: '!^', braces: true }

/** Reads `LIKE` of SQL, with the sets of Transact-SQL, and with escapes that a server may know. */
export function likePattern(text: string): Node {
  return wildcardPattern(text, LIKE, 0)
}

/** Reads a shell pattern: `*`, `?`, sets, and lists in braces. */
export function globPattern(text: string): Node {
  // A leading `!` may negate the pattern, and groups are beyond this reader.
  if (text.startsWith('!') || /[!?*+@]\(/.test(text)) return ANYTHING
  return wildcardPattern(text, GLOB, 0)
}

function wildcardPattern(text: string, dialect: Dialect, depth: number): Node {
  const nodes: Node[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const itself = folded(character)
    const set = character === '[' ? setAt(text, at, dialect.negations) : undefined
    const hasList = character === '{' && dialect.braces && depth < MAX_DEPTH
    const list = hasList ? alternativesAt(text, at) : undefined
    if (set !== undefined) nodes.push(choice([set.node, itself]))
    else if (list !== undefined) {
      nodes.push(choice(list.texts.map((one) => wildcardPattern(one, dialect, depth + 1))))
    } else if (character === '\\') {
      nodes.push({ kind: 'repeat', node: itself, least: 0, most: 1 })
    } else nodes.push(dialect.wildcards[character] ?? itself)
    at = set?.end ?? list?.end ?? at
  }
  return row(nodes)
}

/** Returns the texts between the commas of `{a,b}`, and where its brace closes. */
function alternativesAt(text: string, begin: number) {
  let depth = 0
  const texts = ['']
  for (let at = begin; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (depth === 0) return texts.length === 1 ? undefined : { texts, end: at }
    if (depth === 1 && character === ',') texts.push('')
    else if (at > begin) texts.push((texts.pop() ?? '') + character)
  }
  return undefined
}

/** Sets whose end the dialects of regular expressions see in different places. */
const UNCERTAIN_SET = /\[\^?(?:\]|[^\]]*[\\[])/

/** Escapes whose arguments follow them, or whose meaning the dialects do not share. */
const UNCERTAIN_ESCAPE = /\\(?![bBdswDSWAzZ])[0-9A-Za-z]/

/** Reads a regular expression that may match anywhere in an id. */
export function regularExpression(text: string): Node {
  if (UNCERTAIN_SET.test(text) || UNCERTAIN_ESCAPE.test(text)) return ANYTHING
  const reader = { text, at: 0 }
  const parts: Node[] = []
  while (reader.at < text.length) {
    parts.push(alternatives(reader, 0))
    // A closing parenthesis without an opening one stands for itself.
    if (reader.at < text.length) parts.push(folded(text.charAt(reader.at)))
    reader.at += 1
  }
  return row([ANYTHING, ...parts, ANYTHING])
}

interface Reader {
  readonly text: string
  at: number
}

function alternatives(reader: Reader, depth: number): Node {
  const all = [terms(reader, depth)]
  while (reader.text[reader.at] === '|') {
    reader.at += 1
    all.push(terms(reader, depth))
  }
  return choice(all)
}

function terms(reader: Reader, depth: number): Node {
  const nodes: Node[] = []
  for (;;) {
    const character = reader.text[reader.at]
    if (character === undefined || character === '|' || character === ')') return row(nodes)
    nodes.push(quantified(reader, term(reader, depth)))
  }
}

function term(reader: Reader, depth: number): Node {
  const { text, at } = reader
  const character = text.charAt(at)
  const set = character === '[' ? setAt(text, at, '^') : undefined
  reader.at = (set?.end ?? at) + 1
  if (set !== undefined) return set.node
  switch (character) {
    case '(':
      return group(reader, depth)
    case '.':
      return ANY
    case '^':
    case '$':
      return NOTHING
    case '\\':
      reader.at += 1
      return escaped(text.charAt(at + 1))
    default:
      return folded(character)
  }
}

function group(reader: Reader, depth: number): Node {
  const { text } = reader
  const opening = /^\?(?:<?[=!]|:|P?<\w+>)/.exec(text.slice(reader.at, reader.at + 80))?.[0]
  if (depth === MAX_DEPTH || (opening === undefined && text[reader.at] === '?')) {
    reader.at = text.length
    return ANYTHING
  }
  reader.at += opening?.length ?? 0
  const inside = alternatives(reader, depth + 1)
  if (text[reader.at] === ')') reader.at += 1
  // A group that looks ahead or behind takes up no character.
  return opening !== undefined && /[=!]$/.test(opening) ? NOTHING : inside
}

function quantified(reader: Reader, node: Node): Node {
  let result = node
  for (;;) {
    const rest = reader.text.slice(reader.at, reader.at + 40)
    const quantifier = /^(?:[*+?]|\{\d*,?\d*\})/.exec(rest)?.[0]
    if (quantifier === undefined || quantifier === '{}' || quantifier === '{,}') return result
    reader.at += quantifier.length
    const least = /^(?:[*?]|\{(?:0|,))/.test(quantifier) ? 0 : 1
    const most = quantifier === '?' || /^\{[01](?:,1)?\}$/.test(quantifier) ? 1 : 'many'
    // A second quantifier makes the first lazy or possessive, which takes up no more.
    result = { kind: 'repeat', node: result, least, most }
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = { d: /\d/, w: /\w/, s: /\s/ }

/** Reads what follows a backslash; a letter that is not known may mean anything. */
function escaped(character: string): Node {
  const known = CLASSES[character]
  if (known !== undefined) return (one) => known.test(one)
  return /[0-9A-Za-z]/.test(character) ? ANYTHING : folded(character || '\\')
}

/**
 * Reads the set at an opening bracket, `[a-z]`; undefined where it does not close.
 *
 * @returns the set, and where it closes
 */
function setAt(
  text: string,
  begin: number,
  negations: string,
): { readonly node: CharacterSet; readonly end: number } | undefined {
  const sign = text.charAt(begin + 1)
  const isNegated = sign !== '' && negations.includes(sign)
  const first = begin + (isNegated ? 2 : 1)
  // A bracket that comes first stands for itself.
  const end = text.indexOf(']', first + 1)
  if (end < 0) return undefined
  const inside = text.slice(first, end)
  if (/[\\:]/.test(inside)) return { node: ANY, end }
  const members = membersOf(inside)
  return { node: isNegated ? (one) => !members(one) : members, end }
}

function membersOf(inside: string): CharacterSet {
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < inside.length; at += 1) {
    const from = inside.charAt(at)
    const isRange = inside[at + 1] === '-' && at + 2 < inside.length
    if (isRange) at += 2
    ranges.push([from, inside.charAt(at)])
  }
  const inRange = (one: string) => ranges.some(([from, to]) => from <= one && one <= to)
  return (one) => inRange(one) || inRange(one.toLowerCase()) || inRange(one.toUpperCase())
}

/** Takes a character in either case. */
function folded(character: string): CharacterSet {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
  return (one) => one === lower || one === upper
}

function row(nodes: readonly Node[]): Node {
  return { kind: 'row', nodes }
}

function choice(nodes: readonly Node[]): Node {
  return { kind: 'choice', nodes }
}
