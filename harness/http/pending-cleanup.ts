import type { LedgerState } from '../safety/ledger.ts'

/** Requests that a file takes: a deletion; with doubts about the target, a look and another deletion, too. */
const REQUESTS_A_FILE = { trusted: 1, doubted: 3 }

/**
 * Counts the files that a run must still remove, as far as nothing under way does it.
 *
 * They are counted from the ledger and from what is under way. Between the answer to a deletion and its line
 * in the ledger other requests may be sent, so the answer is remembered here until then.
 */
export function pendingCleanup(files: LedgerState) {
  const underWay = new Map<string, number>()
  const gone = new Set<string>()
  const provided = new Set<string>()
  const created = new Set<number>()
  let awaited = 0
  let hasDeleted = false
  let inTrouble = false
  const each = () => REQUESTS_A_FILE[hasDeleted && !inTrouble ? 'trusted' : 'doubted']
  /** Tells whether a deletion of this id would remove one of the files. */
  const owes = (id: string) => files.left.has(id) && !underWay.has(id) && !gone.has(id)
  /** Counts the files that are known by their ids, all or all but one. */
  const known = (except?: string) => {
    // A server may issue an id twice: `gone` holds only what the ledger has not noted yet.
    for (const id of gone) if (!files.left.has(id)) gone.delete(id)
    return [...files.left].filter((id) => id !== except && owes(id)).length
  }

  return {
    known,
    owes,
    /** Counts the requests that it takes to remove all files, or all but one. */
    requests(except?: string): number {
      for (const id of provided) if (files.files.has(id)) provided.delete(id)
      for (const upload of created) if (!files.openUploads.has(upload)) created.delete(upload)
      return each() * (known(except) + created.size + awaited + provided.size)
    },
    /** Counts how many more it takes if this upload is sent: none if it was sent before. */
    more: (upload: number) => (created.has(upload) ? 0 : each()),
    /** Notes that an upload is sent, which may create a file. */
    creating: (upload: number) => created.add(upload),
    /** Notes that a deletion is under way; returns a function to call when it has ended. */
    removing(id: string) {
      underWay.set(id, (underWay.get(id) ?? 0) + 1)
      return (isGone: boolean) => {
        const others = (underWay.get(id) ?? 1) - 1
        if (others > 0) underWay.set(id, others)
        else underWay.delete(id)
        if (isGone) {
          gone.add(id)
          hasDeleted = true
        }
        // Of many deletions at once all but one are refused, and nothing is wrong.
        else if (owes(id)) inTrouble = true
      }
    },
    /** Notes that a file is asked for; returns a function to call with its id, or without one. */
    awaiting() {
      awaited += 1
      return (id?: string) => {
        awaited -= 1
        if (id !== undefined) provided.add(id)
      }
    },
    /** Notes that this target may not remove a file at the first request. */
    distrust() {
      inTrouble = true
    },
  }
}
