import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { couldBeNumber } from '../../model/number-like.ts'

const PAST_EVERY_INTEGER = '9'.repeat(19)

describe('an id that could be a number', () => {
  it.each([
    '0',
    '-1',
    '1e5',
    '0x10',
    ' 7',
    '7abc',
    '"7"',
    "'7'",
    '\t+7',
    '.5',
    '[7]',
    '(7',
    '\u00007',
    '{7}',
    '\u0667',
  ])('is what a careless reader takes for one: %j', (id) => {
    expect(couldBeNumber(id)).toBe(true)
  })

  it.each([
    PAST_EVERY_INTEGER,
    `-${PAST_EVERY_INTEGER}`,
    `${PAST_EVERY_INTEGER}0`,
    '',
    'a7',
    'm0',
    'null',
    '-',
    'e5',
  ])('is not: %j', (id) => {
    expect(couldBeNumber(id)).toBe(false)
  })

  it('is every integer of up to 18 digits, whatever follows it', () => {
    const digits = fc.stringMatching(/^\d{1,18}$/)
    fc.assert(
      fc.property(digits, fc.stringMatching(/^(?:\D.*)?$/), (number, rest) =>
        couldBeNumber(number + rest),
      ),
    )
  })

  it('is whatever JavaScript reads as an integer that a server could have counted up to', () => {
    const character = fc.constantFrom(...'0159-+. \t\n\u0000"e_xn')
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (id) => {
        if (Number.isSafeInteger(Number.parseInt(id, 10))) expect(couldBeNumber(id)).toBe(true)
      }),
    )
  })

  it('is a small one behind many zeros', () => {
    expect(couldBeNumber(`${'0'.repeat(30)}7`)).toBe(true)
  })

  it('is nothing that begins with a letter', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z_].*$/), (id) => !couldBeNumber(id)))
  })
})
