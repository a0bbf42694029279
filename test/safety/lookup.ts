import type { IncomingHttpHeaders } from 'node:http'

/** The rest of a request, for servers that look for ids beside the path. */
export interface Beside {
  readonly method: string
  /** What follows the question mark of the target. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** A way in which servers find the files to delete; careless where there is no file of exactly this id. */
export interface Lookup {
  readonly name: string
  /** Says what a server that uses it does. */
  readonly does: string
  /** Whether its route takes what follows the collection with all its slashes. */
  readonly path?: boolean
  /**
   * Finds the ids that a request deletes.
   *
   * @param ids - those of all living files, oldest first
   * @param segment - as sent, percent-encoding untouched
   */
  find(ids: readonly string[], segment: string, beside?: Beside): readonly string[]
  /** Tells whether a request of another method deletes all the same. */
  deletes?(beside: Beside): boolean
}

/** Finds ids by what was sent, decoded once, where no id is exactly that. */
export type Careless = (
  ids: readonly string[],
  sought: string,
  segment: string,
) => readonly string[]

/** Describes a lookup that is exact first, and careless where that finds nothing. */
export function lookup(name: string, does: string, careless: Careless): Lookup {
  return {
    name,
    does,
    find: (ids, segment) => {
      const found = exactly(ids, decodedOnce(segment))
      return found.length > 0 ? found : careless(ids, leniently(segment), segment)
    },
  }
}

/** Describes a lookup that takes a segment for another text, or for several, each of them an id. */
export function rewriting(
  name: string,
  does: string,
  rewrite: (sought: string) => string | readonly string[],
): Lookup {
  return lookup(name, does, (ids, sought) => {
    const texts = rewrite(sought)
    return typeof texts === 'string' ? exactly(ids, texts) : someOf(ids, texts)
  })
}

/** Describes a lookup that compares ids in a form in which several may be the same. */
export function comparing(name: string, does: string, form: (text: string) => string): Lookup {
  const formOf = remembering(form)
  return lookup(name, does, (ids, sought) => {
    const wanted = form(sought)
    return wanted === '' ? [] : ids.filter((id) => formOf(id) === wanted)
  })
}

/** Makes a function remember its results: the same ids are looked at for each segment. */
function remembering<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>()
  return (text) => {
    if (!known.has(text)) {
      if (known.size === MOST_KNOWN) known.clear()
      known.set(text, work(text))
    }
    return known.get(text) as Result
  }
}

/** More than the ids of any server here. */
const MOST_KNOWN = 10_000

/** Lets a route take several segments. */
export function overPaths(one: Lookup): Lookup {
  return { ...one, path: true }
}

export function exactly(ids: readonly string[], id: string | undefined): readonly string[] {
  return id !== undefined && ids.includes(id) ? [id] : []
}

export function someOf(ids: readonly string[], wanted: readonly string[]): readonly string[] {
  const set = new Set(wanted)
  return ids.filter((id) => set.has(id))
}

const decodedOnce = remembering((segment): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
})

/** Decodes percent signs that can be; octets that are no UTF-8 become U+FFFD, as many frameworks do. */
export const leniently = remembering((segment): string => {
  const octets = Buffer.from(segment, 'utf8').toString('latin1')
  const decoded = octets.replaceAll(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(decoded, 'latin1').toString('utf8')
})
