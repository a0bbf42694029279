import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshId } from '../../../fixtures/server/store.ts'
import { octets } from '../../../harness/run/seed.ts'
import { createIdMeasure } from '../../../harness/safety/measure-ids.ts'
import { neverIssuedId } from '../../../suites/arbitraries/never-issued-id.ts'
import { schemeNamed } from '../../safety/schemes.ts'

const seed = fc.nat().map(String)

/** The last of eight ids, and what was measured of them. */
function sampleOf(issue: () => string) {
  const measure = createIdMeasure()
  let id = ''
  for (let count = 0; count < 8; count += 1) {
    id = issue()
    measure.learn(id)
  }
  const scheme = measure.schemeOf(id)
  if (scheme === undefined) throw new Error('not measured')
  return { id, scheme }
}

const made = (sample: Parameters<typeof neverIssuedId>[0], one: string) =>
  neverIssuedId(sample, octets(one, 'test'))

const issuing = (scheme: string) => {
  const source = schemeNamed(scheme).open(1)
  return () => source.next()
}

const SHAPES: readonly (readonly [string, () => string, RegExp])[] = [
  ['a UUID', randomUUID, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  [
    'a UUID in capitals behind a word',
    () => `file_${randomUUID().toUpperCase()}`,
    /^file_[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/,
  ],
  ['an id of OpenAI', () => freshId(), /^file-[0-9A-Za-z]{24}$/],
  ['24 hexadecimal digits', () => randomBytes(12).toString('hex'), /^[0-9a-f]{24}$/],
  ['a ULID', issuing('ulid'), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/],
]

describe('an id that was never issued', () => {
  it.each(SHAPES)('keeps the shape of %s, and is another', (_, issue, shape) => {
    const sample = sampleOf(issue)
    fc.assert(
      fc.property(seed, (one) => {
        const { id, shaped } = made(sample, one)
        expect(shaped).toBe(true)
        expect(id).toMatch(shape)
        expect(id).not.toBe(sample.id)
      }),
    )
  })

  it.each([
    ['padded-24', /^\d{24}$/],
    ['file-padded-24', /^file-\d{24}$/],
    ['uuid-tail', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['oracle', /^[0-9A-F]{32}$/],
    ['objectid', /^[0-9a-f]{24}$/],
  ])('is drawn anew as a whole where ids count, and may be malformed: %s', (scheme, shape) => {
    const sample = sampleOf(issuing(scheme))
    fc.assert(
      fc.property(seed, (one) => {
        const { id, shaped } = made(sample, one)
        expect(shaped).toBe(false)
        expect(id).toMatch(shape)
      }),
    )
  })

  it.each(['decimal', 'word-counter', 'base62-6', 'hex-8', 'digits-6'])(
    'is of letters alone where ids are short: %s',
    (scheme) => {
      const sample = sampleOf(issuing(scheme))
      fc.assert(
        fc.property(seed, (one) => {
          const { id, shaped } = made(sample, one)
          expect(shaped).toBe(false)
          expect(id).toMatch(/^[g-z]{24}$/)
        }),
      )
    },
  )

  it('is of letters alone where no id is known', () => {
    expect(made(undefined, '1')).toEqual({
      id: expect.stringMatching(/^[g-z]{24}$/),
      shaped: false,
    })
  })

  it('is another for other octets, and the same for the same', () => {
    const sample = sampleOf(() => freshId())
    fc.assert(
      fc.property(fc.constantFrom(undefined, sample), seed, seed, (issued, one, other) => {
        fc.pre(one !== other)
        expect(made(issued, one).id).not.toBe(made(issued, other).id)
        expect(made(issued, one)).toEqual(made(issued, one))
      }),
    )
  })

  it('takes one letter as often as another', () => {
    const counts = new Map<string, number>()
    for (let one = 0; one < 500; one += 1) {
      for (const character of made(undefined, String(one)).id) {
        counts.set(character, (counts.get(character) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(20)
    // 12,000 letters: 600 of each, and six standard deviations are 143.
    for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(143)
  })
})
