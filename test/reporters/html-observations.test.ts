import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addTime,
  createHistogram,
  frequentStatuses,
  type LatencyHistogram,
  MOST_STATUSES,
  observe,
  quantileMs,
  shortTime,
} from '../../reporters/html/observations.ts'
import { logAxis, tones } from '../../reporters/html/plots.ts'
import { rendered } from './html-parsed.ts'
import { recordedFailure, scatteredExchanges } from './made-up-findings.ts'
import { findingsOf, madeUpReport, madeUpResult, recordedDeletion } from './made-up-report.ts'

const report = madeUpReport({ requirements: [madeUpResult()] })
const ID = madeUpResult().id

describe('what is gathered of the exchanges', () => {
  it('counts answers by requirement and status, without set-up', () => {
    const { exchanges, answers, latencies } = observe(report, [
      recordedDeletion('a', { status: 404 }),
      recordedDeletion('b', { status: 404 }),
      recordedDeletion('c', { status: 200 }),
      recordedDeletion('d', { status: 201 }, { purpose: 'set-up' }),
      recordedFailure({ kind: 'timeout', message: 'made up' }, { requirement: ID }),
    ])
    expect(exchanges).toBe(4)
    expect(answers.get(ID)).toEqual(
      new Map([
        ['404', 2],
        ['200', 1],
        ['no answer', 1],
      ]),
    )
    expect([...latencies].map(([status, { count }]) => [status, count])).toEqual([
      ['200', 1],
      ['404', 2],
    ])
  })

  it('lists the first of each requirement, and only requirements of the report', () => {
    const many = Array.from({ length: 30 }, (_, at) => recordedDeletion(`${at}`, {}, { step: at }))
    const { listed } = observe(report, [
      ...many,
      recordedDeletion('x', {}, { requirement: 'set-up/x' }),
    ])
    expect([...listed.keys()]).toEqual([ID])
    expect(listed.get(ID)?.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('reads the evidence once, and is as large for many exchanges as for few', () => {
    let read = 0
    const findings = (count: number) =>
      findingsOf(madeUpReport({ requirements: [madeUpResult()] }), function* () {
        read += 1
        yield* scatteredExchanges(count)
      })
    const few = rendered(findings(1_000)).length
    const many = rendered(findings(100_000)).length
    expect(read).toBe(2)
    expect(many).toBeLessThan(few * 1.2)
  })
})

describe('a histogram of times', () => {
  const histogramOf = (times: readonly number[]): LatencyHistogram => {
    const histogram = createHistogram()
    for (const ms of times) addTime(histogram, ms)
    return histogram
  }

  it('gives quantiles that are at most 6 % off', () => {
    const times = fc.array(fc.double({ min: 0.2, max: 90_000, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(times, fc.constantFrom(0.25, 0.5, 0.75, 0.95), (all, share) => {
        const sorted = all.toSorted((one, other) => one - other)
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        const ratio = quantileMs(histogramOf(all), share) / exact
        expect(Math.abs(Math.log(ratio))).toBeLessThan(0.06)
      }),
    )
  })

  it.each([[[0]], [[Number.NaN, 1]], [[1e12]], [[5, 5, 5]]])('takes %j', (times) => {
    expect(histogramOf(times).bins.reduce((sum, one) => sum + one)).toBe(times.length)
  })

  it('is exact where all times are the same', () => {
    expect(quantileMs(histogramOf([7.7, 7.7]), 0.5)).toBe(7.7)
  })
})

describe('a logarithmic axis', () => {
  it('goes from the power of ten below to the one above', () => {
    const axis = logAxis(3, 240, 0, 100)
    expect(axis.ticksMs).toEqual([1, 10, 100, 1_000])
    expect([1, 10, 1_000].map(axis.at)).toEqual([0, 33.3, 100])
  })

  it('has a length where all times are the same', () => {
    expect(logAxis(10, 10, 0, 100).ticksMs).toEqual([10, 100])
  })

  it('says times shortly', () => {
    expect([0.1, 9.87, 123, 1_250, 100_000].map(shortTime)).toEqual([
      '0.1 ms',
      '9.9 ms',
      '120 ms',
      '1.3 s',
      '100 s',
    ])
  })
})

describe('the statuses of a plot', () => {
  it('are the most frequent ones, ascending, no answer last', () => {
    const counts = new Map([
      ['no answer', 3],
      ['500', 1],
      ['200', 9],
    ])
    expect(frequentStatuses(counts)).toEqual(['200', '500', 'no answer'])
    const many = new Map(Array.from({ length: 900 }, (_, at) => [String(100 + at), at] as const))
    expect(frequentStatuses(many)).toHaveLength(MOST_STATUSES)
  })

  it('are told apart by class and shade', () => {
    expect([...tones(['200', '404', '422', 'no answer']).values()]).toEqual([
      'tone-2-0',
      'tone-4-0',
      'tone-4-1',
      'tone-none',
    ])
  })
})
