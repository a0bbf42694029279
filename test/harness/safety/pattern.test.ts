import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, likeliest } from '../../../harness/safety/pattern.ts'
import {
  globPattern,
  likePattern,
  regularExpression,
} from '../../../harness/safety/pattern-syntax.ts'

/** Texts that patterns are made of, where each piece means something to one of the readers. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b',
        'c',
        '1',
        '.',
        '*',
        '+',
        '?',
        '|',
        '(',
        ')',
        '[ab]',
        '[^a]',
        '[',
        ']',
        '{',
        '}',
      ],
      ...['%', '_', '\\', '^', '$', ',', '!', '-', '\\d', '(?:', '{2}', '{,}', '(?=', '[a-c]', ' '],
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))
const id = fc.stringMatching(/^[abc1]{1,4}$/)

function matches(node: Parameters<typeof compile>[0], text: string): boolean {
  const cells = [...text].map((characters) => ({ characters, bits: 0 }))
  return likeliest(compile(node), cells) !== undefined
}

describe('a pattern', () => {
  it('takes every id that a regular expression finds, whatever its flags', () => {
    fc.assert(
      fc.property(pieces, id, (pattern, text) => {
        for (const flags of ['', 'i', 's']) {
          let found: boolean
          try {
            found = new RegExp(pattern, flags).test(text)
          } catch {
            continue
          }
          if (found)
            expect([pattern, text, matches(regularExpression(pattern), text)]).toEqual([
              pattern,
              text,
              true,
            ])
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it('takes every id that LIKE finds, with escapes and without', () => {
    const like = (pattern: string, escapes: boolean) => {
      const source = [...pattern].map((one, at) => {
        if (escapes && one === '\\') return ''
        const isEscaped = escapes && pattern[at - 1] === '\\'
        if (one === '%' && !isEscaped) return '.*'
        return one === '_' && !isEscaped ? '.' : one.replace(/[^\w\s]/, '\\$&')
      })
      return new RegExp(`^${source.join('')}$`, 'is')
    }
    fc.assert(
      fc.property(pieces, id, (pattern, text) => {
        for (const escapes of [true, false]) {
          if (like(pattern, escapes).test(text))
            expect(matches(likePattern(pattern), text)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['a*', 'abc'],
    ['?b?', 'abc'],
    ['[ab]*', 'bcc'],
    ['{x,a}bc', 'abc'],
    ['!zzz', 'abc'],
    ['+(a|b)c', 'abc'],
  ])('of a shell takes what it means: %j takes %j', (pattern, text) => {
    expect(matches(globPattern(pattern), text)).toBe(true)
  })

  it('takes no id that differs from a literal one', () => {
    const literal = fc.stringMatching(/^[a-c1]{1,6}$/)
    fc.assert(
      fc.property(literal, id, (pattern, text) => {
        fc.pre(pattern !== text)
        expect(matches(likePattern(pattern), text)).toBe(false)
        expect(matches(globPattern(pattern), text)).toBe(false)
        expect(matches(regularExpression(pattern), text)).toBe(text.includes(pattern))
      }),
    )
  })

  it('costs what it is to guess the places that it pins down', () => {
    const cells = Array.from({ length: 4 }, () => ({ characters: 'abcdefgh', bits: 3 }))
    const cost = (pattern: string) => likeliest(compile(regularExpression(pattern)), cells)?.bits
    expect(cost('abcd')).toBe(12)
    expect(cost('ab')).toBe(6)
    expect(cost('a[bc]')).toBe(5)
    expect(cost('abcd|x?')).toBe(0)
    expect(cost('z')).toBeUndefined()
  })

  it('is looked at in time that grows with its length alone', () => {
    const pattern = `${'(a*)*'.repeat(300)}b`
    const cells = Array.from({ length: 30 }, () => ({ characters: 'a', bits: 0 }))
    expect(likeliest(compile(regularExpression(pattern)), cells)).toBeUndefined()
    expect(() => compile(regularExpression('('.repeat(10_000)))).not.toThrow()
    expect(() => compile(globPattern('{'.repeat(2_000)))).not.toThrow()
  })

  it('leaves out an id that does not count', () => {
    const cells = [...'ab'].map((one) => ({ characters: `${one}x`, bits: 0 }))
    const automaton = compile(regularExpression('a'))
    expect(likeliest(automaton, cells, 'ab')?.id).toBe('ax')
    expect(likeliest(compile(regularExpression('ab')), cells, 'ab')).toBeUndefined()
  })
})
