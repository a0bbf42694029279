import { describe, expect, it } from 'vitest'
import type { CaseOutcome } from '../../../harness/run/case.ts'
import { countCases } from '../../../harness/run/case-statistics.ts'
import type { Probed } from '../../../harness/run/probing.ts'
import { invariantResult, notProbed, probedResult } from '../../../harness/run/verdicts.ts'
import { Undecidable } from '../../../spec/body-check.ts'
import { answered, shippedContract } from '../made-up.ts'
import { invariants, probing } from '../made-up-requirements.ts'

const contract = await shippedContract()

const exchange = answered({ json: {} }, { case: '7', step: 1 })
const violation = { exchange, where: '/status', expected: '404', received: '200' }

const outcome = {
  passed: { kind: 'passed', key: '0', value: 'a', sent: [exchange] },
  failed: { kind: 'failed', key: '7', value: 'b', sent: [exchange], violations: [violation] },
  inconclusive: {
    kind: 'inconclusive',
    key: '1',
    value: 'c',
    sent: [],
    reason: 'no answer',
    exchange,
  },
  aside: { kind: 'set-aside', key: '2', value: 'd', sent: [], reason: 'upload answered 400' },
} as const satisfies Record<string, CaseOutcome>

function result(
  outcomes: readonly CaseOutcome[],
  rest: Partial<Probed> = {},
  level: 'MUST' | 'SHOULD' = 'MUST',
) {
  const counted = countCases('family/name')
  for (const [position, one] of outcomes.entries()) counted.add(position, one)
  const probed = { planned: outcomes.length, statistics: counted.statistics(), shrunk: [], ...rest }
  return probedResult(probing({ level }), contract, probed)
}

describe('the verdict on a requirement', () => {
  it.each([
    ['MUST', 'failed'],
    ['SHOULD', 'warned'],
  ] as const)('of the level %s is %s where a case fails, whatever the others', (level, verdict) => {
    const { passed, failed, inconclusive, aside } = outcome
    expect(result([passed, failed, inconclusive, aside], {}, level)).toMatchObject({
      verdict,
      reason: '1 of 2 cases failed',
      cases: { unit: 'case', judged: 2, failed: 1, inconclusive: 1, setAside: 1 },
      violations: [{ where: '/status', requirement: 'family/name', case: '7', step: 1 }],
      exchanges: [{ case: '7', step: 1, response: { status: 200 } }],
    })
  })

  it.each([
    [1, '1 case failed'],
    [2, 'both cases failed'],
    [3, 'all 3 cases failed'],
  ])('says so in plain words where all of %i fail', (count, reason) => {
    expect(result(Array.from({ length: count }, () => outcome.failed)).reason).toBe(reason)
  })

  it('shows the shrunk form alone, with its value', () => {
    const shrunk = { outcome: outcome.failed, counterexample: '"b"', account: 'shrunk 3 times' }
    const { failed } = outcome
    expect(
      result([failed, { ...failed, key: '8' }], { shrunk: [shrunk] }).violations,
    ).toMatchObject([{ counterexample: '"b"', shrinking: 'shrunk 3 times' }])
  })

  it('shows five failing cases at most', () => {
    const failing = Array.from({ length: 9 }, (_, at) => ({ ...outcome.failed, key: `${at}` }))
    expect(result(failing).violations).toHaveLength(5)
    expect(result(failing).cases.failed).toBe(9)
  })

  it('shows a failing case for each way to fail, however late it comes', () => {
    const failing = Array.from({ length: 9 }, (_, at) => ({ ...outcome.failed, key: `${at}` }))
    const other = { ...outcome.failed, key: '9', violations: [{ ...violation, where: '/body' }] }
    expect(result([...failing, other]).violations.map(({ where }) => where)).toEqual([
      ...Array(5).fill('/status'),
      '/body',
    ])
    const shrunk = { outcome: outcome.failed, counterexample: '"b"', account: 'shrunk 3 times' }
    expect(
      result([...failing, other], { shrunk: [shrunk] }).violations.map(({ where }) => where),
    ).toEqual(['/status', '/body'])
  })

  it('is inconclusive where a case is, with the exchange that shows it', () => {
    expect(result([outcome.passed, outcome.inconclusive])).toMatchObject({
      verdict: 'inconclusive',
      reason: 'no answer (1 of 2 cases)',
      exchanges: [{ case: '7' }],
    })
  })

  it('is inconclusive where no case was judged', () => {
    expect(result([outcome.aside])).toMatchObject({
      verdict: 'inconclusive',
      reason: '1 case set aside: upload answered 400',
    })
  })

  it('is inapplicable where the target takes none of the files, and shows the first refusal', () => {
    const refused = (status: number) => {
      const exchange = answered({ status }, { case: '2' })
      return result([{ ...outcome.aside, exchange }])
    }
    expect(refused(400)).toMatchObject({
      verdict: 'inapplicable',
      reason: '1 case set aside: upload answered 400',
      exchanges: [{ case: '2' }],
    })
    expect(refused(500).verdict).toBe('inconclusive')
  })

  it('is passed where only some cases were set aside, and says so', () => {
    expect(result([outcome.passed, outcome.aside])).toMatchObject({
      verdict: 'passed',
      reason: '1 of 2 cases set aside: upload answered 400',
    })
  })

  it('that watches counts answers', () => {
    const known = { count: 0, by: [] }
    const observed = { judged: 3, failed: 1, violations: [violation], known }
    expect(invariantResult(invariants(), contract, observed)).toMatchObject({
      verdict: 'failed',
      reason: '1 of 3 requests was answered wrongly or not at all',
      cases: { unit: 'answer', judged: 3, failed: 1 },
    })
    const fine = { judged: 3, failed: 0, violations: [], known }
    expect(invariantResult(invariants(), contract, fine).verdict).toBe('passed')
    const first = new Undecidable('takes too long', violation.exchange)
    expect(
      invariantResult(invariants(), contract, { ...fine, undecided: { count: 2, first } }),
    ).toMatchObject({
      verdict: 'inconclusive',
      reason: 'takes too long',
      cases: { judged: 3, failed: 0, inconclusive: 2 },
      exchanges: [{ step: 1 }],
    })
    expect(
      invariantResult(invariants(), contract, { ...observed, undecided: { count: 2, first } }),
    ).toMatchObject({ verdict: 'failed', cases: { judged: 3, failed: 1, inconclusive: 2 } })
    expect(notProbed(invariants(), contract, 'inapplicable', 'why').cases.unit).toBe('answer')
  })
})
