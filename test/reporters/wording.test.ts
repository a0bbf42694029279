import { describe, expect, it } from 'vitest'
import {
  counted,
  duration,
  notableFacts,
  observedStatuses,
  statistics,
  verdictSentence,
} from '../../reporters/wording.ts'
import { madeUpReport, madeUpResult } from './made-up-report.ts'

const passed = madeUpResult()
const inapplicable = madeUpResult({ verdict: 'inapplicable' })
const failed = madeUpResult({ verdict: 'failed' })

describe('the wording of reports', () => {
  it.each([
    [0, '0 cases'],
    [1, '1 case'],
    [1_234, '1,234 cases'],
  ])('counts %i', (count, words) => {
    expect(counted(count, 'case')).toBe(words)
  })

  it.each([
    [0, '0 ms'],
    [99.4, '99 ms'],
    [400, '0.4 s'],
    [61_000, '61.0 s'],
  ])('gives %d milliseconds a unit', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })

  it('tallies the worst first', () => {
    expect(statistics([passed, inapplicable, passed, failed])).toBe(
      '1 failed, 2 passed, 1 inapplicable',
    )
    expect(statistics([])).toBe('')
  })

  it('says which statuses were observed', () => {
    expect(observedStatuses(madeUpReport())).toBe('104 with 200, 1 with 404')
    expect(observedStatuses(madeUpReport({ observed: {} }))).toBe('none')
  })

  it('says what was received in the set-up where nothing else was', () => {
    const report = madeUpReport({ observed: {}, observedInSetUp: { 401: 4 } })
    expect(observedStatuses(report)).toBe('none to a tested deletion; to other requests 4 with 401')
  })

  it('names the statuses of a flood only in part', () => {
    const flood = Array.from({ length: 900 }, (_, nth) => [100 + nth, 1])
    const report = madeUpReport({ observed: Object.fromEntries(flood) })
    expect(observedStatuses(report)).toMatch(/^1 with 100, .*, 1 with 111 and 888 more$/)
  })

  it('says why deletions were not sent, by the last step of a careless server', () => {
    const one = { requirement: 'identity/look-alike', segment: 'a', witness: 'b' }
    const notSent = [
      { ...one, reading: 'trimmed, then LIKE', count: 2 },
      { ...one, reading: 'LIKE', count: 3 },
      { ...one, reading: 'shell pattern', count: 1 },
    ]
    expect(notableFacts(madeUpReport({ notSent }))).toEqual([
      [
        'Not sent',
        "6 deletions: a careless server could take their ids for those of other people's files (by kind of lookup: LIKE 5, shell pattern 1). If no file on the target matters, --disposable sends them",
      ],
    ])
  })

  it.each([
    [
      'conforming: 1 of 1 requirement passed, 1 inapplicable',
      { requirements: [passed, inapplicable] },
    ],
    [
      'conforming in what was selected: 1 of 1 requirement passed, 8 not selected',
      {
        requirements: [passed],
        selection: { only: ['a'], skip: [], selected: 1, catalogue: 9, catalogueSha256: '' },
      },
    ],
    [
      'non-conforming: 1 MUST is violated (1 of 2 requirements passed)',
      {
        requirements: [passed, failed],
        verdict: 'non-conforming',
        reasons: ['1 MUST is violated'],
      },
    ],
  ] as const)('puts a verdict in a sentence: %s', (sentence, report) => {
    expect(verdictSentence(madeUpReport(report))).toBe(sentence)
  })
})
