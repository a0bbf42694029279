import type { Handle, ServerRequest } from '../../fixtures/server/message.ts'
import type { Beside, Lookup } from './lookup.ts'
import type { OwnedApart } from './owned-apart.ts'

const COLLECTION = '/v1/files'

/** A deletion as the server reads it off a request. */
interface Sought {
  /** What follows the collection, percent-encoding untouched. */
  readonly segment: string
  readonly beside: Beside
}

/** Has a server delete what a lookup finds. */
export function deletingBy(
  lookup: Lookup,
  store: OwnedApart,
  accountOf: (request: ServerRequest) => string | undefined,
): (handle: Handle) => Handle {
  return (handle) => async (request) => {
    const { segment, beside } = soughtBy(request)
    const account = accountOf(request)
    if (account === undefined || !isDeletion(request, beside, lookup)) return handle(request)
    if (segment === undefined || !isRouted(segment, lookup)) return handle(request)
    const [first, ...others] = lookup.find(store.living(account), segment, beside)
    for (const id of others) store.remove(account, id)
    // An id that nothing was found for is no living one, so that the server answers 404 by itself.
    const id = first === undefined ? segment : encodeURIComponent(first)
    return handle({ ...request, method: 'DELETE', target: `${COLLECTION}/${id}` })
  }
}

/** Reads a request as a deletion, whatever its method. */
export function soughtBy({ target, method, headers, body }: ServerRequest): Partial<Sought> & {
  readonly beside: Beside
} {
  const runId = target.indexOf('?')
  const path = runId < 0 ? target : target.slice(0, runId)
  const query = runId < 0 ? '' : target.slice(runId + 1)
  const beside = { method, query, headers, body }
  if (!path.startsWith(`${COLLECTION}/`)) return { beside }
  return { segment: path.slice(COLLECTION.length + 1), beside }
}

function isDeletion({ method }: ServerRequest, beside: Beside, lookup: Lookup): boolean {
  return method === 'DELETE' || lookup.deletes?.(beside) === true
}

/** Tells whether a route with one parameter takes the rest of the path. */
function isRouted(segment: string, { path = false }: Lookup): boolean {
  return path || (segment !== '' && !segment.includes('/'))
}
