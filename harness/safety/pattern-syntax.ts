import { ANY, ANYTHING, type CharacterSet, literal, NOTHING, type Node } from './pattern.ts'

/**
 * Patterns as databases, shells and regular expressions write them, all without regard to case, since many
 * servers compare so. What is beyond this reader is taken for a pattern that matches everything.
 */

/** Groups in one another, at most: of a text that is deeper, nobody makes a pattern. */
const MAX_DEPTH = 20

/** `LIKE` of SQL, with the classes of Transact-SQL, and escapes where a server may know them. */
export function likePattern(text: string): Node {
  const nodes: Node[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const set = character === '[' ? setAt(text, at) : undefined
    if (character === '%') nodes.push(ANYTHING)
    else if (character === '_') nodes.push(any())
    else if (set !== undefined) {
      nodes.push(choice(set.node, folded(character)))
      at = set.end
    } else if (character === '\\') nodes.push(optional(folded(character)))
    else nodes.push(folded(character))
  }
  return row(nodes)
}

/** Shell patterns: `*`, `?`, sets, and lists in braces. A leading `!` may turn the meaning round. */
export function globPattern(text: string): Node {
  if (text.startsWith('!') || /[!?*+@]\(/.test(text)) return ANYTHING
  return globRow(text, 0, 0)
}

function globRow(text: string, begin: number, depth: number): Node {
  const nodes: Node[] = []
  for (let at = begin; at < text.length; at += 1) {
    const character = text.charAt(at)
    const set = character === '[' ? setAt(text, at, '!^') : undefined
    const braces = character === '{' && depth < MAX_DEPTH ? alternativesAt(text, at) : undefined
    if (character === '*') nodes.push(ANYTHING)
    else if (character === '?') nodes.push(any())
    else if (set !== undefined) {
      nodes.push(choice(set.node, folded(character)))
      at = set.end
    } else if (braces !== undefined) {
      nodes.push(choice(...braces.texts.map((one) => globRow(one, 0, depth + 1))))
      at = braces.end
    } else if (character === '\\') nodes.push(optional(folded(character)))
    else nodes.push(folded(character))
  }
  return row(nodes)
}

/** The texts between the commas of `{a,b}`, and where its brace closes. */
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

/** A regular expression, found anywhere in an id: anchors are left out, so that it takes rather too much. */
export function regularExpression(text: string): Node {
  if (UNCERTAIN_SET.test(text) || UNCERTAIN_ESCAPE.test(text)) return ANYTHING
  const reader = { text, at: 0 }
  const parts: Node[] = []
  while (reader.at < text.length) {
    parts.push(alternatives(reader, 0))
    // A closing parenthesis that nobody opened: for itself.
    if (reader.at < text.length) {
      parts.push(folded(text.charAt(reader.at)))
      reader.at += 1
    }
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
  return choice(...all)
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
  const set = character === '[' ? setAt(text, at) : undefined
  if (set !== undefined) {
    reader.at = set.end + 1
    return set.node
  }
  reader.at += 1
  switch (character) {
    case '(':
      return group(reader, depth)
    case '.':
      return any()
    case '^':
    case '$':
      return NOTHING
    case '\\': {
      const escaped = text.charAt(reader.at)
      reader.at += 1
      return escapedTerm(escaped)
    }
    default:
      return folded(character)
  }
}

function group(reader: Reader, depth: number): Node {
  const { text } = reader
  if (depth === MAX_DEPTH) {
    reader.at = text.length
    return ANYTHING
  }
  const opening = /^\?(?:<?[=!]|:|P?<\w+>)/.exec(text.slice(reader.at, reader.at + 80))?.[0]
  if (opening === undefined && text[reader.at] === '?') {
    reader.at = text.length
    return ANYTHING
  }
  reader.at += opening?.length ?? 0
  const inside = alternatives(reader, depth + 1)
  if (text[reader.at] === ')') reader.at += 1
  // What only looks ahead or behind takes nothing up.
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
    // A second one makes it lazy or possessive, which takes up no more.
    result = { kind: 'repeat', node: result, least, most }
  }
}

/** Classes by their letters; what is not known here may be anything. */
function escapedTerm(character: string): Node {
  switch (character) {
    case '':
      return folded('\\')
    case 'd':
      return { kind: 'set', set: { has: (one) => /\d/.test(one) } }
    case 'w':
      return { kind: 'set', set: { has: (one) => /\w/.test(one) } }
    case 's':
      return { kind: 'set', set: { has: (one) => /\s/.test(one) } }
    default:
      return /[0-9A-Za-z]/.test(character) ? ANYTHING : folded(character)
  }
}

/**
 * The set at an opening bracket, `[a-z]`, and where it closes; undefined where it does not.
 *
 * @param signs - each of which turns it round, where it comes first
 */
function setAt(text: string, begin: number, signs = '^'): { node: Node; end: number } | undefined {
  const sign = text.charAt(begin + 1)
  const negated = sign !== '' && signs.includes(sign)
  const first = begin + (negated ? 2 : 1)
  // A bracket that comes first stands for itself.
  const end = text.indexOf(']', first + 1)
  if (end < 0) return undefined
  const inside = text.slice(first, end)
  const set = /[\\:]/.test(inside) ? ANY : membersOf(inside)
  const has = negated && set !== ANY ? (one: string) => !set.has(one) : set.has
  return { node: { kind: 'set', set: { has } }, end }
}

function membersOf(inside: string): CharacterSet {
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < inside.length; at += 1) {
    const from = inside.charAt(at)
    const isRange = inside[at + 1] === '-' && at + 2 < inside.length
    ranges.push([from, isRange ? inside.charAt(at + 2) : from])
    if (isRange) at += 2
  }
  const inRange = (one: string) => ranges.some(([from, to]) => from <= one && one <= to)
  return { has: (one) => inRange(one) || inRange(one.toLowerCase()) || inRange(one.toUpperCase()) }
}

function folded(character: string): Node {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
  if (lower === upper) return literal(character)
  return { kind: 'set', set: { has: (one) => one === lower || one === upper } }
}

function any(): Node {
  return { kind: 'set', set: ANY }
}

function row(nodes: readonly Node[]): Node {
  return { kind: 'row', nodes }
}

function choice(...nodes: readonly Node[]): Node {
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'choice', nodes }
}

function optional(node: Node): Node {
  return { kind: 'repeat', node, least: 0, most: 1 }
}
