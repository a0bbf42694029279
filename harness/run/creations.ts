import {
  Inconclusive,
  InternalError,
  Interrupted,
  NotOurs,
  NotSafe,
  SetAside,
} from '../../model/errors.ts'
import type { Provided } from '../../model/evidence.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { isSuccess, outcomeOf, refusalOf } from '../../model/reads.ts'
import type { Tools } from '../../model/requirement.ts'
import type { FileToUpload, OwnedResource, PlainRequest } from '../../model/resource.ts'
import type { WayOfCreating } from '../safety/ownership.ts'
import { isLost } from './answers.ts'
import type { CaseRequests, Workbench } from './workbench.ts'

/** Number of resources that a case may have at once, or the reason why it may have none. */
export type Room = number | { readonly none: string }

/** Resources of one case. */
interface CaseCreations
  extends Pick<Tools['files'], 'word' | 'create' | 'upload' | 'claim' | 'nameOf'> {
  hasMade(id: string): boolean
  /** Finds the resources of the case that are not known to be gone. */
  living(): readonly string[]
}

/** Upload that is under way: its number in the ledger, how it is made, and by which account if not the first. */
interface NewUpload {
  readonly upload: number
  readonly way: WayOfCreating
  readonly as: 'second' | undefined
}

/** Answers to a create request and to the reads of its id. */
type ReadBack = Awaited<ReturnType<Tools['files']['claim']>>

/** Uploads that were answered with another's id, after which nothing more is uploaded. */
const MAX_FOREIGN = 3

