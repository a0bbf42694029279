import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPlaces } from '../../../harness/run/places.ts'
import { type ProbingContext, probe } from '../../../harness/run/probing.ts'
import { fastCheckSeed } from '../../../harness/run/seed.ts'
import type { Contract } from '../../../model/contract.ts'
import { Inconclusive, InternalError, Interrupted, SetAside } from '../../../model/errors.ts'
import { readerOf } from '../../../model/learnt.ts'
import type { Cases, ProbingRequirement } from '../../../model/requirement.ts'
import { openAiApi } from '../../../resources/openai-api.ts'
import { answered, bench, facts, MARK, shippedContract, stubTransport } from '../made-up.ts'
import { probing } from '../made-up-requirements.ts'

const contract: Contract = await shippedContract()

function context(rest: Partial<ProbingContext> = {}): ProbingContext {
  const { toolbox } = bench({ transport: stubTransport(() => ({ status: 404 })) })
  return {
    contract,
    answers: readerOf(contract, {}, () => false),
    readings: openAiApi.readings,
    runId: MARK,
    bystanders: [],
    toolbox,
    places: createPlaces(32),
    seed: '1',
    runs: 50,
    concurrency: 4,
    factsFor: () => facts(),
    nearMissesEnded: () => false,
    onCase: () => undefined,
    ...rest,
  }
}

const VIOLATION = { exchange: answered(), where: '/status', expected: '404', received: '200' }

/** A requirement that finds fault with some values, and the values that were sent. */
function faulty<T>(cases: Cases<T>, fails: (value: T) => boolean) {
  const sent: T[] = []
  const requirement = probing({
    cases: () => cases as Cases<unknown>,
    async probe(_, value) {
      sent.push(value as T)
      return []
    },
    judge: (_exchanges, _contract, value) => (fails(value as T) ? [VIOLATION] : []),
  })
  return { requirement, sent }
}

const propertyOf = <T>(arbitrary: fc.Arbitrary<T>): Cases<T> => ({
  kind: 'property',
  share: 1,
  arbitrary,
})
const listOf = <T>(...values: readonly T[]): Cases<T> => ({ kind: 'list', values })

