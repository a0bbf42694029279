import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseOutcome } from '../../../harness/run/case.ts'
import { shrink } from '../../../harness/run/shrinking.ts'

const SEED = 7
const REASON = 'not sent: --max-requests 9 is used up'

/** Shrinks the first value of a sequence, until the budget is used up after some cases. */
async function shrinkWithin(cases: number) {
  const numbers = fc.integer({ min: 1_000, max: 1_000_000 })
  const [value] = fc.sample(numbers, { seed: SEED, numRuns: 1 })
  const failed = { kind: 'failed', key: '0', value, sent: [], violations: [] } as const
  let sent = 0
  const run = async (key: string, value: number): Promise<CaseOutcome> => {
    sent += 1
    return sent > cases
      ? { kind: 'inconclusive', key, value, sent: [], reason: REASON, cutOff: true }
      : { ...failed, key, value }
  }
  const shrunk = await shrink(failed, numbers, SEED, run, () => true)
  return { shrunk, sent, value }
}

describe('shrinking within a budget', () => {
  it('says that nothing was shrunk where the case could not be sent again', async () => {
    const { shrunk, sent, value } = await shrinkWithin(0)
    expect(shrunk.account).toBe(`not shrunk: ${REASON}`)
    expect(shrunk.outcome.value).toBe(value)
    expect(sent).toBe(1)
  })

  it('keeps the simplest form that was found, says why it stopped, and asks once only', async () => {
    const { shrunk, sent } = await shrinkWithin(1)
    expect(shrunk.account).toMatch(/^shrunk \d+ times with 2 further cases, then not sent: /)
    expect(sent).toBe(2)
  })
})
