import { describe, expect, it } from 'vitest'
import { createRequirementTimes } from '../../../harness/run/requirement-times.ts'
import type { Exchange } from '../../../model/exchange.ts'
import { madeUpResult } from '../../reporters/made-up-report.ts'
import { answered } from '../made-up.ts'

const result = madeUpResult({ id: 'a/b' })

/** Measures the time of one requirement over exchanges in the order in which they ended. */
function timeOf(...exchanges: readonly Partial<Exchange>[]): number | undefined {
  const times = createRequirementTimes()
  for (const rest of exchanges) times.see(answered({}, { requirement: 'a/b', ...rest }))
  return times.timed(result).durationMs
}

describe('the time of a requirement', () => {
  it('goes from its first request to its last answer, however many were under way', () => {
    const inSetUp = { startedAtMs: 1_000.25, durationMs: 50, purpose: 'set-up' } as const
    const long = { startedAtMs: 1_020, durationMs: 400.5 }
    const short = { startedAtMs: 1_030, durationMs: 5 }
    expect(timeOf(inSetUp, short, long)).toBe(420)
    expect(timeOf(long, short, inSetUp)).toBe(420)
  })

  it('has nothing to do with other requirements', () => {
    expect(timeOf({ requirement: 'a/c', durationMs: 10 })).toBe(undefined)
  })

  it('leaves out what was held back', () => {
    expect(timeOf({ attempts: 0, startedAtMs: 5, durationMs: 0 })).toBe(undefined)
  })
})
