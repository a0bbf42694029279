import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_SHELF,
  fileFor,
  isFull,
  type Shelf,
  sequences,
  shelved,
  taken,
} from '../../../suites/arbitraries/sequences.ts'
import { facts } from '../../harness/made-up.ts'

const everything = facts({ offers: new Set(['retrieve', 'list']) })

/** A shelf with files of these names, the oldest first. */
function shelfOf(...ids: readonly string[]): Shelf {
  return ids.reduce(shelved, EMPTY_SHELF)
}

describe('a sequence of operations', () => {
  it('begins with an upload, since nothing can be done before, and is short', () => {
    fc.assert(
      fc.property(sequences(everything), (operations) => {
        expect(operations[0]).toEqual({ do: 'upload' })
        expect(operations.length).toBeGreaterThan(1)
        expect(operations.length).toBeLessThanOrEqual(11)
      }),
    )
  })

  it('holds every operation that the target offers, and no other', () => {
    const kindsFor = (offers: readonly string[]) => {
      const sampled = fc.sample(sequences(facts({ offers: new Set(offers) })), {
        seed: 1,
        numRuns: 200,
      })
      return [...new Set(sampled.flat().map((operation) => operation.do))].sort()
    }
    const always = ['delete', 'delete-unknown', 'upload']
    expect(kindsFor([])).toEqual(always)
    expect(kindsFor(['retrieve'])).toEqual([...always, 'retrieve'].sort())
    expect(kindsFor(['list'])).toEqual([...always, 'list'].sort())
    expect(kindsFor(['retrieve', 'list', 'content'])).toEqual(
      [...always, 'list', 'retrieve'].sort(),
    )
  })

  it('shrinks to an upload and one more operation', () => {
    const { counterexample } = fc.check(
      fc.property(sequences(everything), () => false),
      { seed: 1 },
    )
    expect(counterexample?.[0]).toHaveLength(2)
  })
})

describe('a shelf', () => {
  it('holds what was uploaded, oldest first, until it is taken', () => {
    expect(taken(shelfOf('a', 'b'), 'a').files).toEqual([
      { id: 'a', live: false },
      { id: 'b', live: true },
    ])
  })

  it('is the same after a file is taken that it never held', () => {
    expect(taken(shelfOf('a'), 'b')).toEqual(shelfOf('a'))
  })

  it('is not changed by what is made of it', () => {
    const shelf = shelfOf('a')
    taken(shelf, 'a')
    shelved(shelf, 'b')
    expect(shelf).toEqual(shelfOf('a'))
    expect(EMPTY_SHELF.files).toEqual([])
  })

  it('is full with the files of one sequence, dead ones among them', () => {
    expect(isFull(EMPTY_SHELF)).toBe(false)
    expect(isFull(shelfOf('a', 'b'))).toBe(false)
    expect(isFull(taken(shelfOf('a', 'b', 'c'), 'b'))).toBe(true)
  })

  it('has a file for every operation on one as soon as there is any, live or dead', () => {
    fc.assert(
      fc.property(fc.nat(), fc.subarray(['a', 'b', 'c']), (file, ids) => {
        const shelf = taken(shelfOf(...ids), 'a')
        const meant = fileFor(shelf, { do: 'delete', file })
        expect(meant).toBe(ids.length === 0 ? undefined : shelf.files[file % ids.length])
        expect(fileFor(shelf, { do: 'retrieve', file })).toBe(meant)
      }),
    )
  })

  it.each(['upload', 'list', 'delete-unknown'] as const)('has no file for %s', (operation) => {
    expect(fileFor(shelfOf('a'), { do: operation })).toBeUndefined()
  })
})
