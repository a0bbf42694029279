import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meaningsOf } from '../../harness/meanings.ts'

const word = fc.stringMatching(/^[\w-]{1,20}$/).filter((one) => one !== 'files')

function idsIn(text: string) {
  return meaningsOf(text, 'files').ids
}

describe('what a segment could mean', () => {
  it.each<[string, readonly string[]]>([
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a|b', ['a', 'b']],
    ['a/b\\c', ['a', 'b', 'c']],
    ['["a","b"]', ['a', 'b']],
    ['a\0b', ['a']],
    ['a?b', ['a']],
    ['a#b', ['a']],
    ['a;b=c', ['a']],
    [" 'a' ", ['a']],
    ['./a', ['a']],
    ['a/../b', ['a', 'b']],
    ['../files/a', ['a']],
    ['../files/../files/a', ['a']],
    ['../other/a', ['other', 'a']],
    ['files/a', ['files', 'a']],
  ])('%j means the ids %j', (text, ids) => {
    expect(meaningsOf(text, 'files')).toEqual({ ids, nothing: false })
  })

  it.each([
    '',
    ' ',
    '.',
    '..',
    '/',
    ',',
    '[]',
    '""',
    'a/..',
    'a/../..',
    '../files',
    'a/../../files',
    '?a',
    '#a',
    '\0a',
    'a,?b',
  ])('%j could mean no id at all', (text) => {
    expect(meaningsOf(text, 'files').nothing).toBe(true)
  })

  it('is each id of a list, whatever separates and wraps them', () => {
    const separator = fc.constantFrom(',', '|', '/', '\\', ', ', '","', "','")
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), separator, (ids, between) => {
        expect(idsIn(`["${ids.join(between)}"]`)).toEqual(ids)
      }),
    )
  })

  it('is what stands before a character that cuts an id off, where little stands behind it', () => {
    const short = fc.stringMatching(/^[\w-]{1,5}$/)
    fc.assert(
      fc.property(word, fc.constantFrom(...'\0\t\n\r\u007f\u0085?#;&='), short, (id, cut, rest) => {
        expect(idsIn(id + cut + rest)).toEqual([id])
      }),
    )
  })

  it('keeps every id that dot segments lead past, since not every server resolves them', () => {
    fc.assert(
      fc.property(word, word, (passed, led) => {
        expect(idsIn(`${passed}/../${led}`)).toEqual([passed, led])
        expect(meaningsOf(`${passed}/..`, 'files').nothing).toBe(true)
        expect(idsIn(`../${led}`)).toEqual([led])
      }),
    )
  })
})
