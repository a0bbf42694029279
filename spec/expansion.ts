import { quote } from '../model/violation.ts'
import { DocumentError } from './document-error.ts'
import { destinationOf, type Parts, referenceIn } from './parts.ts'
import { tokensOf } from './pointer.ts'

/** Values of a document in which each reference and alias is replaced by what it stands for. */
const MAX_VALUES = 3_000_000
/** Of the same, objects and lists in one another. */
const MAX_LEVELS = 500
/** References that one pointer may lead through one within another, and that all pointers may. */
const MAX_DETOURS = 100
const MAX_ALL_DETOURS = 100_000

/** What a value comes to when it is written out. */
interface Size {
  readonly values: number
  readonly levels: number
}

const SCALAR: Size = { values: 1, levels: 1 }

/** A value, and the part that it stands in. */
interface Found {
  readonly node: unknown
  readonly part: string
}

/**
 * The document with each reference replaced by what it stands for. What stands in several places is one
 * object; so the result is small in memory, and everything that walks through it sees it as if it were
 * written out: hence the bounds.
 *
 * Keywords beside a `$ref` are added to what it stands for, and win.
 *
 * @param source - the document as the user named it, for messages
 * @param root - URL of the part that is expanded
 * @throws DocumentError if a reference leads nowhere or in a circle, or the result is out of bounds
 */
export function expand(source: string, parts: Parts, root: string): unknown {
  const expanded = new Map<object, unknown>()
  const open = new Set<object>()
  const sizes = new Map<unknown, Size>()

  const fail = (why: string) =>
    new DocumentError(`document ${source}: not valid OpenAPI 3.1: ${why}`)
  const failAt = (reference: string, why: string) => fail(`$ref ${quote(reference)} ${why}`)

  const measured = <Value extends object>(value: Value): Value => {
    let [values, levels] = [1, 0]
    for (const child of Object.values(value)) {
      const size = sizes.get(child) ?? SCALAR
      values += size.values
      levels = Math.max(levels, size.levels)
    }
    sizes.set(value, { values, levels: levels + 1 })
    if (values > MAX_VALUES) throw fail(`written out, it has more than ${MAX_VALUES} values`)
    if (levels + 1 > MAX_LEVELS) throw tooDeep()
    return value
  }
  const tooDeep = () => fail(`written out, it has more than ${MAX_LEVELS} levels`)

  let allDetours = 0
  const follow = (reference: string, from: string, detours = 0): Found => {
    if (detours > MAX_DETOURS || allDetours > MAX_ALL_DETOURS) {
      throw failAt(reference, 'leads in a circle, or too far round')
    }
    const { part, fragment } = destinationOf(reference, from)
    let at: Found = { node: parts.get(part), part }
    for (const token of tokensOf(fragment).map(percentDecoded)) {
      for (let onward = referenceIn(at.node); onward !== undefined; onward = referenceIn(at.node)) {
        if (Object.hasOwn(at.node as object, token)) break
        allDetours += 1
        at = follow(onward, at.part, detours + 1)
      }
      if (!has(at.node, token)) throw failAt(reference, `leads nowhere: found no ${quote(token)}`)
      at = { node: (at.node as Record<string, unknown>)[token], part: at.part }
    }
    return at
  }

  const expandNode = ({ node, part }: Found, level: number): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (expanded.has(node)) return expanded.get(node)
    if (level > MAX_LEVELS) throw tooDeep()
    if (referenceIn(node) !== undefined) return expandChain({ node, part }, level)
    open.add(node)
    const within = (child: unknown) => expandNode({ node: child, part }, level + 1)
    const value = measured(
      Array.isArray(node) ? node.map(within) : objectOf(Object.entries(node), within),
    )
    open.delete(node)
    expanded.set(node, value)
    return value
  }

  /** References that lead to one another are gone through in a loop, however many they are. */
  const expandChain = (start: Found, level: number): unknown => {
    const chain: { readonly node: object; readonly part: string }[] = []
    let at = start
    for (;;) {
      const reference = referenceIn(at.node)
      const node = at.node as object
      if (reference === undefined || expanded.has(node)) break
      if (open.has(node)) throw failAt(reference, 'leads in a circle, which cannot be tested')
      open.add(node)
      chain.push({ node, part: at.part })
      at = follow(reference, at.part)
      if (open.has(at.node as object)) {
        throw failAt(reference, 'leads in a circle, which cannot be tested')
      }
    }
    let value = expandNode(at, level)
    for (const { node, part } of chain.reverse()) {
      value = extended(node, value, (child) => expandNode({ node: child, part }, level + 1))
      expanded.set(node, value)
      open.delete(node)
    }
    return value
  }

  const extended = (node: object, value: unknown, within: (child: unknown) => unknown): unknown => {
    const beside = Object.entries(node).filter(([name]) => name !== '$ref')
    if (beside.length === 0 || typeof value !== 'object' || value === null) return value
    return measured({ ...value, ...objectOf(beside, within) })
  }

  const objectOf = (
    entries: readonly (readonly [string, unknown])[],
    within: (child: unknown) => unknown,
  ): object => {
    for (const [name] of entries) {
      // Objects of this name are taken for something else by half of what reads them.
      if (name === '__proto__') throw fail('found the name "__proto__", accepted is any other')
    }
    return Object.fromEntries(entries.map(([name, child]) => [name, within(child)]))
  }

  return expandNode({ node: parts.get(root), part: root }, 1)
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
