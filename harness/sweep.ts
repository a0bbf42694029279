import { segmentOf } from '../model/path-segment.ts'
import { isUsableId } from '../model/usable-id.ts'
import { type Client, isAnswered } from './client.ts'
import { type Ledger, leftovers } from './ledger.ts'

export interface SweepParts {
  readonly client: Client
  readonly ledger: Ledger
  /** Files under way at once. */
  readonly concurrency: number
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
  /**
   * When to look through the list for files that bear the run's mark: a ledger that went through a power
   * cut may lack more than the uploads that it knows of.
   */
  readonly search: 'unanswered' | 'always'
}

/** Pages of a list that are looked through for files whose upload was not answered. */
const MAX_PAGES = 200
/** Files that are taken for those of one such upload: what stands in between may have repeated it. */
const MAX_CLAIMED_EACH = 10
/** Files that a power cut may have taken from a ledger: what a run makes in a minute, and more. */
const MAX_CLAIMED_UNKNOWN = 10_000

/**
 * Removes what a run has left behind: owned files, and files that were uploaded without an answer,
 * which the list knows by the mark in their names.
 *
 * @returns ids, or descriptions, of what may still be there
 */
export async function sweep(parts: SweepParts): Promise<readonly string[]> {
  const { ledger, search } = parts
  ledger.onlyRemoving()
  let steps = 0
  const step = () => ({ requirement: 'set-up/sweep', case: '0', step: steps++ })
  if (search === 'always' || ledger.state.openUploads.size > 0) await claimByMark(parts, step)

  const queue = [...leftovers(ledger.state)]
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await remove(parts, step, id)
  }
  await Promise.all(Array.from({ length: Math.min(parts.concurrency, queue.length) }, worker))

  const open = ledger.state.openUploads.size
  return [
    ...leftovers(ledger.state),
    ...(open === 0 ? [] : [`${open} unanswered uploads, named *${ledger.header.mark}*`]),
  ]
}

type NextStep = () => { requirement: string; case: string; step: number }

async function remove(
  { client, ledger, uncertain, lookFirst }: SweepParts,
  step: NextStep,
  id: string,
) {
  const segment = segmentOf(id)
  const uncertainty = ledger.state.files.get(id) === 'unknown'
  if (uncertainty || lookFirst) {
    const look = await client.request(step(), { method: 'GET', path: `/${segment}` })
    const status = look.response?.status
    if (status === 404 || status === 410) {
      ledger.note({ event: 'deleted', id })
      return
    }
    const ours = isAnswered(look) && bodyText(look.response.body).includes(ledger.header.mark)
    if (uncertainty && !ours && uncertain === 'leave') return
  }
  const remove = () => client.delete(step(), segment, { purpose: 'set-up' })
  let { response } = await remove()
  // An error was answered: the file is there still, and what failed once may not fail again.
  if (response !== undefined && response.status >= 500) ({ response } = await remove())
  if (response?.status === 404 || response?.status === 410) ledger.note({ event: 'deleted', id })
}

/** Looks for files that bear the run's mark, page by page, and takes them into the ledger. */
async function claimByMark({ client, ledger, search }: SweepParts, step: NextStep): Promise<void> {
  const { mark } = ledger.header
  const lost = search === 'always' ? MAX_CLAIMED_UNKNOWN : 0
  const most = ledger.state.openUploads.size * MAX_CLAIMED_EACH + lost
  let claimed = 0
  let after = ''
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `?limit=100${after === '' ? '' : `&after=${segmentOf(after)}`}`
    const { response } = await client.request(step(), { method: 'GET', path })
    if (response?.status !== 200) return
    const files = listed(response.body)
    for (const { id, filename } of files) {
      if (!filename.includes(mark) || ledger.state.files.has(id)) continue
      // More than were sent: such a list is made up, and would be gone through for ever.
      if (claimed === most) return
      claimed += 1
      ledger.note({ event: 'owned', id })
    }
    const last = files.at(-1)?.id
    if (last === undefined || last === after || !hasMore(response.body)) {
      const { openUploads } = ledger.state
      for (const upload of [...openUploads]) ledger.note({ event: 'upload-refused', upload })
      return
    }
    after = last
  }
}

function listed(body: Uint8Array): readonly { id: string; filename: string }[] {
  const { data } = parsed(body)
  if (!Array.isArray(data)) return []
  return data.flatMap((file: { id?: unknown; filename?: unknown } | null) =>
    isUsableId(file?.id) && typeof file?.filename === 'string'
      ? [{ id: file.id, filename: file.filename }]
      : [],
  )
}

function hasMore(body: Uint8Array): boolean {
  return parsed(body).has_more === true
}

function parsed(body: Uint8Array): { data?: unknown; has_more?: unknown } {
  try {
    return (JSON.parse(bodyText(body)) ?? {}) as { data?: unknown; has_more?: unknown }
  } catch {
    return {}
  }
}

function bodyText(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8')
}
