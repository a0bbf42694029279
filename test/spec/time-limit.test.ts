import { describe, expect, it } from 'vitest'
import { OUT_OF_TIME, within } from '../../spec/time-limit.ts'

describe('a time limit', () => {
  it('gives what the function gives, and throws what it throws', () => {
    expect(within(60_000, () => [1])).toEqual([1])
    const error = new TypeError('its own')
    const throwing = () => {
      throw error
    }
    expect(() => within(60_000, throwing)).toThrow(error)
  })

  it('breaks off a regular expression, a loop, and one within another', () => {
    const endless = () => /^(a+)+$/.test(`${'a'.repeat(50)}!`)
    expect(within(20, endless)).toBe(OUT_OF_TIME)
    expect(
      within(20, () => {
        for (;;);
      }),
    ).toBe(OUT_OF_TIME)
    expect(within(60_000, () => within(20, endless))).toBe(OUT_OF_TIME)
  })
})
