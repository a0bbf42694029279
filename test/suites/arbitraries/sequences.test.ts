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
  wordsOf,
} from '../../../suites/arbitraries/sequences.ts'
import { facts } from '../../harness/made-up.ts'

const everything = facts({ offers: new Set(['retrieve', 'list']) })

const file = (id: string) => ({ id, by: 'first', name: 0, content: 0 }) as const

/** A shelf with files of these names, the oldest first. */
function shelfOf(...ids: readonly string[]): Shelf {
  return ids.reduce((shelf, id) => shelved(shelf, file(id)), EMPTY_SHELF)
}

describe('a sequence of operations', () => {
  it('begins with an upload, since nothing can be done before, and is short', () => {
    fc.assert(
      fc.property(sequences(everything), (operations) => {
        expect(operations[0]).toMatchObject({ do: 'upload', by: 'first', like: 'nothing' })
        expect(operations.length).toBeGreaterThan(1)
        expect(operations.length).toBeLessThanOrEqual(30)
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
    expect(kindsFor(['retrieve'])).toEqual([...always, 'read'].sort())
    expect(kindsFor(['list'])).toEqual([...always, 'list'].sort())
    expect(kindsFor(['retrieve', 'list', 'content'])).toEqual([...always, 'list', 'read'].sort())
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
      { ...file('a'), live: false },
      { ...file('b'), live: true },
    ])
  })

  it('is the same after a file is taken that it never held', () => {
    expect(taken(shelfOf('a'), 'b')).toEqual(shelfOf('a'))
  })

  it('is not changed by what is made of it', () => {
    const shelf = shelfOf('a')
    taken(shelf, 'a')
    shelved(shelf, file('b'))
    expect(shelf).toEqual(shelfOf('a'))
    expect(EMPTY_SHELF.files).toEqual([])
  })

  it('is full with three files that are there, or with five in all', () => {
    expect(isFull(EMPTY_SHELF)).toBe(false)
    expect(isFull(shelfOf('a', 'b'))).toBe(false)
    expect(isFull(shelfOf('a', 'b', 'c'))).toBe(true)
    expect(isFull(taken(shelfOf('a', 'b', 'c'), 'b'))).toBe(false)
    expect(isFull(['a', 'b', 'c', 'd', 'e'].reduce(taken, shelfOf('a', 'b', 'c', 'd', 'e')))).toBe(
      true,
    )
  })

  it('numbers the words of a file that is to be like another as those of the other', () => {
    const shelf = shelfOf('a', 'b')
    const upload = { do: 'upload', by: 'first', file: 0 } as const
    expect(wordsOf(shelf, { ...upload, like: 'nothing' })).toEqual({ name: 2, content: 2 })
    expect(wordsOf(shelf, { ...upload, like: 'name' })).toEqual({ name: 0, content: 2 })
    expect(wordsOf(shelf, { ...upload, like: 'content' })).toEqual({ name: 2, content: 0 })
    expect(wordsOf(shelf, { ...upload, like: 'both' })).toEqual({ name: 0, content: 0 })
  })

  it('has a file for every operation on one as soon as there is any, live or dead', () => {
    fc.assert(
      fc.property(fc.nat(), fc.subarray(['a', 'b', 'c']), (file, ids) => {
        const shelf = taken(shelfOf(...ids), 'a')
        const meant = fileFor(shelf, { file })
        expect(meant).toBe(ids.length === 0 ? undefined : shelf.files[file % ids.length])
      }),
    )
  })
})
