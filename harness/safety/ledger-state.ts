/** An event of a run's ledger, one line each. */
export type LedgerEntry =
  | { readonly event: 'uploading'; readonly upload: number; readonly by?: 'second' }
  | { readonly event: 'upload-refused'; readonly upload: number }
  /** An upload was answered with an id; whether it is this run's is still unknown. */
  | { readonly event: 'answered'; readonly id: string; readonly upload: number }
  /** Marks an id as somebody else's, which is never deleted. */
  | { readonly event: 'foreign'; readonly id: string; readonly upload: number }
  | {
      readonly event: 'owned'
      readonly id: string
      readonly upload?: number
      /** Account that made it, if it is not the first. */
      readonly by?: 'second'
    }
  | { readonly event: 'deleting' | 'kept' | 'deleted'; readonly id: string }
  /** Ends the run, though its process may go on. */
  | { readonly event: 'ended' }

/** State of an owned file: there, asked to be deleted without an answer, or gone. */
export type FileState = 'there' | 'unknown' | 'gone'

/**
 * Sum of the entries of a ledger.
 *
 * Entries are applied in order, while a run goes on as well as when its ledger is read after a crash. What
 * is not known to be gone is left to clean up.
 */
export interface LedgerState {
  readonly files: Map<string, FileState>
  /** Files that this run has uploaded itself, and that bear its run id. */
  readonly made: Set<string>
  /** Files that are not known to be gone. */
  readonly left: Set<string>
  /** Deletions that were begun and have no result yet, by id. */
  readonly asked: Map<string, number>
  /** Ids that uploads were answered with and that are not known to be this run's, with the upload. */
  readonly unproved: Map<string, number>
  /** Uploads that were not answered, or with an id of somebody else's: a file may have an unknown id. */
  readonly openUploads: Set<number>
  /** Files that the second account has made, and its uploads. */
  readonly second: Set<string>
  readonly secondUploads: Set<number>
  /** Ids that two uploads were answered with while the file was there: one file may have another id. */
  readonly shared: Set<string>
}

export function emptyState(): LedgerState {
  return {
    files: new Map(),
    made: new Set(),
    left: new Set(),
    asked: new Map(),
    unproved: new Map(),
    openUploads: new Set(),
    second: new Set(),
    secondUploads: new Set(),
    shared: new Set(),
  }
}

/** Lists ids of files that are, or may be, still there. */
export function leftovers(state: LedgerState): readonly string[] {
  return [...state.left]
}

/** Tells whether nothing is left to clean up. */
export function isClean({ left, unproved, openUploads }: LedgerState): boolean {
  return left.size + unproved.size + openUploads.size === 0
}

/** Yields the shortest entries that add up to what is left to clean up. */
export function* entriesFor(state: LedgerState): Generator<LedgerEntry> {
  const by = (isSecond: boolean) => (isSecond ? ({ by: 'second' } as const) : {})
  for (const [id, upload] of state.unproved) yield { event: 'answered', id, upload }
  for (const upload of state.openUploads) {
    yield { event: 'uploading', upload, ...by(state.secondUploads.has(upload)) }
  }
  for (const id of state.left) {
    yield { event: 'owned', id, ...by(state.second.has(id)) }
    if (state.files.get(id) === 'unknown') yield { event: 'deleting', id }
  }
}

export function apply(state: LedgerState, entry: LedgerEntry): void {
  const { files, made, left, asked, unproved, openUploads, shared } = state
  switch (entry.event) {
    case 'uploading':
      openUploads.add(entry.upload)
      if (entry.by !== undefined) state.secondUploads.add(entry.upload)
      break
    case 'upload-refused':
      openUploads.delete(entry.upload)
      break
    case 'answered':
      unproved.set(entry.id, entry.upload)
      break
    case 'foreign':
      unproved.delete(entry.id)
      break
    case 'owned':
      unproved.delete(entry.id)
      if (entry.by !== undefined) state.second.add(entry.id)
      if (entry.upload !== undefined) {
        if (left.has(entry.id)) shared.add(entry.id)
        openUploads.delete(entry.upload)
        made.add(entry.id)
      }
      files.set(entry.id, 'there')
      left.add(entry.id)
      asked.delete(entry.id)
      break
    case 'deleting':
    case 'kept': {
      // Of many deletions of one file, the one that succeeded counts.
      if (files.get(entry.id) === 'gone') break
      // A deletion that was refused, or not sent, says nothing of another without an answer.
      const more = entry.event === 'deleting' ? 1 : -1
      const open = Math.max(0, (asked.get(entry.id) ?? 0) + more)
      asked.set(entry.id, open)
      files.set(entry.id, open > 0 ? 'unknown' : 'there')
      left.add(entry.id)
      break
    }
    case 'deleted':
      files.set(entry.id, 'gone')
      left.delete(entry.id)
      asked.delete(entry.id)
      break
    case 'ended':
      break
  }
}
