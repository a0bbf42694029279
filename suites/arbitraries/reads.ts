import { type Answered, type Header, headerValues } from '../../model/exchange.ts'
import type { GenerationFacts, Tools } from '../../model/requirement.ts'
import type { ReadOptions } from '../../model/resource.ts'

/** A way to read a file, or the list by a filter. */
export type Read = FileRead | { readonly of: 'list'; readonly filter?: string }

export interface FileRead {
  readonly of: 'retrieve' | 'content'
  readonly how: How
}

type How = keyof typeof HOW

/** Differences of a read from the plain one; conditions are made from the answer to an earlier one. */
const HOW = {
  plain: () => ({}),
  head: () => ({ head: true }),
  query: () => ({ query: 'a=1' }),
  html: () => ({ headers: [['accept', 'text/html']] }),
  zipped: () => ({ headers: [['accept-encoding', 'gzip']] }),
  range: () => ({ headers: [['range', 'bytes=0-3']] }),
  'unless-match': (before) => ({ headers: [['if-none-match', fieldOf(before, 'etag') ?? '*']] }),
  'unless-modified': (before) => {
    const since = fieldOf(before, 'last-modified') ?? fieldOf(before, 'date')
    const headers: readonly Header[] = since === undefined ? [] : [['if-modified-since', since]]
    return { headers }
  },
} satisfies Readonly<Record<string, (before: Answered | undefined) => ReadOptions>>

function fieldOf(answer: Answered | undefined, name: string): string | undefined {
  return answer && headerValues(answer.response, name)[0]
}

const HOWS = Object.keys(HOW) as readonly How[]

/**
 * Lists the ways to read that a target may offer. A server that takes HEAD for a deletion, and another file for
 * one that is gone, must have none to take.
 */
export function readsOf({
  offers,
  filters,
  idsGuessable,
}: Pick<GenerationFacts, 'offers' | 'filters' | 'idsGuessable'>): readonly Read[] {
  const hows = HOWS.filter((how) => how !== 'head' || !idsGuessable)
  const files = (['retrieve', 'content'] as const).filter((of) => offers.has(of))
  const lists = offers.has('list') ? [undefined, ...filters] : []
  return [
    ...files.flatMap((of) =>
      hows.filter((how) => of === 'content' || how !== 'range').map((how) => ({ of, how })),
    ),
    ...lists.map((filter) => ({ of: 'list', ...(filter && { filter }) }) as const),
  ]
}

/**
 * Reads a file.
 *
 * @param before - answer to an earlier plain read
 */
export function readFile(
  { look }: Tools,
  { of, how }: FileRead,
  id: string,
  before: Answered | undefined,
): Promise<Answered> {
  return look[of](id, HOW[how](before))
}
