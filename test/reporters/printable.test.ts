import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerpt, jsonText, printable } from '../../reporters/printable.ts'
import { anyString } from '../model/any-string.ts'
import { HOSTILE, RAW_CONTROL } from './hostile.ts'

describe('printable text', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a carriage return', 'real\rfake', 'real\\u{d}fake'],
    ['a line end', 'a\nb', 'a\\u{a}b'],
    ['a one-octet control sequence', '\u009b2J', '\\u{9b}2J'],
    ['a delete', '\u007f', '\\u{7f}'],
    ['a right-to-left override', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['a right-to-left mark', '\u200f', '\\u{200f}'],
    ['a line separator', '\u2028', '\\u{2028}'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['a noncharacter', 'a\ufffeb', 'a\\u{fffe}b'],
    [
      "a command of GitHub's runner",
      'a ##[stop-commands]x',
      'a ##[stop-commands]x'.replace('[', '\\u{5b}'),
    ],
    ["a command of Azure's", '##vso[task.complete]', '##vso\\u{5b}task.complete]'],
    ['the other half of one', '\udc00', '\\u{dc00}'],
  ])('shows %s as an escape', (_, text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it.each(['', 'plain', 'äöü', '日本語', '\u{1F5D1}', '# [a]', 'e\u0301', 'عربي'])(
    'leaves %j as it is',
    (text) => {
      expect(printable(text)).toBe(text)
    },
  )

  it('never holds what moves a cursor or turns the direction of writing', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('is as it is when it is made printable again', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(printable(printable(text))).toBe(printable(text))
      }),
    )
  })
})

describe('an excerpt', () => {
  it('is the text where that is short', () => {
    expect(excerpt('short')).toBe('short')
  })

  it('is its beginning and its end where it is long, and says how long it is', () => {
    const text = `${'a'.repeat(4_000)}${'z'.repeat(113)}`
    expect(excerpt(text)).toBe(`${'a'.repeat(225)}…${'z'.repeat(75)} (4,113 characters)`)
    expect(excerpt('abcdef', 4)).toBe('abc…f (6 characters)')
  })

  it('is printable, also where a character was cut in two', () => {
    expect(excerpt('\u001b[2J')).toBe('\\u{1b}[2J')
    expect(excerpt('a\u{1F5D1}b', 2)).toBe('a\\u{d83d}… (4 characters)')
  })
})

describe('JSON that is safe to print', () => {
  it.each(HOSTILE)(
    'says the same as plain JSON, with no control character in it: %s',
    (_, text) => {
      const json = jsonText({ text, [text]: 1 }, 2)
      expect(JSON.parse(json)).toEqual({ text, [text]: 1 })
      expect(json).not.toMatch(RAW_CONTROL)
    },
  )
})
