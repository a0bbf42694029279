import { createHash } from 'node:crypto'
import type { Exchange } from '../../model/exchange.ts'
import type { DamageReport } from '../../model/report.ts'

/** Ids on the list of a target: those of others, and files of this run; or why the list is unread. */
export type ListRead =
  | {
      readonly ids: readonly string[]
      readonly ours: readonly { readonly id: string; readonly name: string }[]
      /** Whether it was read to its end. */
      readonly complete: boolean
      /** Parameter by which it shows some of the files, and no others. */
      readonly part?: string
    }
  | { readonly unread: string }

/** Deletions that are named beside a loss. */
export const MAX_SUSPECTS = 20

/**
 * Checks whether a run has damaged the files of others, as far as the list shows them.
 *
 * The list is read before the first deletion and again at the end. An entry that is missing then is gone.
 * The deletions that may have taken it are the ones that succeeded beyond the run's own files.
 *
 * @param ours - ids that this run has made, or was given to delete
 */
export function createDamageCheck(ours: ReadonlyMap<string, unknown>) {
  const before = new Set<string>()
  const everListed = new Set<string>()
  const deletedOnce = new Set<string>()
  const succeeded: Suspect[] = []
  const unclear: Suspect[] = []
  let complete = false
  let part: string | undefined
  let deletions = 0
  return {
    /** Remembers what is listed before the first deletion, in place of what was remembered. */
    remember(list: ListRead) {
      if ('unread' in list) return
      before.clear()
      for (const digest of list.ids.filter((id) => !ours.has(id)).map(digestOf)) {
        before.add(digest)
        everListed.add(digest)
      }
      complete = list.complete
      part = list.part
    },
    /** Tells whether an id was listed at any such look. */
    wasListed: (id: string) => everListed.has(digestOf(id)),
    /** Notes an exchange. */
    see({ request, response, failure, id, requirement, case: caseKey, step }: Exchange) {
      if (request.method !== 'DELETE' || failure?.kind === 'not-sent') return
      deletions += 1
      const status = response?.status ?? 599
      const isOwn = id !== undefined && ours.has(id)
      const suspect = { requirement, case: caseKey, step }
      if (status >= 200 && status < 300) {
        if (isOwn && !deletedOnce.has(id)) deletedOnce.add(id)
        else succeeded.push(suspect)
      } else if (status >= 500 && !isOwn) unclear.push(suspect)
    },
    /** Looks for what was listed, twice if something is missing: lists may lag. Undefined if nothing was. */
    async check(read: () => Promise<ListRead>): Promise<DamageReport | undefined> {
      if (before.size === 0) return undefined
      const account = {
        ...{ listed: before.size, complete, gone: [], deletions, suspects: [] },
        ...(part === undefined ? {} : { part }),
      }
      // In a list that was not read to its end, a missing entry may stand further on.
      if (!complete) return account
      let gone = [...before]
      for (let looks = 0; looks < 2 && gone.length > 0; looks += 1) {
        const list = await read()
        if ('unread' in list) return { ...account, unchecked: list.unread }
        if (!list.complete) return { ...account, unchecked: 'the list was not read to its end' }
        const there = new Set([...list.ids, ...ours.keys()].map(digestOf))
        gone = gone.filter((one) => !there.has(one))
      }
      const suspects = [...succeeded, ...unclear].slice(0, MAX_SUSPECTS)
      return { ...account, gone, suspects: gone.length === 0 ? [] : suspects }
    },
  }
}

type Suspect = Pick<Exchange, 'requirement' | 'case' | 'step'>

/** Digests an id, since ids of others do not belong in a report. */
function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16)
}
