import { describe, expect, it } from 'vitest'
import {
  counted,
  duration,
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
    expect(observedStatuses(madeUpReport())).toBe('200 104 times, 404 1 time')
    expect(observedStatuses(madeUpReport({ observed: {} }))).toBe('no answer')
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
