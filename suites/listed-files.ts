import type { Answered } from '../model/exchange.ts'
import type { Tools } from '../model/requirement.ts'
import type { ListOrder, ResourceReadings } from '../model/resource.ts'

/** Entries of a small page. */
export const SIZE = 2
/** Pages of usual size on which the files of a case are looked for. */
export const MAX_PAGES = 10

/** Files of a case as the list shows them. */
interface Listed {
  /** In the order of the list; none where they do not stand together. */
  readonly ids: readonly string[]
  readonly isNewestFirst: boolean
  /** Whether no entry follows them. */
  readonly isAtEnd: boolean
}

/** Makes files, and looks where they stand in the list: files of others may be before and behind them. */
export async function madeAndListed(
  { files, look, readings }: Tools,
  count: number,
): Promise<Listed> {
  const made: string[] = []
  while (made.length < count) made.push((await files.create()).id)
  const pages = await look.list({ most: MAX_PAGES })
  const shown = pages.flatMap((page) => idsOn(page, readings))
  const begin = shown.findIndex((id) => made.includes(id))
  const ids = begin < 0 ? [] : shown.slice(begin, begin + count)
  return {
    ids: isSubset(made, ids) ? ids : [],
    isNewestFirst: ids[0] === made.at(-1),
    isAtEnd: readings.isAtEnd(pages) && begin + count === shown.length,
  }
}

/** Makes files that stand at the end of the list, and finds the order in which they do. */
export async function madeAtTheEnd(
  tools: Tools,
  count: number,
): Promise<{ readonly ids: readonly string[]; readonly order?: ListOrder }> {
  const { ids, isAtEnd } = await madeAndListed(tools, count)
  // Where the newest are not the last ones, they are if the oldest come first.
  return isAtEnd ? { ids } : { ids: ids.toReversed(), order: 'oldest-first' }
}

/**
 * Reads small pages until they have shown some files, or the list ends.
 *
 * @param least - pages that are read even if fewer show them all
 */
export async function pagesAfter(
  { look, readings }: Tools,
  begin: string,
  wanted: readonly string[],
  least = 1,
): Promise<readonly Answered[]> {
  const pages: Answered[] = []
  for (let after = begin; ; ) {
    const page = await look.page({ after, size: SIZE })
    pages.push(page)
    const last = idsOn(page, readings).at(-1)
    if (last === undefined || readings.saysMore(page) === false) return pages
    const shown = pages.flatMap((one) => idsOn(one, readings))
    if (pages.length >= least && isSubset(wanted, shown)) return pages
    // Each page of a list that goes on shows one of them, and files of others are not between.
    if (pages.length > wanted.length) return pages
    after = last
  }
}

export function idsOn(page: Answered, readings: ResourceReadings): readonly string[] {
  return readings.entries([page]).map(({ id }) => id)
}

/** Finds the files of a case on a page, in its order. */
export function ownOn(
  page: Answered,
  own: readonly (string | undefined)[],
  readings: ResourceReadings,
): readonly string[] {
  return idsOn(page, readings).filter((id) => own.includes(id))
}

export function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id, at) => id === others[at])
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((id) => all.includes(id))
}
