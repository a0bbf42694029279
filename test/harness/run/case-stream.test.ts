import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CaseStream, draw, listed } from '../../../harness/run/case-stream.ts'

const COUNT = 200

async function all(stream: CaseStream, takers: number): Promise<readonly unknown[]> {
  const values: unknown[] = []
  const take = async () => {
    for (let drawn = await stream.next(); drawn !== undefined; drawn = await stream.next()) {
      values[drawn.position] = drawn.value
    }
  }
  await Promise.all(Array.from({ length: takers }, take))
  return values
}

describe('the values of a property', () => {
  it('are those that fast-check would use for the seed, however many take them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, ahead, takers) => {
          const stream = draw(fc.string(), seed, COUNT, ahead)
          const expected = fc.sample(fc.string(), { seed, numRuns: COUNT })
          expect(await all(stream, takers)).toEqual(expected)
          await stream.end()
        },
      ),
      { numRuns: 20 },
    )
  })

  it('are drawn as they are asked for, and not all at once', async () => {
    let drawn = 0
    const counted = fc.nat().map((value) => {
      drawn += 1
      return value
    })
    const stream = draw(counted, 7, 1_000_000, 3)
    for (let taken = 0; taken < 10; taken += 1) await stream.next()
    expect(drawn).toBeGreaterThanOrEqual(10)
    expect(drawn).toBeLessThan(20)
    await stream.end()
  })

  it('are no more once they are not wanted any more', async () => {
    const stream = draw(fc.nat(), 7, 1_000_000, 1)
    await stream.next()
    await stream.end()
    expect(await stream.next()).toBeUndefined()
  })

  it('fail those who wait for them where they cannot be drawn', async () => {
    const broken = fc.nat().map((): number => {
      throw new Error('made up')
    })
    const stream = draw(broken, 7, 10, 1)
    await expect(stream.next()).rejects.toThrow('made up')
  })
})

describe('the values of a list', () => {
  it('are given out in order, once each', async () => {
    expect(await all(listed(['a', undefined, 'c']), 2)).toEqual(['a', undefined, 'c'])
  })
})
