/**
 * Tells whether ids of others match a pattern that a server may read out of a segment: LIKE, a glob, a
 * regular expression.
 *
 * A pattern becomes an automaton, so nothing backtracks. The automaton does not run over ids but over
 * cells: the places of an id, each with the characters that it may hold and the bits that a guess at one
 * costs. The cheapest way through is the id that is easiest to hit. If it costs next to nothing, the
 * pattern takes somebody's id.
 */

/** Characters that one place of a pattern takes. */
export type CharacterSet = (character: string) => boolean

/** A pattern or a part of one. */
export type Node =
  | CharacterSet
  | { readonly kind: 'row'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'repeat'
      readonly node: Node
      readonly least: 0 | 1
      readonly most: 1 | 'many'
    }

export const ANY: CharacterSet = () => true
export const ANYTHING: Node = { kind: 'repeat', node: ANY, least: 0, most: 'many' }
export const NOTHING: Node = { kind: 'row', nodes: [] }

interface State {
  /** States that are reached without a character. */
  readonly empty: number[]
  readonly edges: { readonly set: CharacterSet; readonly to: number }[]
}

/** A compiled pattern, which begins in state 0. */
export interface Automaton {
  readonly states: readonly State[]
  readonly accept: number
}

export function compile(pattern: Node): Automaton {
  const states: State[] = []
  const add = () => states.push({ empty: [], edges: [] }) - 1
  const link = (from: number, to: number) => states[from]?.empty.push(to)
  /** Adds a node behind a state, and returns the state behind the node. */
  const build = (node: Node, from: number): number => {
    if (typeof node !== 'function' && node.kind === 'row') {
      return node.nodes.reduce((at, child) => build(child, at), from)
    }
    const to = add()
    if (typeof node === 'function') {
      states[from]?.edges.push({ set: node, to })
      return to
    }
    for (const child of node.kind === 'choice' ? node.nodes : [node.node]) {
      const begin = add()
      link(from, begin)
      const end = build(child, begin)
      link(end, to)
      if (node.kind === 'repeat' && node.most === 'many') link(end, begin)
    }
    if (node.kind === 'repeat' && node.least === 0) link(from, to)
    return to
  }
  return { accept: build(pattern, add()), states }
}

/** A place of an id: characters that it may hold, and the bits that a guess at one of them costs. */
export interface Cell {
  readonly characters: string
  readonly bits: number
}

/** An id that a pattern takes, and the bits that it costs to hit one like it. */
interface Match {
  readonly id: string
  readonly bits: number
}

/** A beginning of an id; `apart` once it differs from the id that does not count. */
interface Way extends Match {
  readonly apart: boolean
}

/**
 * Finds the id of a scheme that a pattern is likeliest to take.
 *
 * @param but - an id that does not count
 */
export function likeliest(
  { states, accept }: Automaton,
  cells: readonly Cell[],
  but?: string,
): Match | undefined {
  const key = (state: number, apart: boolean) => state * 2 + (apart ? 1 : 0)
  let ways = new Map<number, Way>()
  const reach = (into: Map<number, Way>, state: number, way: Way) => {
    const stack = [state]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const known = into.get(key(at, way.apart))
      if (known !== undefined && known.bits <= way.bits) continue
      into.set(key(at, way.apart), way)
      stack.push(...(states[at]?.empty ?? []))
    }
  }
  reach(ways, 0, { bits: 0, id: '', apart: but?.length !== cells.length })
  for (const [at, { characters, bits: guess }] of cells.entries()) {
    const next = new Map<number, Way>()
    const possible = [...characters]
    for (const [from, way] of ways) {
      for (const { set, to } of states[from >> 1]?.edges ?? []) {
        const taken = possible.filter(set)
        if (taken.length === 0) continue
        const bits = way.bits + (guess === 0 ? 0 : Math.max(0, guess - Math.log2(taken.length)))
        const other = taken.find((one) => one !== but?.[at])
        if (other !== undefined) reach(next, to, { bits, id: way.id + other, apart: true })
        const same = taken.find((one) => one === but?.[at])
        if (same !== undefined) reach(next, to, { bits, id: way.id + same, apart: way.apart })
      }
    }
    ways = next
  }
  const found = ways.get(key(accept, true))
  return found && { id: found.id, bits: found.bits }
}
