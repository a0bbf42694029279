import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
import type { Handle, ServerRequest } from '../../fixtures/server/message.ts'
import { deletingBy, soughtBy } from './careless-deletion.ts'
import { foreignFiles } from './foreign-files.ts'
import type { IdScheme } from './id-source.ts'
import { type Lookup, leniently } from './lookup.ts'
import { type OwnedApart, ownedApart } from './owned-apart.ts'

export interface CrowdOptions {
  readonly scheme: IdScheme
  readonly lookup: Lookup
  readonly seed: number
  /** How many files other people have before the run. @defaultValue 2000 */
  readonly foreign?: number
  /** How much others upload beside the run. @defaultValue 'busy' */
  readonly traffic?: Traffic
  /** Whether it asks for the tokens of two accounts, each with files of others in it. */
  readonly accounts?: boolean
}

/**
 * Uploads of others beside those of the run: on a busy server a neighbour of an id is hardly ever the
 * run's; on a quiet one ids of the run follow each other, so that they show how they count.
 */
export type Traffic = 'busy' | 'quiet'

/** What has happened on a crowded server. */
export interface CrowdCounts {
  /** Files that other people have, or had. */
  readonly foreign: number
  /** Ids of theirs that were deleted. */
  readonly lost: readonly string[]
  readonly requests: number
  /** DELETE requests for what was no living file of the run. */
  readonly negativeRequests: number
  /** Those of them for what has never been a file of the run. */
  readonly nearMisses: number
  /** Segments that files of others were found with, as sent, the first few; and whether it is an id that was the run's. */
  readonly culprits: readonly string[]
}

export interface CrowdedServer {
  readonly url: string
  counts(): CrowdCounts
  /** Makes files to provide to the run: they are the run's, with theirs of others between. */
  makeOwn(count: number): readonly string[]
  close(): Promise<void>
}

const FOREIGN = 2_000
const EVERYBODY = 'everybody'
/** Files that others upload after each of the run's where there is much traffic. */
const FOREIGN_PER_UPLOAD = 5
/** Uploads of the run for each file of others where there is little. */
const UPLOADS_PER_FOREIGN = 2
const CULPRITS = 10
/** Of the files before the run, every third came in at once with the one before. */
const AT_ONCE = 3

/** Starts the reference server with files of other people in it, and counts which of them a run deletes. */
export async function startCrowdedServer(options: CrowdOptions): Promise<CrowdedServer> {
  const source = options.scheme.open(options.seed)
  const makeForeign = foreignFiles(options.seed)
  const owners = options.accounts === true ? [...ACCOUNTS.values()] : [EVERYBODY]
  let [underWay, atOnce, uploads] = [0, false, 0]
  const culprits: string[] = []
  const counts = { requests: 0, negativeRequests: 0, nearMisses: 0 }

  const store = ownedApart(
    (file) => source.next(file, atOnce || underWay > 1 ? 'same' : 'new'),
    ({ account }) => {
      uploads += 1
      if (options.traffic === 'quiet') {
        if (uploads % UPLOADS_PER_FOREIGN === 0) addForeign(account, false)
        return
      }
      // The first two are of the same instant as the run's, so that they have the nearest ids.
      for (let at = 0; at < FOREIGN_PER_UPLOAD; at += 1) addForeign(account, at < 2)
    },
  )
  const addForeign = (account: string, withLast: boolean) => {
    atOnce = withLast
    store.addForeign(makeForeign(account))
    atOnce = false
  }
  for (let at = 0; at < (options.foreign ?? FOREIGN); at += 1) {
    addForeign(owners[at % owners.length] ?? EVERYBODY, at % AT_ONCE === 1)
  }

  const accountOf = (request: ServerRequest) =>
    options.accounts === true ? accountByToken(request) : EVERYBODY
  const api = filesApi(store, options.accounts === true ? { accounts: ACCOUNTS } : {})
  const noting: Lookup = {
    ...options.lookup,
    find: (ids, segment, beside) => {
      const found = options.lookup.find(ids, segment, beside)
      const isHarm = found.some((id) => !store.isOwn(id))
      if (isHarm && culprits.length < CULPRITS) {
        const before = store.wasOwn(leniently(segment)) ? ` (the run's, deleted before)` : ''
        culprits.push(`${segment}${before}`)
      }
      return found
    },
  }
  const handle = deletingBy(noting, store, accountOf)(api)
  const counted: Handle = async (request) => {
    counts.requests += 1
    if (request.method === 'DELETE') {
      const id = idOf(request)
      if (id === undefined || !store.isOwn(id)) counts.negativeRequests += 1
      if (id === undefined || !store.wasOwn(id)) counts.nearMisses += 1
    }
    if (request.method !== 'POST') return handle(request)
    underWay += 1
    try {
      return await handle(request)
    } finally {
      underWay -= 1
    }
  }
  const { url, close } = await listen(counted)
  return {
    url,
    close,
    counts: () => ({ ...counts, foreign: store.foreign, lost: store.lost, culprits }),
    makeOwn: (count) => Array.from({ length: count }, (_, at) => provided(store, owners, at)),
  }
}

function provided(store: OwnedApart, [account = EVERYBODY]: readonly string[], at: number): string {
  const filename = `for-the-run-to-delete-${at}.jsonl`
  const content = Buffer.from(`${JSON.stringify({ custom_id: filename })}\n`)
  return store.add({ account, filename, purpose: 'batch', content }).id
}

function accountByToken({ headers }: ServerRequest): string | undefined {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  return token === undefined ? undefined : ACCOUNTS.get(token)
}

/** The id of exactly what was sent; undefined where it is none. */
function idOf(request: ServerRequest): string | undefined {
  try {
    return decodeURIComponent(soughtBy(request).segment ?? '')
  } catch {
    return undefined
  }
}
