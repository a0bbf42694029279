import { expect, it } from 'vitest'
import { fingerprintOf } from '../../harness/run/fingerprint.ts'
import type { JudgeContext, ProbingRequirement } from '../../model/requirement.ts'
import type { Violation } from '../../model/violation.ts'
import { concurrency } from '../../suites/concurrency.ts'
import { answered } from '../harness/made-up.ts'

const [oneWinner] = concurrency.requirements as readonly ProbingRequirement[]
const context = {
  answers: {
    isDeleted: ({ response }: { response: { status: number } }) => response.status === 200,
    expectDocumented: () => [],
    expectGone: () => [],
  },
} as unknown as JudgeContext

const judged = (...statuses: readonly number[]) =>
  oneWinner?.judge(
    statuses.map((status) => answered({ status })),
    context,
    statuses.length,
  ) as readonly Violation[]

it('is one violation however many delete at once, and says how many succeeded', () => {
  const found = [judged(200, 200), judged(200, 200, 404, 200)].flat()
  expect(found.map(({ received }) => received)).toEqual(['2 of 2', '3 of 4'])
  expect(new Set(found.map((one) => fingerprintOf('concurrency/one-winner', one))).size).toBe(1)
  expect(judged(404, 200, 404)).toEqual([])
})
