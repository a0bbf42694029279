/** What happened to a file of the run, or to the ledger itself, one line each. */
export type LedgerEntry =
  | { readonly event: 'uploading' | 'upload-refused'; readonly upload: number }
  /** An upload was answered with an id; whether it is this run's is still to be seen. */
  | { readonly event: 'answered'; readonly id: string; readonly upload: number }
  /** It is somebody else's, and never deleted. */
  | { readonly event: 'foreign'; readonly id: string; readonly upload: number }
  | { readonly event: 'owned'; readonly id: string; readonly upload?: number }
  | { readonly event: 'deleting' | 'kept' | 'deleted'; readonly id: string }
  /** The run is over, though its process may live on. */
  | { readonly event: 'ended' }

/** An owned file: there, asked to be deleted without an answer, or gone. */
export type FileState = 'there' | 'unknown' | 'gone'

/** What the entries of a ledger add up to. */
export interface LedgerState {
  readonly files: Map<string, FileState>
  /** Those of them that this run has uploaded itself, and that bear its run id. */
  readonly made: Set<string>
  /** Those of them that are not known to be gone. */
  readonly left: Set<string>
  /** Deletions that were begun and of which nothing is known yet, by id. */
  readonly asked: Map<string, number>
  /** Ids that uploads were answered with, and that are not known to be this run's; with the upload. */
  readonly unproved: Map<string, number>
  /**
   * Uploads that were not answered, or with an id of somebody else's: a file may be there under an id that
   * nobody here knows.
   */
  readonly openUploads: Set<number>
  /** Ids of files that were there when another upload was answered with them: one of two may have another. */
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
    shared: new Set(),
  }
}

/** Ids of files that are, or may be, still there. */
export function leftovers(state: LedgerState): readonly string[] {
  return [...state.left]
}

/** Whether nothing is left to clean up. */
export function isClean({ left, unproved, openUploads }: LedgerState): boolean {
  return left.size === 0 && unproved.size === 0 && openUploads.size === 0
}

/** The shortest entries that add up to what of a state is still to be cleaned up. */
export function* entriesFor({
  files,
  left,
  unproved,
  openUploads,
}: LedgerState): Generator<LedgerEntry> {
  for (const [id, upload] of unproved) yield { event: 'answered', id, upload }
  for (const upload of openUploads) yield { event: 'uploading', upload }
  for (const id of left) {
    yield { event: 'owned', id }
    if (files.get(id) === 'unknown') yield { event: 'deleting', id }
  }
}

export function apply(state: LedgerState, entry: LedgerEntry): void {
  switch (entry.event) {
    case 'uploading':
      state.openUploads.add(entry.upload)
      break
    case 'upload-refused':
      state.openUploads.delete(entry.upload)
      break
    case 'answered':
      state.unproved.set(entry.id, entry.upload)
      break
    case 'foreign':
      state.unproved.delete(entry.id)
      break
    case 'owned':
      state.unproved.delete(entry.id)
      if (entry.upload !== undefined) {
        if (state.left.has(entry.id)) state.shared.add(entry.id)
        state.openUploads.delete(entry.upload)
        state.made.add(entry.id)
      }
      state.files.set(entry.id, 'there')
      state.left.add(entry.id)
      state.asked.delete(entry.id)
      break
    case 'deleting':
    case 'kept':
      applyAsked(state, entry.id, entry.event === 'deleting' ? 1 : -1)
      break
    case 'deleted':
      state.files.set(entry.id, 'gone')
      state.left.delete(entry.id)
      state.asked.delete(entry.id)
      break
    case 'ended':
      break
  }
}

/** That one of many deletions was refused, or not sent, says nothing of another that was not answered. */
function applyAsked({ files, left, asked }: LedgerState, id: string, more: 1 | -1): void {
  // Of many deletions of one file, the one that succeeded counts.
  if (files.get(id) === 'gone') return
  const open = Math.max(0, (asked.get(id) ?? 0) + more)
  asked.set(id, open)
  files.set(id, open > 0 ? 'unknown' : 'there')
  left.add(id)
}
