import fc from 'fast-check'
import { lexer, type Tokens } from 'marked'
import { describe, expect, it } from 'vitest'
import { codeSpan, fenced, plainText } from '../../reporters/markdown-text.ts'
import { HOSTILE } from './hostile.ts'

const markup = fc.string({ unit: fc.constantFrom(...'`~*_[]()<>!|#@&\\\\ ab') })

/** Gives the pieces of a paragraph. */
function inlineOf(text: string) {
  const [paragraph] = lexer(text)
  return (paragraph as Tokens.Paragraph).tokens
}

describe('text in Markdown', () => {
  it('is one code span, whatever it holds', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const tokens = inlineOf(`x ${codeSpan(text)} y`)
        const types = text.trim() === '' ? ['text'] : ['text', 'codespan', 'text']
        expect(tokens.map(({ type }) => type)).toEqual(types)
      }),
    )
  })

  it('is in the code span as it is', () => {
    expect(inlineOf(codeSpan('a `` b | c'))[0]).toMatchObject({ text: 'a `` b | c' })
    expect(inlineOf(codeSpan('`a`'))[0]).toMatchObject({ text: '`a`' })
  })

  it.each(HOSTILE)('is one block, whatever its lines hold: %s', (_, text) => {
    const [block, ...others] = lexer(fenced('text', text.split('\n')))
    // Parsers differ about line ends at the end.
    const lines = (value: string) => value.replaceAll(/\r\n|\r/g, '\n').replace(/\n+$/, '')
    expect(block?.type).toBe('code')
    expect(lines((block as Tokens.Code).text)).toBe(lines(text))
    expect(others).toEqual([])
  })

  it('is text where it is our own, markup or not', () => {
    const text = 'a *b* _c_ `d` [e](f) <g> ~~h~~ i_j & @k #1'
    const types = inlineOf(plainText(text)).map(({ type }) => type)
    expect(new Set(types)).toEqual(new Set(['text', 'escape']))
  })
})
