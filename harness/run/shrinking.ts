import fc, { type Arbitrary } from 'fast-check'
import type { CaseOutcome, FailedCase } from './case.ts'

/** The simplest failing form of a case. */
export interface Shrunk {
  readonly outcome: FailedCase
  /** The value as fast-check prints it. */
  readonly counterexample: string
  /** What was done to find it, in words. */
  readonly account: string
}

/** Cases sent for shrinking, at most: a deletion that destroys a file a case is not to be repeated for ever. */
export const MAX_SHRINK_CASES = 200

/**
 * Lets fast-check find the simplest form of a failed case that fails in the same way.
 *
 * Each form is sent under fast-check's path to it, by which {@link valueAt} gives it back.
 *
 * @param failed - its key is the position of its value in the sequence that the seed gives
 * @param run - sends a case under a key and judges it
 * @param isSame - whether another failing case has what is wrong in this one
 */
export async function shrink<T>(
  failed: FailedCase,
  arbitrary: Arbitrary<T>,
  seed: number,
  run: (key: string, value: T) => Promise<CaseOutcome>,
  isSame: (other: FailedCase) => boolean,
): Promise<Shrunk> {
  let simplest: FailedCase | undefined
  let sent = 0
  let path = failed.key
  let child = 0
  // fast-check would take an error for one more failure of the property.
  let error: unknown
  let cutOff: string | undefined
  const holds = fc.asyncProperty(arbitrary, async (value) => {
    if (sent === MAX_SHRINK_CASES || error !== undefined || cutOff !== undefined) return true
    sent += 1
    const key = sent === 1 ? `${path}${AGAIN}` : `${path}:${child}`
    child += 1
    try {
      const outcome = await run(key, value)
      if (outcome.kind === 'inconclusive' && outcome.cutOff === true) cutOff = outcome.reason
      if (outcome.kind !== 'failed' || !isSame(outcome)) return true
      simplest = outcome
      if (sent > 1) path = key
      child = 0
      return false
    } catch (thrown) {
      error = thrown
      return true
    }
  })
  const details = await fc.check(holds, { seed, path: failed.key, numRuns: 1 })
  if (error !== undefined) throw error
  const outcome = simplest ?? failed
  return {
    outcome,
    counterexample: fc.stringify(outcome.value),
    account: accountOf(simplest === undefined ? undefined : details.numShrinks, sent, cutOff),
  }
}

function accountOf(shrinks: number | undefined, sent: number, cutOff: string | undefined): string {
  if (shrinks === undefined) {
    return cutOff === undefined
      ? 'did not fail so when it was sent again: the fault does not depend on this value alone'
      : `not shrunk: ${cutOff}`
  }
  const stopped = sent === MAX_SHRINK_CASES ? ', then stopped' : ''
  const end = cutOff === undefined ? stopped : `, then ${cutOff}`
  return `shrunk ${shrinks} times with ${sent} further cases${end}`
}

/** Marks a case that is sent once more, unchanged. */
const AGAIN = ':again'

/**
 * The value that a case of a property had, by the key of the case.
 *
 * @returns the value in a list, or nothing where the key leads nowhere
 */
export function valueAt<T>(arbitrary: Arbitrary<T>, seed: number, key: string): readonly T[] {
  const path = key.endsWith(AGAIN) ? key.slice(0, -AGAIN.length) : key
  try {
    return fc.sample(arbitrary, { seed, path, numRuns: 1 })
  } catch {
    return []
  }
}
