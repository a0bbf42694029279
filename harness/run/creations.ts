import { Inconclusive, InternalError, Interrupted, NotOurs, SetAside } from '../../model/errors.ts'
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
interface CaseCreations extends Pick<Tools['files'], 'create' | 'upload' | 'claim'> {
  hasMade(id: string): boolean
  /** Finds the resources of the case that are not known to be gone. */
  living(): readonly string[]
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
    const claimed = new Map<string, Answered>()
    let files = 0

    const claim = async (id: string, created: Answered, upload: number, way: WayOfCreating) => {
      const { isOurs, reads } = await bench.ownership.claim(id, created, way, send)
      claimed.set(id, created)
      ledger.note({ event: isOurs ? 'owned' : 'foreign', id, upload })
      if (isOurs) return { id }
      foreign.push([created, ...reads])
      throw new NotOurs(
        `POST ${created.request.target} answered with the id of a file that is not this run's`,
        created,
      )
    }

    const created = async (request: PlainRequest, way: WayOfCreating): Promise<OwnedResource> => {
      uploads += 1
      const upload = uploads
      const refused = () => ledger.note({ event: 'upload-refused', upload })
      ledger.note({ event: 'uploading', upload })
      const options = { creates: upload, unless: () => noRoom }
      const exchange = await send(request, options).catch((error: unknown) => {
        // Interrupted before it was sent.
        if (error instanceof Interrupted) refused()
        throw error
      })
      const id = provider.api.readings.created(exchange)?.id
      if (id !== undefined && isAnswered(exchange)) return claim(id, exchange, upload, way)
      // A gateway that gives up (5xx) does not know whether the file was taken.
      const status = exchange.response?.status ?? 0
      const neverSent = exchange.failure?.kind === 'not-sent'
      if (neverSent || (status >= 300 && status < 500)) refused()
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

    const makeOne = async (file?: FileToUpload): Promise<OwnedResource> => {
      const { source, none } = provider
      if (none !== undefined) throw new Inconclusive(none)
      if ('provide' in source) return provided(source.provide)
      const words = [requirement, caseKey].map((word) => word.replace('/', '-'))
      const word = `${runId}-${words.join('-')}-${files}`
      const naming = { runId, challenge: bench.challenge, word }
      return created(source.create(naming, file), file === undefined ? 'default' : 'chosen')
    }

    /** Once an upload was answered with another's id, uploads go out one at a time. */
    const make = (file?: FileToUpload): Promise<OwnedResource> => {
      if (foreign.length === 0) return makeOne(file)
      const making = lastUpload.then(() => {
        if (foreign.length < MAX_FOREIGN) return makeOne(file)
        const reason = `${MAX_FOREIGN} uploads were answered with ids of files that are not this run's`
        throw new NotOurs(reason, foreign[0]?.[0], true)
      })
      lastUpload = making.catch(() => undefined)
      return making
    }

    /** Makes another if the answer to the first was lost with its connection; a chosen one would be sent twice. */
    const makeAnswered = async (file?: FileToUpload): Promise<OwnedResource> => {
      for (let sent = 1; ; sent += 1) {
        files += 1
        try {
          return await make(file)
        } catch (error) {
          const exchange = error instanceof Inconclusive ? error.exchange : undefined
          if (file !== undefined || exchange === undefined || !isLost(exchange, sent)) throw error
        }
      }
    }

    const creations: CaseCreations = {
      hasMade: (id) => made.includes(id),
      living: () => [...new Set(made)].filter((id) => ledger.state.left.has(id)),
      async create(file) {
        if (typeof room === 'number' && creations.living().length >= room) {
          throw new InternalError(`${requirement}: a case has more than ${room} files at once`)
        }
        const one = await makeAnswered(file)
        made.push(one.id)
        return one
      },
      async upload(file) {
        const { id } = await creations.create(file)
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
