import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStyle } from '../../reporters/terminal.ts'
import { wrapped } from '../../reporters/wrapped.ts'

const words = fc.array(
  fc.string({ unit: fc.constantFrom(...'abcü/"'), minLength: 1, maxLength: 60 }),
)

describe('a long line on a terminal', () => {
  it('goes on below where it began', () => {
    expect(wrapped('name      one two three four', 20, 10)).toBe(
      'name      one two\n          three four',
    )
  })

  it('is left as it is where there is no terminal, and where it fits', () => {
    expect(wrapped('a '.repeat(500), undefined, 2)).toBe('a '.repeat(500))
    expect(wrapped('a'.repeat(80), 80, 2)).toBe('a'.repeat(80))
  })

  it('is broken within a word only where the word fits in no line', () => {
    expect(wrapped(`  ${'x'.repeat(30)} y`, 20, 4)).toBe(
      `  ${'x'.repeat(16)}\n    ${'x'.repeat(14)} y`,
    )
  })

  it('takes two columns for each character that is twice as wide', () => {
    expect(wrapped('文件文件文件', 8, 0)).toBe('文件文件\n文件')
  })

  it('keeps its colours, which take no room', () => {
    const red = createStyle(true).verdict('failed', 'one two three')
    const lines = wrapped(red, 8, 2)
    expect(stripVTControlCharacters(lines)).toBe('one two\n  three')
    expect(lines.replaceAll(/\n\s*/g, ' ')).toBe(red)
  })

  it('fits, and loses nothing, whatever it says and however narrow the terminal', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 60 }), fc.nat(14), (all, columns, indent) => {
        const lines = wrapped(all.join(' '), columns, indent)
        expect(Math.max(...lines.split('\n').map((one) => one.length))).toBeLessThanOrEqual(columns)
        expect(lines.replaceAll(/\s/g, '')).toBe(all.join(''))
      }),
    )
  })
})
