import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseOutcome } from '../../../harness/run/case.ts'
import { createLosses } from '../../../harness/run/losses.ts'
import { createSecondTries } from '../../../harness/run/second-tries.ts'
import { shrink, valueAt } from '../../../harness/run/shrinking.ts'
import type { Exchange, TransportFailure } from '../../../model/exchange.ts'
import { answered, unanswered } from '../made-up.ts'

type Kind = TransportFailure['kind']

/** Case that ends with a request that is not answered. */
function lost(key: string, kind: Kind, rest: Partial<Exchange> = {}): CaseOutcome {
  const exchange = unanswered(kind, { case: key, ...rest })
  return { kind: 'inconclusive', key, value: key, sent: [exchange], reason: 'lost', exchange }
}

const judged = (key: string): CaseOutcome => ({ kind: 'passed', key, value: key, sent: [] })

interface Target {
  readonly first?: readonly CaseOutcome[]
  /** Outcome of a case that is sent again. */
  readonly again?: (key: string) => CaseOutcome
  /** Whether the target answers when it is asked, time after time; then always. */
  readonly answers?: readonly boolean[]
  readonly goesOn?: () => boolean
}

/** Tries cases again, by default three that are lost each time. */
async function tried({
  first = ['0', '1', '2'].map((key) => lost(key, 'reset')),
  again = (key) => lost(key, 'reset'),
  answers = [],
  goesOn = () => true,
}: Target) {
  const losses = createLosses()
  const keys: string[] = []
  const looks = [...answers]
  const secondTries = createSecondTries({ losses, answers: async () => looks.shift() ?? true })
  const run = async (_: CaseOutcome, key: string) => {
    keys.push(key)
    return again(key)
  }
  const outcomes = await secondTries.of(first, run, goesOn)
  const { never, perhaps } = losses.unanswered()
  const casesOf = (some: readonly Exchange[]) => some.map((one) => one.case)
  return {
    losses,
    keys,
    outcomes,
    never: casesOf(never.map(({ exchange }) => exchange)),
    perhaps: casesOf(perhaps),
  }
}

describe('a second try', () => {
  it('finds that a deletion never gets an answer', async () => {
    const { keys, outcomes, never, perhaps } = await tried({})
    expect(keys).toEqual([
      '0:again',
      '0:again:again',
      '1:again',
      '1:again:again',
      '2:again',
      '2:again:again',
    ])
    expect(outcomes.map(({ key }) => key)).toEqual(['0', '1', '2'])
    expect({ never, perhaps }).toEqual({ never: ['0', '1', '2'], perhaps: [] })
  })

  it('counts in the place of the first, and shows that answers are lost by chance', async () => {
    const { outcomes, never, perhaps, losses } = await tried({
      // The others do not overlap with it.
      first: [lost('0', 'reset'), lost('1', 'reset', { startedAtMs: 100 })],
      again: (key) => (key === '1:again' ? judged(key) : lost(key, 'reset')),
    })
    expect(outcomes).toMatchObject([
      { key: '0', kind: 'inconclusive' },
      { key: '1:again', kind: 'passed' },
    ])
    expect({ never, perhaps }).toEqual({ never: [], perhaps: ['0'] })
    expect(losses.observations()).toMatchObject([{ about: 'Lost', count: 1 }])
  })

  it('shows no chance where the first was lost together with one that is never answered', async () => {
    const { never } = await tried({
      again: (key) => (key.startsWith('0') ? lost(key, 'reset') : judged(key)),
    })
    expect(never).toEqual(['0'])
  })

  it.each<[what: string, target: Target, keys: number]>([
    ['the target does not answer before', { answers: [false] }, 0],
    ['the target does not answer after one', { answers: [true, false] }, 1],
    ['nothing may be sent', { goesOn: () => false }, 0],
    [
      'another request of the case is lost',
      { again: (key) => lost(key, 'reset', { action: 'list' }) },
      3,
    ],
    [
      'an upload is lost',
      {
        first: [lost('0', 'reset', { action: 'create' })],
        again: (key) => lost(key, 'reset', { action: 'create' }),
      },
      2,
    ],
  ])('is no finding where %s', async (_, target, count) => {
    const { never, keys } = await tried(target)
    expect(never).toEqual([])
    expect(keys).toHaveLength(count)
  })

  it('is not made where a request was refused or held back', async () => {
    const first = [lost('0', 'refused'), lost('1', 'not-sent'), judged('2')]
    const { keys, outcomes } = await tried({ first })
    expect(keys).toEqual([])
    expect(outcomes).toEqual(first)
  })

  it('is made of what was refused when it was sent anew', async () => {
    const refused = unanswered('refused', { step: 1 })
    const exchange = unanswered('reset')
    const case0 = { ...lost('0', 'refused'), exchange: refused, sent: [exchange, refused] }
    const { losses } = await tried({ first: [case0] as readonly CaseOutcome[] })
    expect(losses.unanswered().never).toMatchObject([{ exchange }])
  })

  it('is made twelve times a run, and twice of what takes the whole time limit', async () => {
    const many = (kind: Kind) => Array.from({ length: 20 }, (_, at) => lost(String(at), kind))
    expect((await tried({ first: many('dropped') })).keys).toHaveLength(12)
    expect((await tried({ first: many('timeout') })).keys).toEqual(['0:again', '0:again:again'])
  })
})

describe('chance', () => {
  const DELETED = { startedAtMs: 100 }

  it.each<[what: string, seen: readonly Exchange[], isChance: boolean]>([
    ['a read without an answer', [unanswered('timeout', { action: 'list', ...DELETED })], true],
    [
      'a read on a connection that was closed',
      [unanswered('dropped', { action: 'list', ...DELETED })],
      false,
    ],
    ['a read that is refused', [unanswered('refused', { action: 'list', ...DELETED })], false],
    ['a read lost together with the deletion', [unanswered('reset', { action: 'list' })], false],
    [
      'another deletion that was answered when sent anew',
      [unanswered('reset', DELETED), answered({}, { step: 1, ...DELETED })],
      true,
    ],
    ['another deletion that was not', [unanswered('reset', DELETED)], false],
    [
      'a file removed by its id alone',
      [
        unanswered('reset', {
          ...DELETED,
          request: { ...answered().request, body: { bytes: 1, text: '{' } },
        }),
        answered({}, { step: 1, ...DELETED }),
      ],
      false,
    ],
  ])('is shown by %s: %#', async (_, seen, isChance) => {
    const { losses } = await tried({ first: [lost('0', 'reset')] })
    for (const exchange of seen) losses.see(exchange)
    expect(losses.unanswered().never).toHaveLength(isChance ? 0 : 1)
  })
})

describe('a case that was sent again', () => {
  const numbers = fc.integer({ min: 1_000, max: 1_000_000 })

  it('has the value that it had', () => {
    expect(valueAt(numbers, 7, '3:again:again')).toEqual(valueAt(numbers, 7, '3'))
  })

  it('is shrunk as it would be otherwise, under keys of its own', async () => {
    const keys: string[] = []
    const failed = { kind: 'failed', key: '0:again', sent: [], violations: [] } as const
    const [value] = valueAt(numbers, 7, '0')
    const run = async (key: string, simpler: number): Promise<CaseOutcome> => {
      keys.push(key)
      return { ...failed, key, value: simpler }
    }
    const { outcome } = await shrink({ ...failed, value }, numbers, 7, run, () => true)
    expect(outcome.value).toBe(1_000)
    expect(keys.slice(0, 2)).toEqual(['0:again:again', '0:0'])
  })
})
