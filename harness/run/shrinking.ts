import fc, { type Arbitrary } from 'fast-check'
import type { CaseOutcome, FailedCase } from './case.ts'
import { AGAIN } from './second-tries.ts'

/** Simplest failing form of a case. */
export interface Shrunk {
  readonly outcome: FailedCase
  /** Its value, as fast-check prints it. */
  readonly counterexample: string
  /** Account of the search, in words. */
  readonly account: string
}

/** Most cases that one shrinking sends: each may destroy a file. */
export const MAX_SHRINK_CASES = 200

/**
 * Lets fast-check find the simplest form of a failed case that fails in the same way.
 *
 * Each form is sent under fast-check's path to it, from which {@link valueAt} restores it.
 *
 * @param failed - its key begins with the position of its value in the sequence that the seed gives
 * @param run - sends a case under a key and judges it
 * @param isSame - tells whether another failing case has the same violations
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
  const start = withoutAgain(failed.key)
  let path = start
  let child = 0
  // Kept from fast-check, which would count it as one more failure of the property.
  let error: unknown
  let cutOff: string | undefined
  const holds = fc.asyncProperty(arbitrary, async (value) => {
    if (sent === MAX_SHRINK_CASES || error !== undefined || cutOff !== undefined) return true
    sent += 1
    const key = sent === 1 ? `${failed.key}${AGAIN}` : `${path}:${child}`
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
  const { numShrinks } = await fc.check(holds, { seed, path: start, numRuns: 1 })
  if (error !== undefined) throw error
  const outcome = simplest ?? failed
  return {
    outcome,
    counterexample: fc.stringify(outcome.value),
    account: accountOf(simplest === undefined ? undefined : numShrinks, sent, cutOff),
  }
}

function accountOf(shrinks: number | undefined, sent: number, cutOff: string | undefined): string {
  if (shrinks === undefined) {
    return cutOff === undefined
      ? 'did not fail again when sent once more: the fault does not depend on this value alone'
      : `not shrunk: ${cutOff}`
  }
  const stopped = sent === MAX_SHRINK_CASES ? ', then stopped' : ''
  const end = cutOff === undefined ? stopped : `, then ${cutOff}`
  return `shrunk ${shrinks} times with ${sent} further cases${end}`
}

/**
 * Restores the value of a property's case from the key of the case.
 *
 * @returns the value in a list, or nothing if the key leads nowhere
 */
export function valueAt<T>(arbitrary: Arbitrary<T>, seed: number, key: string): readonly T[] {
  try {
    return fc.sample(arbitrary, { seed, path: withoutAgain(key), numRuns: 1 })
  } catch {
    return []
  }
}

/** Gives the key of the case that was sent once more, if it is one. */
export function withoutAgain(key: string): string {
  return key.endsWith(AGAIN) ? withoutAgain(key.slice(0, -AGAIN.length)) : key
}
