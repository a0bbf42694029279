/**
 * Patterns that a server may make of what it was sent (LIKE, shell patterns, regular expressions), and
 * whether ids of other people match them.
 *
 * A pattern becomes an automaton without backtracking. It is run not over ids but over a scheme of ids: a
 * row of places, each with the characters that it may hold and the bits that a guess at one costs. The
 * cheapest way through is the id that is easiest to hit; if it costs next to nothing, the pattern is
 * somebody's.
 */

/** Characters that a place of a pattern takes. */
export interface CharacterSet {
  readonly has: (character: string) => boolean
}

type Edge = { readonly set: CharacterSet; readonly to: number }

/** A compiled pattern: states by number, of which the last accepts. */
export interface Automaton {
  readonly start: number
  readonly accept: number
  readonly empty: readonly (readonly number[])[]
  readonly edges: readonly (readonly Edge[])[]
}

/** What a pattern is made of. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'row'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  /** Any number of times, from `least`; once at most where `most` is 1. */
  | {
      readonly kind: 'repeat'
      readonly node: Node
      readonly least: 0 | 1
      readonly most: 1 | 'many'
    }

export const ANY: CharacterSet = { has: () => true }
export const ANYTHING: Node = {
  kind: 'repeat',
  node: { kind: 'set', set: ANY },
  least: 0,
  most: 'many',
}
export const NOTHING: Node = { kind: 'row', nodes: [] }

export function literal(character: string): Node {
  return { kind: 'set', set: { has: (one) => one === character } }
}

export function compile(node: Node): Automaton {
  const empty: number[][] = []
  const edges: Edge[][] = []
  const state = () => {
    empty.push([])
    edges.push([])
    return empty.length - 1
  }
  const build = (one: Node, from: number): number => {
    switch (one.kind) {
      case 'set': {
        const to = state()
        edges[from]?.push({ set: one.set, to })
        return to
      }
      case 'row':
        return one.nodes.reduce((at, child) => build(child, at), from)
      case 'choice': {
        const to = state()
        for (const child of one.nodes) {
          const begin = state()
          empty[from]?.push(begin)
          empty[build(child, begin)]?.push(to)
        }
        return to
      }
      case 'repeat': {
        const begin = state()
        empty[from]?.push(begin)
        const end = build(one.node, begin)
        const to = state()
        empty[end]?.push(to)
        if (one.least === 0) empty[from]?.push(to)
        if (one.most === 'many') empty[end]?.push(begin)
        return to
      }
    }
  }
  const start = state()
  return { start, accept: build(node, start), empty, edges }
}

/** A place of an id: the characters that it may hold, and what a guess at one of them costs, in bits. */
export interface Cell {
  readonly characters: string
  readonly bits: number
}

/** An id that a pattern takes, and the bits that it costs to hit such a one. */
interface Match {
  readonly id: string
  readonly bits: number
}

interface Way {
  readonly bits: number
  readonly id: string
  /** Whether it has left the id that does not count. */
  readonly apart: boolean
}

/**
 * The id of a scheme that a pattern is likeliest to take.
 *
 * @param but - an id that does not count
 */
export function likeliest(
  { start, accept, empty, edges }: Automaton,
  cells: readonly Cell[],
  but?: string,
): Match | undefined {
  // Ways that are apart from the id that does not count have states of their own.
  const key = (state: number, apart: boolean) => state * 2 + (apart ? 1 : 0)
  let ways = new Map<number, Way>()
  const reach = (into: Map<number, Way>, state: number, way: Way) => {
    const stack = [state]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const known = into.get(key(at, way.apart))
      if (known !== undefined && known.bits <= way.bits) continue
      into.set(key(at, way.apart), way)
      stack.push(...(empty[at] ?? []))
    }
  }
  reach(ways, start, { bits: 0, id: '', apart: but === undefined || but.length !== cells.length })
  for (const [at, cell] of cells.entries()) {
    const next = new Map<number, Way>()
    for (const [from, way] of ways) {
      for (const { set, to } of edges[from >> 1] ?? []) {
        const { count, one, other } = matching(cell, set, but?.[at])
        if (count === 0) continue
        const cost = cell.bits === 0 ? 0 : cell.bits - Math.log2(count)
        const bits = way.bits + Math.max(0, cost)
        if (other !== undefined) reach(next, to, { bits, id: way.id + other, apart: true })
        if (one !== undefined) reach(next, to, { bits, id: way.id + one, apart: way.apart })
      }
    }
    ways = next
  }
  const found = ways.get(key(accept, true))
  return found && { id: found.id, bits: found.bits }
}

interface Matching {
  readonly count: number
  /** The character of the id that does not count, if the set takes it. */
  readonly one: string | undefined
  /** Any other that it takes. */
  readonly other: string | undefined
}

function matching({ characters }: Cell, { has }: CharacterSet, but: string | undefined): Matching {
  let count = 0
  let one: string | undefined
  let other: string | undefined
  for (const character of characters) {
    if (!has(character)) continue
    count += 1
    if (character === but) one = character
    else other ??= character
  }
  return { count, one, other }
}
