import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cause, compareCauses, type Finding } from './cause.ts'

/** Makes a cause that its number tells from others, and the finding that tells it. */
function numbered(number: number): { cause: Cause; finding: Finding } {
  const [requirement, where] = [`family/requirement-${number}`, '/status']
  const happens = `Thing ${number} happens.`
  const exchange = `DELETE /${number} → 500`
  return {
    cause: { requirement, where, shows: new RegExp(`^DELETE /${number} `), happens, right: '' },
    finding: { requirement, where, violations: [{ exchange, case: [exchange] }] },
  }
}

/** Causes and their findings, and two places in their lists. */
const agreeing = fc
  .uniqueArray(fc.nat(99), { minLength: 2, maxLength: 8 })
  .map((numbers) => numbers.map(numbered))
  .chain((pairs) =>
    fc.record({
      causes: fc.constant(pairs.map(({ cause }) => cause)),
      findings: fc.shuffledSubarray(
        pairs.map(({ finding }) => finding),
        { minLength: pairs.length },
      ),
    }),
  )

/** Checks a property of causes and findings that agree, the first two findings apart. */
function always(
  property: (causes: readonly Cause[], found: [Finding, Finding, ...Finding[]]) => void,
): void {
  fc.assert(
    fc.property(agreeing, ({ causes, findings: [first, second, ...rest] }) => {
      if (first && second) property(causes, [first, second, ...rest])
    }),
  )
}

const sentence = (finding: Finding) => `${finding.requirement} at ${finding.where}`
const merging = (one: Finding, other: Finding): Finding => ({
  ...one,
  violations: [...one.violations, ...other.violations],
})

describe('causes held against findings', () => {
  it('agree one to one, in any order', () => {
    always((causes, found) => expect(compareCauses(causes, found)).toEqual([]))
    expect(compareCauses([], [])).toEqual([])
  })

  it('tell which cause no finding tells', () => {
    always((causes, [lost, ...others]) => {
      const told = compareCauses(causes, others)
      expect(told).toEqual([expect.stringContaining(`missing: ${sentence(lost)}: Thing`)])
    })
  })

  it('tell which finding has no cause', () => {
    const { finding } = numbered(100)
    always((causes, found) =>
      expect(compareCauses(causes, [...found, finding])).toEqual([
        'extra: family/requirement-100 at /status: DELETE /100 → 500',
      ]),
    )
  })

  it('tell what a finding has besides its cause', () => {
    const { finding } = numbered(100)
    always((causes, [first, ...others]) =>
      expect(compareCauses(causes, [merging(first, finding), ...others])).toEqual([
        `extra: ${sentence(first)}: DELETE /100 → 500`,
      ]),
    )
  })

  it('tell which findings split a cause, over requirements or places', () => {
    always((causes, [first, ...others]) => {
      for (const change of [{ requirement: 'family/other' }, { where: '/body' }]) {
        const again = { ...first, ...change }
        expect(compareCauses(causes, [first, ...others, again])).toEqual([
          expect.stringMatching(`^split: ${sentence(first)}, ${sentence(again)} all tell: Thing`),
        ])
      }
    })
  })

  it('tell which finding merges two causes', () => {
    always((causes, [first, second, ...others]) => {
      const told = compareCauses(causes, [merging(first, second), ...others])
      expect(told).toEqual([
        expect.stringMatching(`^elsewhere: ${sentence(first)} tells, in place of`),
        expect.stringMatching(`^merged: ${sentence(first)} tells Thing .* And: Thing`),
      ])
    })
  })

  it('tell which finding tells a cause of another requirement', () => {
    always((causes, [first, ...others]) =>
      expect(compareCauses(causes, [{ ...first, requirement: 'family/other' }, ...others])).toEqual(
        [expect.stringMatching(`^elsewhere: family/other at .* in place of ${sentence(first)}`)],
      ),
    )
  })

  it('go by the rest of a case where the exchange at fault shows no cause', () => {
    always((causes, [first, ...others]) => {
      const later = first.violations.map(({ exchange }) => ({
        exchange: 'DELETE /later → 404',
        case: [exchange, 'DELETE /later → 404'],
      }))
      expect(compareCauses(causes, [{ ...first, violations: later }, ...others])).toEqual([])
    })
  })
})
