import type { Answered } from '../../model/exchange.ts'
import { holdsRunId, isNamed } from '../../model/ownership.ts'
import { isUsableId, segmentOf } from '../../model/path-segment.ts'
import { entriesOf, isGone, isSuccess, nextPage } from '../../model/reads.ts'
import { type Client, isAnswered } from '../http/client.ts'
import type { Step } from '../http/environment.ts'
import { type Ledger, leftovers } from '../safety/ledger.ts'

/** What the files of a run are removed with, one or all of them. */
export interface RemovalParts {
  readonly client: Client
  readonly ledger: Ledger
  /** Waits between two attempts, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>
  /** Times that a file is asked to be deleted where the target fails or does not answer. */
  readonly attempts: number
  /** Whether the target is known to answer a read of a file that is there. */
  readonly canRead: () => boolean
  /**
   * Whether each file is looked for before it is deleted: where a near-miss has deleted some, they may be gone,
   * and a careless server then takes another.
   */
  readonly lookFirst: boolean
  /**
   * What to do about a file whose deletion was not answered, on a target that cannot be asked whether
   * it is still there: deleting an id again is for a person to decide.
   */
  readonly uncertain: 'leave' | 'delete'
}

export interface CleanupParts extends RemovalParts {
  /** Files under way at once. */
  readonly concurrency: number
  /** How long a deletion may take to show in reads. */
  readonly settleMs: number
  /**
   * When to look through the list for files that bear the run id: where uploads of which no file is known are
   * in the ledger, or also without, as after a power cut.
   */
  readonly search: 'in doubt' | 'always'
}

/** Pages of a list that are looked through for files whose upload was not answered. */
const MAX_PAGES = 200
/** Files that are taken for those of one such upload: what stands in between may have repeated it. */
const MAX_CLAIMED_EACH = 10
/** Files that a power cut may have taken from a ledger: what a run makes in a minute, and more. */
const MAX_CLAIMED_UNKNOWN = 10_000
/** Attempts at the end of a run: a target that fails one request in three fails as many in a row once in 700. */
export const MAX_ATTEMPTS = 6
/** Before the second attempt; twice as long before each further one. */
const BACKOFF_MS = 100

/**
 * Removes what a run has left behind: owned files, and files of uploads that were answered with no id, or with
 * another's, which the list knows by the run id in their names.
 *
 * @returns ids, or descriptions, of what may still be there
 */
export async function cleanUp(parts: CleanupParts): Promise<readonly string[]> {
  const { ledger, search } = parts
  const { state } = ledger
  const { runId } = ledger.header
  ledger.onlyRemoving()
  const deletedBefore = [...state.made].filter((id) => state.files.get(id) === 'gone')
  const step = stepsOf(0)
  const inDoubt = state.openUploads.size > 0 || state.shared.size > 0
  if (search === 'always' || inDoubt) await claimByRunId(parts, step)
  for (const [id, upload] of [...state.unproved]) await claimIfOurs(parts, step, id, upload)

  const removing = [...leftovers(state)]
  const queue = [...removing]
  let files = 0
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      files += 1
      await removeFile(parts, stepsOf(files), id)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parts.concurrency, queue.length) }, worker))
  if (parts.canRead()) {
    await lookAgain(parts, [...deletedBefore.slice(0, LOOKED_FOR_AGAIN), ...removing])
  }

  const open = state.openUploads.size - state.unproved.size
  return [
    ...leftovers(state),
    ...[...state.unproved.keys()].map((id) => `${id}, of which nothing shows whose it is`),
    ...(open <= 0 ? [] : [`${open} uploads of which no file is known, named *${runId}*`]),
  ]
}

type NextStep = () => Step

/** Of one file each: which of several under way has its next request first depends on the clock. */
function stepsOf(file: number): NextStep {
  let steps = 0
  return () => ({ requirement: 'set-up/cleanup', case: String(file), step: steps++ })
}

/**
 * Removes a file, again where the target fails: looked for first where it may be gone, so that nothing is
 * deleted twice. The ledger says what came of it.
 */
export async function removeFile(parts: RemovalParts, step: NextStep, id: string): Promise<void> {
  const { client, ledger, uncertain, pause, attempts } = parts
  const { state } = ledger
  let inDoubt = parts.lookFirst || state.files.get(id) === 'unknown'
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(BACKOFF_MS * 2 ** (attempt - 2))
    const found = inDoubt ? await lookFor(parts, step, id) : 'there'
    if (found === 'gone') return ledger.note({ event: 'deleted', id })
    // Meanwhile another case may have deleted it, where two were answered with one id.
    if (!state.left.has(id)) return
    if (found === 'not answered' && parts.canRead()) continue
    const unsure = found === 'perhaps another' || found === 'not answered'
    if (unsure && state.files.get(id) === 'unknown' && uncertain === 'leave') return
    // Where two uploads are one file, another case may have deleted it meanwhile.
    if (!state.left.has(id)) return
    const deletion = await client.delete(step(), segmentOf(id), { purpose: 'set-up' })
    if (isAnswered(deletion) && isSuccess(deletion)) return
    if (isAnswered(deletion) && deletion.response.status < 500) {
      const gone = parts.canRead() ? (await lookFor(parts, step, id)) === 'gone' : isGone(deletion)
      if (gone) ledger.note({ event: 'deleted', id })
      return
    }
    inDoubt = true
  }
}

