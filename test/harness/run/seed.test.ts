import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fastCheckSeed, freshSeed, octets, runIdOf } from '../../../harness/run/seed.ts'

const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)

describe('a seed', () => {
  it('is made of 64 bits, in decimal', () => {
    const seeds = Array.from({ length: 50 }, freshSeed)
    expect(new Set(seeds).size).toBe(50)
    for (const one of seeds) expect(BigInt(one)).toBeLessThan(2n ** 64n)
  })

  it('gives the same name of the run each time: 69 bits, in letters that no number is written with', () => {
    fc.assert(
      fc.property(seed, (one) => {
        expect(runIdOf(one, 'choices')).toMatch(/^[g-z]{16}$/)
        expect(runIdOf(one, 'choices')).toBe(runIdOf(one, 'choices'))
      }),
    )
  })

  it('gives another run id than another seed', () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        fc.pre(one !== other)
        expect(runIdOf(one, 'choices')).not.toBe(runIdOf(other, 'choices'))
      }),
    )
  })

  it('gives another run id where other choices were made', () => {
    expect(runIdOf('1', 'choices')).not.toBe(runIdOf('1', 'others'))
  })

  it('gives a signed 32-bit seed for each purpose, the same each time', () => {
    fc.assert(
      fc.property(seed, fc.string(), (one, purpose) => {
        const made = fastCheckSeed(one, purpose)
        expect(made).toBe(made | 0)
        expect(made).toBe(fastCheckSeed(one, purpose))
        expect(made).not.toBe(fastCheckSeed(one, `${purpose}'`))
      }),
    )
  })

  it('gives an endless stream of octets for each purpose, the same each time', () => {
    const drawn = (purpose: string) => {
      const next = octets('1', purpose)
      return Array.from({ length: 1_000 }, next)
    }
    const first = drawn('a')
    expect(first).toEqual(drawn('a'))
    expect(first).not.toEqual(drawn('b'))
    expect(first.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255)).toBe(true)
    expect(first.slice(0, 32)).not.toEqual(first.slice(32, 64))
    expect(new Set(first).size).toBeGreaterThan(200)
  })

  it('keeps its meaning from release to release', () => {
    expect(runIdOf('1', 'choices')).toMatchInlineSnapshot(`"syoivyirlugqkvsw"`)
    expect(fastCheckSeed('1', 'family/name')).toMatchInlineSnapshot(`-1539770646`)
  })
})
