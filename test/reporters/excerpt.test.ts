import { describe, expect, it } from 'vitest'
import { excerpt, shownCommand } from '../../reporters/excerpt.ts'

describe('an excerpt', () => {
  it('is the text where that is short', () => {
    expect(excerpt('short')).toBe('short')
  })

  it('is its beginning where it is long, and says how long it is', () => {
    expect(excerpt('x'.repeat(601))).toBe(`${'x'.repeat(600)}… (601 characters)`)
    expect(excerpt('abcd', 2)).toBe('ab… (4 characters)')
  })

  it('is printable, also where a character was cut in two', () => {
    expect(excerpt('\u001b[2J')).toBe('\\u{1b}[2J')
    expect(excerpt('a\u{1F5D1}', 2)).toBe('a\\u{d83d}… (3 characters)')
  })
})

describe('a command that is shown', () => {
  it('is whole, or a comment that does nothing', () => {
    expect(shownCommand('curl x')).toBe('curl x')
    expect(shownCommand(`curl ${'x'.repeat(20_000)}`)).toBe(
      '# a command of 20005 characters, too long to show',
    )
  })
})
