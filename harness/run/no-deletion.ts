import { Inconclusive, NotSafe } from '../../model/errors.ts'
import type { Answered, Credentials, Exchange } from '../../model/exchange.ts'
import { isSameAnswer, isSuccess, outcomeOf } from '../../model/reads.ts'
import type { NeverIssuedId } from '../../model/requirement.ts'
import { nowhere, type PlainRequest } from '../../model/resource.ts'
import type { SampleParts } from './id-samples.ts'

/** Evidence that a target has no deletion, and the need of a requirement that shows it, too. */
export interface NoDeletion {
  readonly shown: string
  readonly need: 'resource' | 'retrieve'
}

/** Sends a request again while the target fails, as it does no harm. */
export type Look = (request: PlainRequest, credentials?: Credentials) => Promise<Exchange>

/**
 * Deletes the first resource before there are more: without a deletion, all of them would stay.
 *
 * @param missing - the answer to an id that was never issued
 * @returns the answer, if it is the usual one, and evidence that there is no deletion, if there is none
 */
export async function tryDeletion(
  parts: SampleParts,
  id: string,
  missing: Answered,
  look: Look,
): Promise<{ readonly deletion?: Answered; readonly noDeletion?: NoDeletion }> {
  const { send } = parts.caseTools.tools
  const deletion = await attempted(() => send.delete(id, { purpose: 'set-up' }))
  if (deletion === undefined) return {}
  const noDeletion = await deletionMissing(parts, deletion, id, look)
  if (noDeletion !== undefined) return { noDeletion }
  if (isSuccess(deletion)) return { deletion }
  const isMissing = deletion.response.status === missing.response.status
  return !isMissing && (await isUsual(parts, deletion)) ? { deletion } : {}
}

/** Tells whether another resource's deletion is answered with the same status: one may have failed by chance. */
async function isUsual({ caseTools }: SampleParts, { response }: Answered): Promise<boolean> {
  const { files, send } = caseTools.tools
  const other = await attempted(() => files.create())
  if (other === undefined) return false
  const again = await attempted(() => send.delete(other.id, { purpose: 'set-up' }))
  return again?.response.status === response.status
}

async function deletionMissing(
  parts: SampleParts,
  deletion: Answered,
  id: string,
  look: Look,
): Promise<NoDeletion | undefined> {
  const { caseTools, provider, runId } = parts
  const { files, send } = caseTools.tools
  if (isSuccess(deletion)) {
    if (!(await staysThere(parts, id, look))) return undefined
    // That one stays may be the fault of one file.
    const other = await attempted(() => files.create())
    if (other === undefined) return undefined
    await attempted(() => send.delete(other.id, { purpose: 'set-up' }))
    if (!(await staysThere(parts, other.id, look))) return undefined
    return { shown: `${outcomeOf(deletion)}, and the file is there as before`, need: 'retrieve' }
  }
  const stayed = isSuccess(await look(provider.api.requests.retrieve(id)))
  const isMissing =
    [405, 501].includes(deletion.response.status) ||
    (stayed && isSameAnswer(deletion, await look(nowhere(runId))))
  return isMissing ? { shown: outcomeOf(deletion), need: 'resource' } : undefined
}

/** Pages of a list in which a resource is looked for. */
const MAX_PAGES = 10

/** Tells whether a resource is retrieved, read and listed when its deletion should show. */
async function staysThere(
  { caseTools, provider }: SampleParts,
  id: string,
  look: Look,
): Promise<boolean> {
  const { requests, readings } = provider.api
  const { until, retrieve, list } = caseTools.tools.look
  const file = await attempted(() =>
    until(
      () => retrieve(id),
      (seen) => !isSuccess(seen),
    ),
  )
  if (file === undefined || !isSuccess(file)) return false
  if (!isSuccess(await look(requests.content(id)))) return false
  const pages = await attempted(() => list({ most: MAX_PAGES }))
  return readings.entries(pages ?? []).some((entry) => entry.id === id)
}

/** Deletes the first resource a second time, if no read finds it any more. */
export async function deleteAgain(
  { caseTools, provider }: SampleParts,
  id: string,
  look: Look,
): Promise<Answered | undefined> {
  if (isSuccess(await look(provider.api.requests.retrieve(id)))) return undefined
  return attempted(() => caseTools.tools.send.delete(id, { purpose: 'set-up' }))
}

/** Deletes an id that was never issued and could have been; gives no answer where none can be made up. */
export async function deleteUnknown({
  caseTools,
  neverIssued,
}: Pick<SampleParts, 'caseTools'> & {
  readonly neverIssued: (ordinal: number) => NeverIssuedId
}): Promise<Answered | undefined> {
  const { id, shaped } = neverIssued(1)
  if (!shaped) return undefined
  return attempted(() => caseTools.tools.send.delete(id, { purpose: 'set-up' }))
}

/** Waits for an answer; undefined if it cannot be judged, which the requirements will say. */
export async function attempted<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof Inconclusive || error instanceof NotSafe) return undefined
    throw error
  }
}
