import { describe, expect, it } from 'vitest'
import { createObserver } from '../../../harness/run/invariants.ts'
import { InternalError } from '../../../model/errors.ts'
import type { Answered, Exchange } from '../../../model/exchange.ts'
import type { Invariant } from '../../../model/requirement.ts'
import { Undecidable } from '../../../spec/body-check.ts'
import { answered, shippedContract, unanswered } from '../made-up.ts'
import { invariants } from '../made-up-requirements.ts'

const contract = await shippedContract()

function invariant(rest: Partial<Invariant>, refused = (_: Exchange) => false) {
  return createObserver(invariants({ id: 'family/watch', ...rest }), contract, refused)
}

const fault = (exchange: Answered) => [
  { exchange, where: '/status', expected: '404', received: String(exchange.response.status) },
]

describe('watching', () => {
  it.each([
    ['family', 1],
    ['run', 2],
  ] as const)('sees the answers of its %s', (scope, judged) => {
    const { see, observed } = watchedBy(scope)
    see(answered({}, { requirement: 'family/other' }))
    see(answered({}, { requirement: 'family-2/other' }))
    expect(observed().judged).toBe(judged)
  })

  it.each<[string, Exchange]>([
    ['set-up', answered({}, { purpose: 'set-up' })],
    ['what was not answered', unanswered('timeout')],
    ['a throttled answer', answered({ status: 429 })],
    ['another throttled answer', answered({ status: 503, headers: [['retry-after', '1']] })],
    ['an answer that it does not apply to', answered({ status: 201 })],
  ])('does not see %s', (_, exchange) => {
    const { see, observed } = watchedBy('run')
    see(exchange)
    expect(observed()).toEqual({
      judged: 0,
      failed: 0,
      violations: [],
      known: { count: 0, by: [] },
    })
  })

  it('sees answers to what a router may keep from the operation', () => {
    const { see, observed } = watchedBy('run')
    see(answered({}, { purpose: 'negative' }))
    expect(observed().judged).toBe(1)
  })

  it('does not see what was refused for want of rights', () => {
    const made = invariant({ scope: 'run' }, ({ response }) => response?.status === 401)
    made.see(answered({ status: 401 }))
    made.see(answered({ status: 200 }))
    expect(made.observed().judged).toBe(1)
  })

  it('counts every failing answer, and keeps three, those to the shortest requests', () => {
    const made = invariant({ judge: fault })
    for (const length of [5, 3, 9, 1, 7]) {
      const { request } = answered()
      made.see(answered({}, { request: { ...request, target: '/'.repeat(length) } }))
    }
    expect(made.observed()).toMatchObject({ judged: 5, failed: 5 })
    expect(
      made.observed().violations.map(({ exchange }) => exchange.request.target.length),
    ).toEqual([1, 3, 5])
  })

  it('counts what cannot be judged apart, and keeps the first reason', () => {
    const made = invariant({
      judge: (exchange) => {
        const { status } = exchange.response
        if (status === 200) return []
        throw new Undecidable(`takes too long on ${status}`, exchange)
      },
    })
    for (const status of [200, 422, 404]) made.see(answered({ status }))
    expect(made.observed()).toMatchObject({ judged: 1, failed: 0, undecided: { count: 2 } })
    expect(made.observed().undecided?.first.message).toBe('takes too long on 422')
  })

  it('takes an error in a judge for its own fault', () => {
    const made = invariant({
      judge: () => {
        throw new TypeError('a bug')
      },
    })
    expect(() => made.see(answered())).toThrow(InternalError)
    expect(() => made.see(answered())).toThrow('family/watch: a bug')
  })

  function watchedBy(scope: 'family' | 'run') {
    const made = invariant({ scope, appliesTo: ({ response }) => response.status !== 201 })
    return { see: made.see, observed: made.observed }
  }
})
