import { Inconclusive, InternalError, NotOurs } from '../../model/errors.ts'
import type { Answered } from '../../model/exchange.ts'
import type { Tools } from '../../model/requirement.ts'
import type { FileToUpload, OwnedResource } from '../../model/resource.ts'
import type { SetUp } from '../../resources/provider.ts'
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

    const setUp: SetUp = {
      runId,
      challenge: bench.challenge,
      get defaultName() {
        return `delete-conformance-${runId}-${requirement.replace('/', '-')}-${caseKey.replace('/', '-')}-${files}.jsonl`
      },
      request: (request, { upload: creates }) => send(request, { creates, unless: () => noRoom }),
      creating() {
        uploads += 1
        const upload = uploads
        ledger.note({ event: 'uploading', upload })
        return { upload, refused: () => ledger.note({ event: 'upload-refused', upload }) }
      },
      async claim(id, created, { upload }, way) {
        const { isOurs, reads } = await bench.ownership.claim(id, created, way, send)
        claimed.set(id, created)
        ledger.note({ event: isOurs ? 'owned' : 'foreign', id, upload })
        if (isOurs) return { id }
        foreign.push([created, ...reads])
        throw new NotOurs(
          `POST ${created.request.target} answered with the id of a file that is not this run's`,
          created,
        )
      },
      async provide(find) {
        const at = step()
        const none = async () => ({ refused: noRoom ?? '', notAsked: true }) as const
        const provided = await bench.environment.provide(at, noRoom === undefined ? find : none)
        bench.provided?.({ ...at, provided })
        if ('refused' in provided) {
          throw new Inconclusive(provided.refused, undefined, provided.notAsked)
        }
        ledger.note({ event: 'owned', id: provided.id })
        return provided
      },
    }

    /** Once an upload was answered with another's id, uploads go out one at a time. */
    const make = (file?: FileToUpload): Promise<OwnedResource> => {
      if (foreign.length === 0) return provider.create(setUp, file)
      const making = lastUpload.then(() => {
        if (foreign.length < MAX_FOREIGN) return provider.create(setUp, file)
        const reason = `${MAX_FOREIGN} uploads were answered with ids of files that are not this run's`
        throw new NotOurs(reason, foreign[0]?.[0], true)
      })
      lastUpload = making.catch(() => undefined)
      return making
    }

    const creations: CaseCreations = {
      hasMade: (id) => made.includes(id),
      living: () => [...new Set(made)].filter((id) => ledger.state.left.has(id)),
      async create(file) {
        files += 1
        if (typeof room === 'number' && creations.living().length >= room) {
          throw new InternalError(`${requirement}: a case has more than ${room} files at once`)
        }
        const one = await make(file)
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
