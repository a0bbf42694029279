import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../harness/run/fingerprint.ts'
import type { Violation } from '../../../model/violation.ts'
import { answered } from '../made-up.ts'

const violation: Violation = {
  exchange: answered({ status: 500 }),
  where: '/body/detail/0/loc',
  expected: 'a value of type array',
  received: '"path"',
}

const fingerprint = (change: Partial<Violation> = {}, requirement = 'family/name') =>
  fingerprintOf(requirement, { ...violation, ...change })

describe('the fingerprint of a violation', () => {
  it('is twelve hexadecimal digits', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{12}$/)
  })

  it('is the same whatever value of its kind was received, and whichever item is at fault', () => {
    expect(fingerprint({ received: '"query"' })).toBe(fingerprint())
    expect(fingerprint({ where: '/body/detail/12/loc' })).toBe(fingerprint())
  })

  it('is another for another requirement, place, status, expectation or kind of value', () => {
    const all = [
      fingerprint(),
      fingerprint({}, 'family/other'),
      fingerprint({ where: '/body/detail/0/msg' }),
      fingerprint({ exchange: answered({ status: 200 }) }),
      fingerprint({ expected: 'a value of type string' }),
      fingerprint({ received: 'nothing' }),
      fingerprint({ received: 'null' }),
      fingerprint({ received: '1' }),
      fingerprint({ received: '[]' }),
      fingerprint({ received: '{}' }),
      fingerprint({ received: 'a body that ends early' }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('knows no id and no name of a run', () => {
    const of = (id: string, runId: string) =>
      fingerprint({
        exchange: answered({ status: 200 }, { id }),
        where: `/headers/x-${runId}`,
        expected: `not ${JSON.stringify(id)}`,
        received: JSON.stringify(id),
      })
    expect(of('file-1', 'ghijklmnopqrstuv')).toBe(of('file-22', 'zyxwvutsrqponmlk'))
  })
})
