import type { LedgerState } from '../safety/ledger.ts'

/** The files that a run must still remove, as far as nothing that is under way does it. */
export interface OwedRemovals {
  /** Requests that it would take to remove all of them, or all but one. */
  requests(except?: string): number
  /** How many more it would take if this upload were sent: none if it was. */
  more(upload: number): number
  /** Files that are known by their ids, all of them or all but one. */
  known(except?: string): number
  /** Whether a deletion of this id would remove one of them. */
  owes(id: string): boolean
  /** Notes that a deletion is under way; returns what to call when it has ended. */
  removing(id: string): (gone: boolean) => void
  /** Notes that an upload is sent: a file may come of it. */
  creating(upload: number): void
  /** Notes that a file is asked for; returns what to call with its id, or without one. */
  awaiting(): (id?: string) => void
  /** Notes that this target cannot be relied on to remove a file at the first request. */
  distrust(): void
}

/**
 * What a file takes: a deletion; from a target that was seen in trouble, or not yet seen to delete, a look and
 * another deletion, too.
 */
const REQUESTS_A_FILE = { trusted: 1, distrusted: 3 }

/**
 * Counts removals from the ledger and from what is under way. Between the answer to a deletion and its
 * line in the ledger, other requests may have their turn: what was answered is remembered here.
 */
export function owedRemovals(files: LedgerState): OwedRemovals {
  const underWay = new Map<string, number>()
  const gone = new Set<string>()
  const handedOver = new Set<string>()
  const created = new Set<number>()
  let awaited = 0
  let each = REQUESTS_A_FILE.distrusted
  let inTrouble = false
  const owes = (id: string) => files.left.has(id) && !underWay.has(id) && !gone.has(id)
  const distrust = () => {
    inTrouble = true
    each = REQUESTS_A_FILE.distrusted
  }
  const known = (except?: string) => {
    // A server may issue an id twice: gone is what the ledger has not noted yet.
    for (const id of gone) if (!files.left.has(id)) gone.delete(id)
    return [...files.left].filter((id) => id !== except && owes(id)).length
  }

  return {
    known,
    owes,
    distrust,
    requests(except) {
      for (const id of handedOver) if (files.files.has(id)) handedOver.delete(id)
      for (const upload of created) if (!files.openUploads.has(upload)) created.delete(upload)
      return each * (known(except) + created.size + awaited + handedOver.size)
    },
    more: (upload) => (created.has(upload) ? 0 : each),
    creating: (upload) => created.add(upload),
    removing(id) {
      underWay.set(id, (underWay.get(id) ?? 0) + 1)
      return (isGone) => {
        const others = (underWay.get(id) ?? 1) - 1
        if (others > 0) underWay.set(id, others)
        else underWay.delete(id)
        if (isGone) {
          gone.add(id)
          if (!inTrouble) each = REQUESTS_A_FILE.trusted
        }
        // Of many deletions at once all but one are refused, and nothing is wrong.
        else if (owes(id)) distrust()
      }
    },
    awaiting() {
      awaited += 1
      return (id) => {
        awaited -= 1
        if (id !== undefined) handedOver.add(id)
      }
    },
  }
}