describe('probing', () => {
  it('takes the values that fast-check itself would take for the seed', async () => {
    const values = fc.record({ id: fc.string(), size: fc.nat() })
    const { requirement, sent } = faulty(propertyOf(values), () => false)
    await probe(requirement, context())
    const checked: unknown[] = []
    const seed = fastCheckSeed('1', requirement.id)
    await fc.check(
      fc.asyncProperty(values, async (value) => {
        checked.push(value)
      }),
      { seed, numRuns: 50 },
    )
    expect(sent).toEqual(checked)
  })

  it('sends the same under the same keys for the same seed, and other values for another', async () => {
    const send = async (seed: string) => {
      const { toolbox, recorded } = bench({ transport: stubTransport(() => ({ status: 404 })) })
      const requirement = probing({
        cases: () => propertyOf(fc.stringMatching(/^[a-z]{0,20}$/)) as Cases<unknown>,
        probe: async ({ send: { delete: remove } }, value) => [
          await remove(`${MARK}${value}`),
          await remove(`${MARK}-${value}`),
        ],
      })
      await probe(requirement, context({ toolbox, seed }))
      return {
        sent: recorded
          .map(({ case: key, step, request }) => [Number(key), step, request.target] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
      }
    }
    const first = await send('1')
    expect([...new Set(first.sent.map(([key]) => key))]).toEqual([...Array(50).keys()])
    expect(await send('1')).toEqual(first)
    expect(await send('2')).not.toEqual(first)
  })

  it('sends all cases of a property, and shrinks the first that fails', async () => {
    const { requirement, sent } = faulty(propertyOf(fc.nat({ max: 1_000 })), (value) => value >= 37)
    const { planned, statistics, shrunk } = await probe(requirement, context({ concurrency: 1 }))
    const cases = sent.slice(0, planned)
    expect(planned).toBe(50)
    expect(statistics.failed).toBe(cases.filter((value) => value >= 37).length)
    expect(statistics.passed + statistics.failed).toBe(50)
    expect(shrunk).toMatchObject([
      {
        counterexample: '37',
        outcome: { kind: 'failed', value: 37, violations: [VIOLATION] },
        account: expect.stringMatching(/^shrunk \d+ times with \d+ further cases$/),
      },
    ])
    const first = cases.findIndex((value) => value >= 37)
    expect(shrunk[0]?.outcome.key).toMatch(new RegExp(`^${first}(:\\d+)+$`))
  })

  it('shrinks each way to fail on its own, and never into another', async () => {
    const requirement = probing({
      cases: () => propertyOf(fc.nat({ max: 1_000 })) as Cases<unknown>,
      probe: () => Promise.resolve([]),
      judge: (_exchanges, _contract, value) => {
        if ((value as number) >= 500) return [{ ...VIOLATION, where: '/body' }]
        return (value as number) >= 37 ? [VIOLATION] : []
      },
    })
    const { shrunk } = await probe(requirement, context())
    const found = shrunk.map(({ counterexample, outcome }) => [
      counterexample,
      outcome.violations.map(({ where }) => where),
    ])
    expect(found.toSorted()).toEqual([
      ['37', ['/status']],
      ['500', ['/body']],
    ])
  })

  it('sends one case again by its key, shrunk forms included, with the value that it had', async () => {
    const values = fc.array(fc.record({ id: fc.string(), size: fc.nat() }), { maxLength: 20 })
    const keys: string[] = []
    const sent: unknown[] = []
    const requirement = probing({
      cases: () => propertyOf(values) as Cases<unknown>,
      async probe(_, value) {
        sent.push(value)
        return []
      },
      judge: (_exchanges, _contract, value) =>
        (value as { size: number }[]).some(({ size }) => size > 1_000) ? [VIOLATION] : [],
    })
    const { toolbox } = context()
    const listening = context({
      concurrency: 1,
      toolbox: (id, key) => {
        keys.push(key)
        return toolbox(id, key)
      },
    })
    const {
      shrunk: [shrunk],
    } = await probe(requirement, listening)
    expect(keys).toContain(shrunk?.outcome.key)
    expect(keys.length).toBeGreaterThan(5)
    for (const [at, key] of [...keys].entries()) {
      const before = sent[at]
      sent.length = keys.length
      await probe(requirement, context({ onlyCase: key }))
      expect([key, sent.at(-1)]).toEqual([key, before])
    }
  })

  it.each(['3', 'x', '0:0'])('knows no case %s of a list of three', async (key) => {
    const { requirement } = faulty(listOf('a', 'b', 'c'), () => false)
    await expect(probe(requirement, context({ onlyCase: key }))).rejects.toThrow(
      `--replay ${requirement.id}:${key}: the requirement has no such case`,
    )
  })

  it('shrinks the same case to the same value, however many are under way at once', async () => {
    const shrunk = (concurrency: number) => {
      const { requirement } = faulty(propertyOf(fc.array(fc.nat())), (value) => value.length > 2)
      return probe(requirement, context({ concurrency }))
    }
    expect((await shrunk(8)).shrunk).toEqual((await shrunk(1)).shrunk)
  })

  it('says so where the failing case passes when it is sent again', async () => {
    let judged = 0
    const { requirement } = faulty(propertyOf(fc.nat()), () => {
      judged += 1
      return judged === 3
    })
    const { shrunk } = await probe(requirement, context())
    expect(shrunk).toMatchObject([
      {
        outcome: { key: '2', kind: 'failed' },
        account: expect.stringContaining('did not fail again when sent once more'),
      },
    ])
  })

  it('stops shrinking after 200 cases', async () => {
    const values = fc.noBias(fc.array(fc.nat({ max: 10 ** 9 }), { minLength: 30, maxLength: 30 }))
    const tooLarge = (value: readonly number[]) => value.every((one) => one > 1_000_003)
    const { requirement, sent } = faulty(propertyOf(values), tooLarge)
    const { shrunk, planned } = await probe(requirement, context({ concurrency: 1 }))
    expect(shrunk[0]?.outcome.kind).toBe('failed')
    expect(shrunk[0]?.account).toMatch(/ with 200 further cases, then stopped$/)
    expect(sent).toHaveLength(planned + 200)
  })

  it('goes through a list to its end though cases fail', async () => {
    const { requirement, sent } = faulty(listOf(1, 2, 3, 4, 5, 6), (value) => value % 2 === 0)
    const { statistics, planned, shrunk } = await probe(requirement, context({ concurrency: 2 }))
    expect(sent.toSorted()).toEqual([1, 2, 3, 4, 5, 6])
    expect(planned).toBe(6)
    expect(shrunk).toEqual([])
    expect(statistics).toMatchObject({ passed: 3, failed: 3, inconclusive: 0, setAside: 0 })
    expect(statistics.failures.map(({ key }) => key)).toEqual(['1', '3', '5'])
  })

  it('sends an example once', async () => {
    const { requirement, sent } = faulty({ kind: 'example', value: 'a' }, () => true)
    expect(await probe(requirement, context())).toMatchObject({
      planned: 1,
      statistics: { failed: 1, failures: [{ key: '0' }] },
    })
    expect(sent).toEqual(['a'])
  })

  it('has twice as many cases under way as requests, so that one is ready when an answer comes', async () => {
    let underWay = 0
    let most = 0
    const requirement = probing({
      cases: () => listOf(...Array(20).keys()) as Cases<unknown>,
      async probe() {
        underWay += 1
        most = Math.max(most, underWay)
        await Promise.resolve()
        underWay -= 1
        return []
      },
    })
    await probe(requirement, context({ concurrency: 3 }))
    expect(most).toBe(6)
  })

  it('tells how many cases are over', async () => {
    const told: number[][] = []
    const { requirement } = faulty(listOf(1, 2, 3), () => false)
    await probe(requirement, context({ onCase: (done, planned) => told.push([done, planned]) }))
    expect(told).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it.each([
    [new Inconclusive('no answer'), { inconclusive: 1, undecided: { reason: 'no answer' } }],
    [
      new SetAside('answered 400', answered({ status: 400 })),
      { setAside: 1, aside: { reason: 'answered 400' } },
    ],
  ])('takes %s for the end of its case alone', async (error, counted) => {
    const requirement = probing({
      cases: () => listOf(1, 2) as Cases<unknown>,
      probe: (_, value) => (value === 1 ? Promise.reject(error) : Promise.resolve([])),
    })
    const { statistics } = await probe(requirement, context())
    expect(statistics).toMatchObject({ passed: 1, ...counted })
  })

  it.each<[string, Partial<ProbingRequirement>]>([
    ['probe', { probe: () => Promise.reject(new TypeError('a bug')) }],
    [
      'judge',
      {
        judge: () => {
          throw new TypeError('a bug')
        },
      },
    ],
  ])('takes an error in a %s for its own fault, not for the target’s', async (_, broken) => {
    const probed = probe(probing(broken), context())
    await expect(probed).rejects.toThrow(InternalError)
    await expect(probed).rejects.toThrow('family/name, case 0: a bug')
  })

  it('takes an error while it shrinks for its own fault', async () => {
    let judged = 0
    const { requirement } = faulty(propertyOf(fc.nat()), () => {
      judged += 1
      if (judged > 1) throw new TypeError('a bug')
      return true
    })
    await expect(probe(requirement, context({ concurrency: 1 }))).rejects.toThrow(InternalError)
  })

  it('goes on with an error only when nothing is under way any more', async () => {
    let underWay = 0
    const requirement = probing({
      cases: () => listOf(1, 2, 3, 4) as Cases<unknown>,
      async probe(_, value) {
        if (value === 1) throw new Interrupted()
        underWay += 1
        for (let ticks = 0; ticks < 20; ticks += 1) await Promise.resolve()
        underWay -= 1
        return []
      },
    })
    await expect(probe(requirement, context())).rejects.toThrow(Interrupted)
    expect(underWay).toBe(0)
  })
})
