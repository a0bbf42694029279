import { createHash } from 'node:crypto'
import type { Exchange } from '../../model/exchange.ts'
import type { OthersAccount } from '../../model/report.ts'

/** Reads the list of a target, page by page; undefined where it offers none. */
export type ReadList = () => Promise<
  { readonly ids: readonly string[]; readonly complete: boolean } | undefined
>

/** Watches over the files of others, as far as the list shows them: the damage check. */
export interface OthersWatch {
  /** Remembers what is listed before the first deletion. */
  remember(): Promise<void>
  /** Told of every exchange. */
  see(exchange: Exchange): void
  /** Looks for what was listed; undefined where nothing was. */
  account(): Promise<OthersAccount | undefined>
}

/** Deletions that are named beside a loss. */
const MAX_SUSPECTS = 20

/** @param ours - ids that this run has made, or was handed for deletion */
export function watchOthers(read: ReadList, ours: ReadonlyMap<string, unknown>): OthersWatch {
  const before = new Set<string>()
  let complete = false
  let deletions = 0
  const suspects: Pick<Exchange, 'requirement' | 'case' | 'step'>[] = []
  return {
    async remember() {
      const list = await read()
      if (list === undefined) return
      for (const id of list.ids) before.add(digestOf(id))
      complete = list.complete
    },
    see({ request, response, id, requirement, case: caseKey, step }) {
      if (request.method !== 'DELETE') return
      deletions += 1
      const success = response !== undefined && Math.floor(response.status / 100) === 2
      if (!success || (id !== undefined && ours.has(id)) || suspects.length === MAX_SUSPECTS) return
      suspects.push({ requirement, case: caseKey, step })
    },
    async account() {
      if (before.size === 0) return undefined
      // Of a list that was not read to its end, what is missing may stand further on.
      if (!complete) return { listed: before.size, complete, gone: [], deletions, suspects: [] }
      const list = await read()
      if (list === undefined) return undefined
      const now = new Set([...list.ids, ...ours.keys()].map(digestOf))
      const gone = list.complete ? [...before].filter((one) => !now.has(one)) : []
      return {
        listed: before.size,
        complete: complete && list.complete,
        gone,
        deletions,
        suspects: gone.length === 0 ? [] : suspects,
      }
    },
  }
}

/** A digest: ids of others are not for a report. */
function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16)
}
