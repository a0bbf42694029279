import { DocumentError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import { tokensOf } from './pointer.ts'
import { destinationOf, type Parts, type Refuse, referenceIn } from './references.ts'

/** Values of a document in which each reference and alias is replaced by its value. */
const MAX_VALUES = 3_000_000
/** Objects and lists in one another, of the same. */
const MAX_LEVELS = 500
/** References that one pointer may lead through one within another, and that all pointers may. */
const MAX_DETOURS = 100
const MAX_ALL_DETOURS = 100_000

/** A value, and the part that it stands in. */
interface Place {
  readonly node: unknown
  readonly part: string
}

/**
 * Replaces each reference by its value. A value that stands in several places is one object: the result
 * is small in memory, but whoever walks through it sees it written out, hence the bounds.
 *
 * Keywords beside a `$ref` are added to its value, and win.
 *
 * @param source - the document as the user named it, for messages
 * @param root - URL of the part that is expanded
 * @throws DocumentError if a reference leads nowhere or in a circle, or the result is out of bounds
 */
export function expand(source: string, parts: Parts, root: string): unknown {
  const refuse: Refuse = (why) =>
    new DocumentError(`document ${source}: not valid OpenAPI 3.1: ${why}`)
  const follow = followIn(parts, refuse)
  const measured = measure(refuse)
  const expanded = new Map<object, unknown>()
  /** Objects and lists that the walk is within. */
  const open = new Set<unknown>()

  const expandNode = ({ node, part }: Place, level: number): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (expanded.has(node)) return expanded.get(node)
    if (level > MAX_LEVELS) throw tooDeep(refuse)
    if (referenceIn(node) !== undefined) return expandChain({ node, part }, level)
    open.add(node)
    const value = measured(
      Array.isArray(node)
        ? node.map((child) => expandNode({ node: child, part }, level + 1))
        : expandEntries(Object.entries(node), part, level),
    )
    open.delete(node)
    expanded.set(node, value)
    return value
  }

  /** Follows references that lead to one another in a loop: there may be more than the stack holds. */
  const expandChain = (start: Place, level: number): unknown => {
    const chain: (Place & { readonly node: object })[] = []
    let at = start
    for (;;) {
      const reference = referenceIn(at.node)
      const node = at.node as object
      if (reference === undefined || expanded.has(node)) break
      open.add(node)
      chain.push({ node, part: at.part })
      at = follow(reference, at.part)
      if (open.has(at.node)) {
        throw refuse(`$ref ${quote(reference)} leads in a circle, which cannot be tested`)
      }
    }
    return chain.reduceRight(
      (value, { node, part }) => {
        const whole = withKeywordsOf(node, value, part, level)
        expanded.set(node, whole)
        open.delete(node)
        return whole
      },
      expandNode(at, level),
    )
  }

  const withKeywordsOf = (reference: object, value: unknown, part: string, level: number) => {
    const beside = Object.entries(reference).filter(([name]) => name !== '$ref')
    if (beside.length === 0 || typeof value !== 'object' || value === null) return value
    return measured({ ...value, ...expandEntries(beside, part, level) })
  }

  const expandEntries = (entries: readonly [string, unknown][], part: string, level: number) => {
    // Half of the readers of an object take this name for its prototype.
    if (entries.some(([name]) => name === '__proto__')) {
      throw refuse('found the name "__proto__", accepted is any other')
    }
    return Object.fromEntries(
      entries.map(([name, node]) => [name, expandNode({ node, part }, level + 1)]),
    )
  }

  return expandNode({ node: parts.get(root), part: root }, 1)
}

/** Makes a function that finds what a reference leads to, through other references on its way. */
function followIn(parts: Parts, refuse: Refuse) {
  let allDetours = 0
  const follow = (reference: string, from: string, detours = 0): Place => {
    const fail = (why: string) => refuse(`$ref ${quote(reference)} ${why}`)
    if (detours > MAX_DETOURS || allDetours > MAX_ALL_DETOURS) {
      throw fail('leads in a circle, or too far round')
    }
    const { part, fragment } = destinationOf(reference, from)
    let at: Place = { node: parts.get(part), part }
    for (const token of tokensOf(fragment).map(percentDecoded)) {
      for (let onward = referenceIn(at.node); onward !== undefined; onward = referenceIn(at.node)) {
        if (Object.hasOwn(at.node as object, token)) break
        allDetours += 1
        at = follow(onward, at.part, detours + 1)
      }
      if (!has(at.node, token)) throw fail(`leads nowhere: found no ${quote(token)}`)
      at = { node: (at.node as Record<string, unknown>)[token], part: at.part }
    }
    return at
  }
  return follow
}

function has(node: unknown, token: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Array.isArray(node) ? /^\d+$/.test(token) && token in node : Object.hasOwn(node, token)
}

function percentDecoded(token: string): string {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}

/** Makes a function that bounds the size of a value, written out; it sees the children before. */
function measure(refuse: Refuse) {
  const sizes = new Map<unknown, { readonly values: number; readonly levels: number }>()
  return <Value extends object>(value: Value): Value => {
    const children = Object.values(value).map((child) => sizes.get(child))
    const values = children.reduce((sum, size) => sum + (size?.values ?? 1), 1)
    const levels = children.reduce((most, size) => Math.max(most, size?.levels ?? 1), 0) + 1
    if (values > MAX_VALUES) throw refuse(`written out, it has more than ${MAX_VALUES} values`)
    if (levels > MAX_LEVELS) throw tooDeep(refuse)
    sizes.set(value, { values, levels })
    return value
  }
}

function tooDeep(refuse: Refuse): DocumentError {
  return refuse(`written out, it has more than ${MAX_LEVELS} levels`)
}
