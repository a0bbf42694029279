import { Inconclusive } from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import { isUsableId } from '../../model/path-segment.ts'
import { holdsRunId, isSuccess } from '../../model/reads.ts'
import { RUN_ID } from '../../model/run-id.ts'
import type { ListRead } from '../safety/damage-check.ts'
import type { Ledger } from '../safety/ledger.ts'
import { mayPass } from './answers.ts'
import { TargetUnusable } from './preflight.ts'
import type { Toolbox } from './tools.ts'

/** Attempts to read the list while the target fails. */
const MAX_ATTEMPTS = 3
/** Pages of the list that are read. */
const MAX_PAGES = 100

type Listing = ReturnType<typeof createListing>

/** Reads the list of a target for the damage check, and for what is left at the end. */
export function createListing(runId: string) {
  let looks = 0
  let unanswered: string | undefined
  /** Makes tools for one more look. */
  const tools = (toolbox: Toolbox) => toolbox('set-up/others', String(looks++), 0).tools

  const readOnce = async (
    toolbox: Toolbox,
  ): Promise<{ readonly list: ListRead; readonly trouble?: Exchange | undefined }> => {
    const { look, readings } = tools(toolbox)
    try {
      const pages = await look.list(MAX_PAGES)
      const trouble = pages.find((page) => !isSuccess(page))
      if (trouble !== undefined) {
        return { list: { unread: `the list answered ${trouble.response.status}` }, trouble }
      }
      const entries = readings.entries(pages)
      const ids = entries.flatMap(({ id, name }) => (RUN_ID.test(name) ? [] : [id]))
      const ours = entries.filter(({ name }) => name.toLowerCase().includes(runId))
      return { list: { ids, ours, complete: readings.isComplete(pages) } }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error
      const { exchange: trouble } = error
      const { kind, message = error.message } = trouble?.failure ?? {}
      const isUnreachable = kind === 'refused' || kind === 'dns' || kind === 'tls'
      if (isUnreachable && looks === 1) throw new TargetUnusable(message)
      unanswered = message
      return { list: { unread: message }, trouble }
    }
  }

  return {
    tools,
    /** Reason why the list was not answered at the last look. */
    get unanswered() {
      return unanswered
    },
    /**
     * Reads the list, with further attempts while the target fails.
     *
     * @throws TargetUnusable if the target cannot be reached at the first look
     */
    async read(toolbox: Toolbox): Promise<ListRead> {
      for (let attempt = 1; ; attempt += 1) {
        const { list, trouble } = await readOnce(toolbox)
        if (trouble === undefined || attempt === MAX_ATTEMPTS || !mayPass(trouble)) return list
      }
    },
  }
}

/** Parts with which listed resources are removed when the cleanup is over. */
interface ListedParts {
  readonly ledger: Ledger
  readonly listing: Listing
  readonly toolbox: Toolbox
  /** Whether the target shows a resource that is there. */
  readonly canRead: boolean
  /** Waits until a deletion must show. */
  settle(): Promise<void>
  cleanUp(): Promise<readonly string[]>
}

/** Listed resources that are looked for one by one. */
const MAX_LOOKED_FOR = 50

/**
 * Removes resources that the list shows under the run id after the cleanup: those of uploads that were
 * refused and stored all the same, and those that the target only said it deleted.
 *
 * @param left - what the cleanup has left
 * @returns what is left now
 */
export async function removeListed(
  { ledger, listing, toolbox, canRead, settle, cleanUp }: ListedParts,
  left: readonly string[],
): Promise<readonly string[]> {
  const { files } = ledger.state
  const { retrieve } = listing.tools(toolbox).look
  const isThere = async (id: string) => {
    try {
      const file = await retrieve(id)
      // A careless lookup may show another in its place.
      return isSuccess(file) && holdsRunId(file, ledger.header.runId)
    } catch (error) {
      if (error instanceof Inconclusive) return false
      throw error
    }
  }
  const shown = async () => {
    const list = await listing.read(toolbox)
    const ours = 'unread' in list ? [] : list.ours.filter(({ id }) => !left.includes(id))
    const found: { readonly id: string; readonly name: string }[] = []
    for (const file of ours.slice(0, MAX_LOOKED_FOR)) {
      const isUnsure = files.has(file.id) && canRead
      if (!isUnsure || (await isThere(file.id))) found.push(file)
    }
    return found
  }
  if ((await shown()).length === 0) return left
  await settle()
  for (const { id } of await shown()) {
    if (isUsableId(id) && (!files.has(id) || canRead)) ledger.note({ event: 'owned', id })
  }
  const unremoved = await cleanUp()
  const still = (await shown()).filter(({ id }) => !unremoved.includes(id))
  // The ledger stays for them.
  if (still.length > 0) ledger.note({ event: 'uploading', upload: 0 })
  return [...unremoved, ...still.map(({ name }) => `a file that is listed as ${name}`)]
}
