import { Inconclusive } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { isUsableId } from '../../model/path-segment.ts'
import { holdsRunId, isSuccess, refusalOf } from '../../model/reads.ts'
import type { Observation } from '../../model/report.ts'
import type { ResourceReadings } from '../../model/resource.ts'
import { RUN_ID } from '../../model/run-id.ts'
import { listFilterOf } from '../../resources/upload-form.ts'
import type { ListRead } from '../safety/damage-check.ts'
import type { Ledger } from '../safety/ledger.ts'
import { mayPass } from './answers.ts'
import type { Fit } from './fit.ts'
import { TargetUnusable } from './preflight.ts'
import type { Toolbox } from './tools.ts'

/** Attempts to read the list while the target fails. */
const MAX_ATTEMPTS = 3
/** Pages of the list that are read. */
const MAX_PAGES = 100
/** Statuses with which servers ask for other parameters. */
const REFUSALS = [400, 422]

/** Credentials of an account whose list is read. */
type Account = 'configured' | 'second'

type Listing = ReturnType<typeof createListing>

/**
 * Reads the list of a target for the damage check, and for what is left at the end. Where the target asks for
 * other parameters, the list of the whole run gets them.
 */
export function createListing(
  runId: string,
  readings: ResourceReadings,
  fit: Fit,
  accounts: readonly Account[] = ['configured'],
) {
  let refused: Answered | undefined
  let looks = 0
  let unanswered: string | undefined
  /** Makes tools for one more look. */
  const tools = (toolbox: Toolbox) => toolbox('set-up/others', String(looks++), 0).tools

  const readOnce = async (
    toolbox: Toolbox,
    credentials: Account,
  ): Promise<{ readonly list: ListRead; readonly trouble?: Exchange | undefined }> => {
    const { look } = tools(toolbox)
    try {
      const pages = await look.list({ most: MAX_PAGES, credentials })
      const trouble = pages.find((page) => !isSuccess(page))
      if (trouble !== undefined) {
        return { list: { unread: `the list answered ${trouble.response.status}` }, trouble }
      }
      const entries = readings.entries(pages)
      const ids = entries.flatMap(({ id, name }) => (RUN_ID.test(name) ? [] : [id]))
      const ours = entries.filter(({ name }) => name.toLowerCase().includes(runId))
      const { filter } = fit.list
      const part = filter === undefined ? {} : { part: filter }
      return { list: { ids, ours, complete: readings.isAtEnd(pages), ...part } }
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

  const readPatiently = async (toolbox: Toolbox, credentials: Account = 'configured') => {
    for (let attempt = 1; ; attempt += 1) {
      const read = await readOnce(toolbox, credentials)
      const { trouble } = read
      if (trouble === undefined || attempt === MAX_ATTEMPTS || !mayPass(trouble)) return read
    }
  }

  /** Reads the list with the parameters that a refusal of the usual ones asks for. */
  const readOtherwise = async (
    toolbox: Toolbox,
    refusal: Answered,
  ): Promise<ListRead | undefined> => {
    for (const parameters of readings.otherParameters(refusal, fit.form)) {
      fit.list = parameters
      const { list } = await readPatiently(toolbox)
      if ('unread' in list) continue
      refused = refusal
      return list
    }
    fit.list = {}
    return undefined
  }

  /** Adds the lists of the other accounts, if they can be read, to that of the first. */
  const withOthers = async (toolbox: Toolbox, list: ListRead): Promise<ListRead> => {
    let all = list
    for (const account of accounts.slice(1)) {
      if ('unread' in all) break
      const { list: other } = await readPatiently(toolbox, account)
      if ('unread' in other) continue
      const complete = all.complete && other.complete
      all = {
        ...all,
        ids: [...all.ids, ...other.ids],
        ours: [...all.ours, ...other.ours],
        complete,
      }
    }
    return all
  }

  return {
    tools,
    /** Reason why the list was not answered at the last look. */
    get unanswered() {
      return unanswered
    },
    /** Says with which parameters the target gives its list, if it refuses the usual ones. */
    observations(): readonly Observation[] {
      if (refused === undefined) return []
      const { filter, unlimited } = fit.list
      const ways = [
        ...(filter === undefined ? [] : [`with ${filter}, which leaves out other files`]),
        ...(unlimited === true ? ['without a limit'] : []),
      ]
      return [
        {
          about: 'Lists',
          text: `read ${ways.join(' and ')}, because ${refusalOf(refused)}`,
          count: 1,
        },
      ]
    },
    /**
     * Reads the list, with further attempts while the target fails. Where the target asks for other parameters,
     * all lists of the run get them from the first look on.
     *
     * @throws TargetUnusable if the target cannot be reached at the first look
     */
    async read(toolbox: Toolbox): Promise<ListRead> {
      const isFirst = looks === 0
      const { list, trouble } = await readPatiently(toolbox)
      const isRefused = trouble !== undefined && isAnswered(trouble) && isOfParameters(trouble)
      const found = (isFirst && isRefused && (await readOtherwise(toolbox, trouble))) || list
      return withOthers(toolbox, found)
    },
    /** Reads the list that shows the files of the run; undefined where it was read already. */
    async readOfForm(toolbox: Toolbox): Promise<ListRead | undefined> {
      const before = fit.list
      const filter = listFilterOf(fit.form)
      if (before.filter === undefined || before.filter === filter) return undefined
      fit.list = { ...before, filter }
      const { list } = await readPatiently(toolbox)
      if (!('unread' in list)) return withOthers(toolbox, list)
      fit.list = before
      return undefined
    },
  }
}

/** Tells whether the first page of a list was refused for its parameters. */
function isOfParameters({ request, response }: Answered): boolean {
  return REFUSALS.includes(response.status) && !request.target.includes('after=')
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
