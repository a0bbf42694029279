import { type Answered, isAnswered } from '../../model/exchange.ts'
import { isUsableId } from '../../model/path-segment.ts'
import { holdsRunId, isSuccess } from '../../model/reads.ts'
import { leftovers } from '../safety/ledger.ts'
import { backoffMs, type NextStep, type RemovalParts, removeFile } from './removal.ts'

export interface CleanupParts extends RemovalParts {
  /** Resources under way at once. */
  readonly concurrency: number
  /** Time that a deletion may take to show in reads. */
  readonly settleMs: number
  /**
   * When to search the list for names with the run id: if the ledger has uploads without a known id, or
   * always, as after a power cut.
   */
  readonly search: 'in doubt' | 'always'
}

/** List pages that are searched for uploads without an answer. */
const MAX_PAGES = 200
/** Resources that are claimed for one such upload, which a proxy may have repeated. */
const MAX_CLAIMED_EACH = 10
/** Resources that a power cut may have taken from a ledger: what a run makes in a minute, and more. */
const MAX_CLAIMED_UNKNOWN = 10_000
/** Attempts at the end of a run: a target that fails one request in three fails as many in a row once in 700. */
export const MAX_ATTEMPTS = 6
/** Resources deleted before that are looked for at the end, beside those that the cleanup deletes itself. */
const LOOKED_FOR_AGAIN = 4
/** First case number of the looks for what was deleted. */
const LOOKS_BEGIN = 1_000_000

/**
 * Removes what a run has left: owned resources, and those of uploads that were answered with no id or with
 * another's, which the list shows by the run id in their names.
 *
 * @returns ids, or descriptions, of what may still be there
 */
export async function cleanUp(parts: CleanupParts): Promise<readonly string[]> {
  const { ledger, search, concurrency } = parts
  const { state } = ledger
  ledger.onlyRemoving()
  const deletedBefore = [...state.made].filter((id) => state.files.get(id) === 'gone')
  const step = stepsOf(0)
  const inDoubt = state.openUploads.size > 0 || state.shared.size > 0
  if (search === 'always' || inDoubt) {
    await claimByRunId(parts, step, 'configured')
    if (state.secondUploads.size > 0) await claimByRunId(parts, step, 'second')
  }
  for (const [id, upload] of [...state.unproved]) await claimIfOurs(parts, step, id, upload)

  const removing = leftovers(state)
  let files = 0
  await eachAtOnce(concurrency, removing, (id) => {
    files += 1
    return removeFile(parts, stepsOf(files), id)
  })
  if (parts.canRead()) {
    await lookAgain(parts, [...deletedBefore.slice(0, LOOKED_FOR_AGAIN), ...removing])
  }

  const open = state.openUploads.size - state.unproved.size
  return [
    ...leftovers(state),
    ...[...state.unproved.keys()].map((id) => `${id}, of which nothing shows whose it is`),
    ...(open <= 0
      ? []
      : [
          `${open} ${open === 1 ? 'upload' : 'uploads'} of which no file is known, named *${ledger.header.runId}*`,
        ]),
  ]
}

/** Numbers the steps of one resource: which of several is under way first depends on the clock. */
function stepsOf(file: number): NextStep {
  let steps = 0
  return () => ({ requirement: 'set-up/cleanup', case: String(file), step: steps++ })
}

async function eachAtOnce(
  concurrency: number,
  ids: readonly string[],
  handle: (id: string) => Promise<void>,
): Promise<void> {
  const queue = [...ids]
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await handle(id)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, worker))
}

/**
 * Takes back what was noted as deleted and is still there: some targets only say that they delete.
 *
 * @param some - if one of them is still there when it should not be, all are looked for
 */
async function lookAgain(parts: CleanupParts, some: readonly string[]): Promise<void> {
  const { client, api, ledger, concurrency, pause, settleMs } = parts
  let looks = LOOKS_BEGIN
  const thereOf = async (ids: readonly string[]) => {
    const there: string[] = []
    await eachAtOnce(concurrency, ids, async (id) => {
      looks += 1
      const request = api.requests.retrieve(id)
      const look = await client.request(stepsOf(looks)(), request, { looksFor: id })
      // A careless lookup may show another in its place.
      if (isSuccess(look) && holdsRunId(look, ledger.header.runId)) there.push(id)
    })
    return there
  }
  const isNotedGone = (id: string) => ledger.state.files.get(id) === 'gone'
  const seen = await thereOf(some.filter(isNotedGone))
  if (seen.length === 0) return
  await pause(settleMs)
  if ((await thereOf(seen)).length === 0) return
  for (const id of await thereOf([...ledger.state.made].filter(isNotedGone))) {
    ledger.note({ event: 'owned', id })
  }
}

/** Takes an id into the ledger that an upload was answered with, if it shows the run id. */
async function claimIfOurs(
  { client, api, ledger }: CleanupParts,
  step: NextStep,
  id: string,
  upload: number,
): Promise<void> {
  const { secondUploads } = ledger.state
  const by = secondUploads.has(upload) ? 'second' : undefined
  const options = { credentials: by ?? 'configured' } as const
  for (const request of [api.requests.retrieve(id, options), api.requests.content(id, options)]) {
    const look = await client.request(step(), request)
    if (!isSuccess(look) || !holdsRunId(look, ledger.header.runId)) continue
    ledger.note({ event: 'owned', id, upload, ...(by && { by }) })
    return
  }
}

/**
 * Searches the list of an account for names with the run id, page by page, and takes their ids into the
 * ledger.
 */
async function claimByRunId(
  parts: CleanupParts,
  step: NextStep,
  credentials: 'configured' | 'second',
): Promise<void> {
  const { ledger, search } = parts
  const by = credentials === 'second' ? ({ by: credentials } as const) : {}
  const { readings } = parts.api
  const { runId } = ledger.header
  const { openUploads, secondUploads, shared, unproved, files } = ledger.state
  const lost = search === 'always' ? MAX_CLAIMED_UNKNOWN : 0
  const most = (openUploads.size + shared.size) * MAX_CLAIMED_EACH + lost
  let claimed = 0
  let unnamed = false
  let after: string | undefined
  const pages: Answered[] = []
  do {
    if (pages.length === MAX_PAGES) return
    const page = await pageAfter(parts, step, { after, credentials })
    if (page === undefined) return
    pages.push(page)
    for (const { id, name } of readings.entries([page])) {
      if (files.has(id)) continue
      unnamed ||= name === ''
      if (!name.toLowerCase().includes(runId) || !isUsableId(id)) continue
      // A list with more than was sent is made up, and may have no end.
      if (claimed === most) return
      claimed += 1
      ledger.note({ event: 'owned', id, ...by })
    }
    after = readings.nextPage(pages)
  } while (after !== undefined)
  // An entry without a name may belong to one of them.
  if (unnamed) return
  const isHere = (upload: number) => secondUploads.has(upload) === (credentials === 'second')
  for (const upload of [...openUploads].filter(isHere)) {
    if (![...unproved.values()].includes(upload)) ledger.note({ event: 'upload-refused', upload })
  }
}

/** Reads a list page, with further attempts while the target fails; undefined if it shows none. */
async function pageAfter(
  { client, api, pause, attempts }: CleanupParts,
  step: NextStep,
  options: Parameters<RemovalParts['api']['requests']['list']>[0],
): Promise<Answered | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(backoffMs(attempt))
    const page = await client.request(step(), api.requests.list(options))
    if (!isAnswered(page) || page.response.status >= 500) continue
    return isSuccess(page) ? page : undefined
  }
  return undefined
}
