import {
  createStore,
  type FileStore,
  type IssueId,
  type NewFile,
} from '../../fixtures/server/store.ts'

/** A store that knows whose files are whose by who created them, never by their names. */
export interface OwnedApart extends FileStore {
  /** Adds a file of somebody else's. */
  addForeign(file: NewFile): void
  /** Ids of all living files of an account, oldest first. */
  living(account: string): readonly string[]
  isOwn(id: string): boolean
  /** Tells whether the run ever made a file with this id. */
  wasOwn(id: string): boolean
  readonly foreign: number
  /** Ids of other people's files that were deleted. */
  readonly lost: readonly string[]
}

/** @param added - told of each file that the run has added */
export function ownedApart(issueId: IssueId, added: (file: NewFile) => void): OwnedApart {
  const store = createStore(issueId)
  const [own, everOwn, foreign] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const lost: string[] = []
  const living = new Map<string, readonly string[]>()

  /** Adds a file and notes whose it is; a file that was there before stays whose it was. */
  const addTo = (owners: readonly Set<string>[], file: NewFile) => {
    const before = store.size
    const stored = store.add(file)
    if (store.size === before) return { stored, isNew: false }
    for (const ids of owners) ids.add(stored.id)
    living.clear()
    return { stored, isNew: true }
  }

  return {
    add(file) {
      const { stored, isNew } = addTo([own, everOwn], file)
      if (isNew) added(file)
      return stored
    },
    addForeign: (file) => addTo([foreign], file),
    find: store.find,
    list: store.list,
    placeOf: store.placeOf,
    remove(account, id) {
      if (!store.remove(account, id)) return false
      living.clear()
      own.delete(id)
      if (foreign.delete(id)) lost.push(id)
      return true
    },
    living(account) {
      const known = living.get(account)
      if (known !== undefined) return known
      const ids = store.list(account).map(({ id }) => id)
      living.set(account, ids)
      return ids
    },
    isOwn: (id) => own.has(id),
    wasOwn: (id) => everOwn.has(id),
    get size() {
      return store.size
    },
    get foreign() {
      return foreign.size + lost.length
    },
    get lost() {
      return lost
    },
  }
}
