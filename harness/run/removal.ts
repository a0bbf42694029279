import { isAnswered } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { holdsRunId, isGone, isSuccess } from '../../model/reads.ts'
import type { ResourceApi } from '../../resources/provider.ts'
import type { Client } from '../http/client.ts'
import type { Step } from '../http/environment.ts'
import type { Ledger } from '../safety/ledger.ts'

/** Parts with which resources are removed, one or all of them. */
export interface RemovalParts {
  readonly client: Client
  readonly api: ResourceApi
  readonly ledger: Ledger
  /** Waits, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>
  /** Attempts to delete a resource while the target fails or does not answer. */
  readonly attempts: number
  /** Whether the target is known to answer a read of a resource that is there. */
  readonly canRead: () => boolean
  /**
   * Tells whether to look for a resource before its deletion: a request that was none for that may have deleted
   * it, and a careless server then takes another.
   */
  readonly lookFirst: (id: string) => boolean
  /**
   * Treatment of a resource whose deletion was not answered, if no read can tell whether it is still
   * there: to delete an id again is for a person to decide.
   */
  readonly uncertain: 'leave' | 'delete'
}

export type NextStep = () => Step

/** Pause before the second attempt; it doubles with each further one. */
const BACKOFF_MS = 100

export function backoffMs(attempt: number): number {
  return BACKOFF_MS * 2 ** (attempt - 2)
}

/**
 * Removes a resource, with further attempts while the target fails. A look comes first if it may be gone,
 * so that nothing is deleted twice. The ledger notes the outcome.
 */
export async function removeFile(parts: RemovalParts, step: NextStep, id: string): Promise<void> {
  const { client, ledger, uncertain, pause, attempts, canRead } = parts
  const { state } = ledger
  let inDoubt = parts.lookFirst(id) || state.files.get(id) === 'unknown'
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(backoffMs(attempt))
    const found = inDoubt ? await lookFor(parts, step, id) : 'there'
    if (found === 'gone') return ledger.note({ event: 'deleted', id })
    // Two uploads may have one id: another case may have deleted it meanwhile.
    if (!state.left.has(id)) return
    if (found === 'not answered' && canRead()) continue
    const isUnsure = found !== 'there' && state.files.get(id) === 'unknown'
    if (isUnsure && uncertain === 'leave') return
    const deletion = await client.delete(step(), segmentOf(id), { purpose: 'set-up' })
    if (isSuccess(deletion)) return
    if (isAnswered(deletion) && deletion.response.status < 500) {
      const gone = canRead() ? (await lookFor(parts, step, id)) === 'gone' : isGone(deletion)
      if (gone) ledger.note({ event: 'deleted', id })
      return
    }
    inDoubt = true
  }
}

async function lookFor(
  { client, api, ledger, canRead }: RemovalParts,
  step: NextStep,
  id: string,
): Promise<'there' | 'gone' | 'perhaps another' | 'not answered'> {
  const look = await client.request(step(), api.requests.retrieve(id), { looksFor: id })
  if (isGone(look)) return canRead() ? 'gone' : 'not answered'
  if (!isSuccess(look)) return 'not answered'
  if (holdsRunId(look, ledger.header.runId)) return 'there'
  if (!ledger.state.made.has(id)) return 'perhaps another'
  return api.readings.isNamed(look) ? 'gone' : 'there'
}