/** Files deleted before that are looked for at the end, beside those that the sweep has deleted itself. */
const LOOKED_FOR_AGAIN = 4

/**
 * Takes back what was noted as deleted and is there all the same: some targets only say that they delete.
 *
 * @param some - where one of them is still there when its time to show is over, all are looked for
 */
async function lookAgain(parts: CleanupParts, some: readonly string[]): Promise<void> {
  const { client, ledger, concurrency, pause, settleMs } = parts
  let looks = LOOKS_BEGIN
  const thereOf = async (ids: readonly string[]) => {
    const queue = [...ids]
    const there: string[] = []
    const worker = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        looks += 1
        const request = { method: 'GET', path: `/${segmentOf(id)}`, looksFor: id } as const
        const look = await client.request(stepsOf(looks)(), request)
        // A careless lookup may show another in its place.
        const isOurs = isAnswered(look) && isSuccess(look) && holdsRunId(look, ledger.header.runId)
        if (isOurs) there.push(id)
      }
    }
    await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, worker))
    return there
  }
  const isGone = (id: string) => ledger.state.files.get(id) === 'gone'
  const seen = await thereOf(some.filter(isGone))
  if (seen.length === 0) return
  await pause(settleMs)
  if ((await thereOf(seen)).length === 0) return
  for (const id of await thereOf([...ledger.state.made].filter(isGone))) {
    ledger.note({ event: 'owned', id })
  }
}

/** Cases of the sweep from here on look for what was deleted. */
const LOOKS_BEGIN = 1_000_000

async function lookFor(
  { client, ledger, canRead }: RemovalParts,
  step: NextStep,
  id: string,
): Promise<'there' | 'gone' | 'perhaps another' | 'not answered'> {
  const path = `/${segmentOf(id)}`
  const look = await client.request(step(), { method: 'GET', path, looksFor: id })
  if (!isAnswered(look)) return 'not answered'
  if (isGone(look)) return canRead() ? 'gone' : 'not answered'
  if (!isSuccess(look)) return 'not answered'
  if (holdsRunId(look, ledger.header.runId)) return 'there'
  if (!ledger.state.made.has(id)) return 'perhaps another'
  return isNamed(look) ? 'gone' : 'there'
}

/** Takes a file into the ledger whose upload was answered, if it shows the run id. */
async function claimIfOurs(
  { client, ledger }: CleanupParts,
  step: NextStep,
  id: string,
  upload: number,
): Promise<void> {
  for (const path of [`/${segmentOf(id)}`, `/${segmentOf(id)}/content`]) {
    const look = await client.request(step(), { method: 'GET', path })
    if (!isAnswered(look) || !isSuccess(look)) continue
    if (holdsRunId(look, ledger.header.runId)) {
      ledger.note({ event: 'owned', id, upload })
      return
    }
  }
}

/** Looks for files that bear the run id, page by page, and takes them into the ledger. */
async function claimByRunId(parts: CleanupParts, step: NextStep): Promise<void> {
  const { ledger, search } = parts
  const { runId } = ledger.header
  const { openUploads, shared, unproved, files } = ledger.state
  const lost = search === 'always' ? MAX_CLAIMED_UNKNOWN : 0
  const most = (openUploads.size + shared.size) * MAX_CLAIMED_EACH + lost
  let claimed = 0
  let unnamed = false
  const pages: Answered[] = []
  for (let after: string | undefined = ''; after !== undefined; after = nextPage(pages)) {
    if (pages.length === MAX_PAGES) return
    const page = await pageBehind(parts, step, after)
    if (page === undefined) return
    pages.push(page)
    for (const { id, name } of entriesOf([page]).entries) {
      if (files.has(id)) continue
      unnamed ||= name === ''
      if (!name.toLowerCase().includes(runId) || !isUsableId(id)) continue
      // More than were sent: such a list is made up, and would be gone through for ever.
      if (claimed === most) return
      claimed += 1
      ledger.note({ event: 'owned', id })
    }
  }
  // What has no name may be of one of them.
  if (unnamed) return
  for (const upload of [...openUploads]) {
    if (![...unproved.values()].includes(upload)) ledger.note({ event: 'upload-refused', upload })
  }
}

/** A page of the list, asked for again where the target fails; undefined where it shows none. */
async function pageBehind(
  { client, pause, attempts }: CleanupParts,
  step: NextStep,
  after: string,
): Promise<Answered | undefined> {
  const path = `?limit=100${after === '' ? '' : `&after=${segmentOf(after)}`}`
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(BACKOFF_MS * 2 ** (attempt - 2))
    const page = await client.request(step(), { method: 'GET', path })
    if (!isAnswered(page) || page.response.status >= 500) continue
    return isSuccess(page) ? page : undefined
  }
  return undefined
}
