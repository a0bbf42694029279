import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element, textElement, xmlText } from '../../reporters/xml.ts'
import { HOSTILE } from './hostile.ts'
import { parsedXml } from './xml-outline.ts'

describe('XML', () => {
  it('holds any text, and gives it back, controls as escapes', () => {
    const text = fc.string({ unit: fc.constantFrom(...`<>&"' ]-!\nab\u00e9\u{1F5D1}`) })
    fc.assert(
      fc.property(text, (value) => {
        const root = parsedXml(textElement('a', { b: value }, value))
        expect(root.textContent).toBe(value)
        expect(root.getAttribute('b')).toBe(value)
      }),
    )
    expect(xmlText('a\u0000\ufffe\ud800')).toBe('a\\u{0}\\u{fffe}\\u{d800}')
  })

  it.each(HOSTILE)('has only characters that XML 1.0 allows: %s', (_, text) => {
    expect(textElement('a', { b: text }, text)).toMatch(
      /^[\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u,
    )
  })

  it('leaves out attributes without a value, and closes elements without children', () => {
    expect(element('a', { b: undefined, c: 1 })).toBe('<a c="1"/>')
    expect(element('a', {}, [element('b', {})])).toBe('<a>\n<b/>\n</a>')
  })
})