/** Makes the creations of the cases of one run. */
export function creationsOf(
  bench: Workbench,
): (requests: CaseRequests, room: Room) => CaseCreations {
  const { ledger, provider, runId } = bench
  const foreign: ReadBack[] = []
  let lastUpload: Promise<unknown> = Promise.resolve()
  let uploads = 0

  return ({ requirement, caseKey, step, send, ask }, room) => {
    const noRoom = typeof room === 'object' ? room.none : undefined
    const made: string[] = []
    const word = [runId, requirement, caseKey].join('-').replace('/', '-')
    const claimed = new Map<string, Answered>()
    let files = 0

    const claim = async (id: string, created: Answered, { upload, way, as }: NewUpload) => {
      const credentials = as ?? 'configured'
      const read = (request: PlainRequest) => send({ ...request, credentials })
      const { second, files } = ledger.state
      // Ids that follow from names or contents may be the same in both accounts.
      const isOfOther = files.has(id) && second.has(id) !== (as === 'second')
      const { isOurs, reads } = isOfOther
        ? { isOurs: false, reads: [] }
        : await bench.ownership.claim(id, created, way, read)
      claimed.set(id, created)
      if (isOurs) {
        ledger.note({ event: 'owned', id, upload, ...(as && { by: as }) })
        return { id }
      }
      ledger.note({ event: 'foreign', id, upload })
      foreign.push([created, ...reads])
      throw new NotOurs(
        `POST ${created.request.target} answered with the id of a file that is not this run's`,
        created,
      )
    }

    const created = async (
      request: PlainRequest,
      { way, as }: Omit<NewUpload, 'upload'>,
    ): Promise<OwnedResource> => {
      uploads += 1
      const upload = uploads
      const refused = () => ledger.note({ event: 'upload-refused', upload })
      ledger.note({ event: 'uploading', upload, ...(as && { by: as }) })
      const options = { creates: upload, unless: () => noRoom }
      const sending = as === undefined ? request : { ...request, credentials: as }
      const exchange = await send(sending, options).catch((error: unknown) => {
        // Interrupted before it was sent.
        if (error instanceof Interrupted) refused()
        throw error
      })
      const id = provider.api.readings.created(exchange)?.id
      if (id !== undefined && isAnswered(exchange)) return claim(id, exchange, { upload, way, as })
      // A gateway that gives up (5xx) does not know whether the file was taken.
      const status = exchange.response?.status ?? 0
      const neverSent = exchange.failure?.kind === 'not-sent'
      if (neverSent || (status >= 300 && status < 500)) refused()
      if (as === 'second' && [401, 403, 404, 405].includes(status)) {
        throw new NotSafe(`the second account cannot upload: ${refusalOf(exchange)}`)
      }
      throw unusable(exchange, way)
    }

    const provided = async (find: () => Promise<Provided>): Promise<OwnedResource> => {
      const at = step()
      const none = async () => ({ refused: noRoom ?? '', notAsked: true }) as const
      const found = await bench.environment.provide(at, noRoom === undefined ? find : none)
      bench.provided?.({ ...at, provided: found })
      if ('refused' in found) throw new Inconclusive(found.refused, undefined, found.notAsked)
      ledger.note({ event: 'owned', id: found.id })
      return found
    }

    const makeOne = async (file?: FileToUpload, as?: 'second'): Promise<OwnedResource> => {
      const { source, none } = provider
      if (none !== undefined) throw new Inconclusive(none)
      if (as === 'second' && !bench.found.accountsApart) {
        throw new NotSafe('ids can be guessed, and each account may count for itself')
      }
      if ('provide' in source) return provided(source.provide)
      const naming = { runId, challenge: bench.challenge, word: `${word}-${files}` }
      const way = file === undefined ? 'default' : 'chosen'
      return created(source.create(naming, file), { way, as })
    }

    /** Once an upload was answered with another's id, uploads go out one at a time. */
    const make = (file?: FileToUpload, as?: 'second'): Promise<OwnedResource> => {
      if (foreign.length === 0) return makeOne(file, as)
      const making = lastUpload.then(() => {
        if (foreign.length < MAX_FOREIGN) return makeOne(file, as)
        const reason = `${MAX_FOREIGN} uploads were answered with ids of files that are not this run's`
        throw new NotOurs(reason, foreign[0]?.[0], true)
      })
      lastUpload = making.catch(() => undefined)
      return making
    }

    /** Makes another if the answer to the first was lost with its connection; a chosen one would be sent twice. */
    const makeAnswered = async (file?: FileToUpload, as?: 'second'): Promise<OwnedResource> => {
      for (let sent = 1; ; sent += 1) {
        files += 1
        try {
          return await make(file, as)
        } catch (error) {
          const exchange = error instanceof Inconclusive ? error.exchange : undefined
          if (file !== undefined || exchange === undefined || !isLost(exchange, sent)) throw error
        }
      }
    }

    const creations: CaseCreations = {
      word,
      hasMade: (id) => made.includes(id),
      nameOf(id) {
        const body = claimed.get(id)?.request.body
        return body !== undefined && 'filename' in body ? body.filename : undefined
      },
      living: () => [...new Set(made)].filter((id) => ledger.state.left.has(id)),
      async create(file, as) {
        if (typeof room === 'number' && creations.living().length >= room) {
          throw new InternalError(`${requirement}: a case has more than ${room} files at once`)
        }
        const one = await makeAnswered(file, as)
        made.push(one.id)
        return one
      },
      async upload(file, as) {
        const { id } = await creations.create(file, as)
        return { id, answer: claimed.get(id) as Answered }
      },
      async claim() {
        if (foreign[0] !== undefined) return foreign[0]
        const { retrieve, content } = provider.api.requests
        try {
          const { id, answer } = await creations.upload()
          const file = await ask(retrieve(id))
          // A gateway may give files names of its own.
          const isRead = bench.found.offers.has('content')
          return [answer, file, ...(isRead ? [await ask(content(id))] : [])]
        } catch (error) {
          if (error instanceof NotOurs && foreign[0] !== undefined) return foreign[0]
          throw error
        }
      },
    }
    return creations
  }
}

function unusable(exchange: Exchange, way: WayOfCreating): Error {
  const { response, failure } = exchange
  if (failure?.kind === 'not-sent') return new Inconclusive(failure.message, exchange)
  const status = response?.status ?? 0
  const isRefused = status >= 400 && ![401, 403, 429].includes(status)
  if (way === 'chosen' && isRefused) return new SetAside(refusalOf(exchange), exchange)
  const outcome = isSuccess(exchange)
    ? `${outcomeOf(exchange)} without an "id" that can be asked for`
    : refusalOf(exchange)
  const problem = response === undefined ? failure?.message : outcome
  return new Inconclusive(`no file could be uploaded: ${problem}`, exchange)
}
