import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPlaces } from '../../../harness/run/places.ts'

/** Takes places for a case, or ends one of those that have some. */
type Move = { readonly take: number } | { readonly end: number; readonly keep: number }

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ take: fc.integer({ min: 1, max: 14 }) }),
  fc.record({ end: fc.nat(), keep: fc.constantFrom(0, 0, 0, 0, 1, 2) }),
)

interface Case {
  readonly nth: number
  readonly count: number
}

/** Carries out moves, then ends the remaining cases in order; checks the numbers at each step. */
async function play(most: number, moves: readonly Move[]) {
  const places = createPlaces(most)
  const living: Case[] = []
  const answered: number[] = []
  const wronglyRefused: number[] = []
  let [asked, kept] = [0, 0]
  const check = () => {
    const taken = living.reduce((sum, { count }) => sum + count, kept)
    expect(taken).toBeLessThanOrEqual(most)
    expect(places.kept).toBe(kept)
  }
  const take = (count: number) => {
    const nth = asked
    asked += 1
    void places.take(count).then((refusal) => {
      answered.push(nth)
      if (refusal === undefined) living.push({ nth, count })
      else if (count <= most - kept) wronglyRefused.push(nth)
    })
  }
  const end = async (at: number, keep: number) => {
    const [ending] = living.splice(at % living.length, 1)
    if (ending === undefined) return
    const stay = Math.min(keep, ending.count)
    kept += stay
    places.give(ending.count, stay)
    await Promise.resolve()
  }
  for (const one of moves) {
    if ('take' in one) take(one.take)
    else await end(one.end, one.keep)
    await Promise.resolve()
    check()
  }
  while (living.length > 0) {
    await end(0, 0)
    check()
  }
  return { asked, answered, wronglyRefused }
}

describe('places', () => {
  it('are given in turn, to everybody, and never more of them than there are; refused is only what never fits', async () => {
    const moves = fc.array(move, { maxLength: 60 })
    const most = fc.integer({ min: 1, max: 12 })
    await fc.assert(
      fc.asyncProperty(most, moves, async (...scene) => {
        const { asked, answered, wronglyRefused } = await play(...scene)
        expect(answered).toEqual([...Array(asked).keys()])
        expect(wronglyRefused).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('are given at once where none are asked for, whoever waits', async () => {
    const places = createPlaces(1)
    await places.take(1)
    void places.take(1)
    expect(await places.take(0)).toBeUndefined()
  })

  it('are refused with the reason where so many will never be free', async () => {
    const places = createPlaces(10)
    await places.take(3)
    places.give(3, 3)
    expect(await places.take(7)).toBeUndefined()
    expect(await places.take(8)).toBe(
      'not sent: of 10 files that may be there at once (--max-live), 3 stay to the end of the run, and this needs 8',
    )
  })
})
