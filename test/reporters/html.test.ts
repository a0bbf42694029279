import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCRIPT } from '../../reporters/html/script.ts'
import { STYLE } from '../../reporters/html/style.ts'
import { anyString } from '../model/any-string.ts'
import { parsed, rendered, shape } from './html-parsed.ts'
import { saying } from './made-up-hostile.ts'
import { crowded, everyVerdict, nearlyRight } from './made-up-pages.ts'
import { findingsOf, madeUpReport, madeUpResult } from './made-up-report.ts'

const HOSTILE = {
  'a script': '<script>alert(1)</script>',
  'the end of the style': '</style><script>alert(1)</script>',
  'the end of the script': '</script><img src=x onerror=alert(1)>',
  'the end of a title': '</title></head><body onload=alert(1)>',
  'the end of a table': '</td></tr></table></details></li></ul></section></main>',
  'the beginning of a comment': '<!--',
  'the end of a CDATA section': ']]><svg/onload=alert(1)>',
  'the end of an attribute': `" onmouseover="alert(1)" x='`,
  'the end of a quoted word': `' onfocus='alert(1)' autofocus x="`,
  'an entity': '&lt;script&gt; &#60; &notin; &',
  'a template of JavaScript': `\${alert(1)} \``,
  'a link that runs': 'javascript:alert(1)',
  'a terminal escape': '\u001b]0;title\u0007\u001b[31m',
  NUL: 'a\0b',
  'a lone surrogate': 'a\ud800b',
  'a right-to-left override': '\u202egnp.exe',
  'what is no character': 'a\ufffe\ufdd0\u{1ffff}',
  'lines and tabs': 'a\r\n\tb\n\n\u2028',
  nothing: '',
  'a megabyte of one character': 'x'.repeat(1_000_000),
  'much of what is escaped': '\u202e'.repeat(100_000),
} as const

/** Elements and attributes that a page may have. */
const ELEMENTS = new Set(
  `html head meta title style body a header main footer nav section form fieldset legend label input
  button h1 h2 h3 h4 h5 p span b code pre ul li dl div dt dd time details summary figure figcaption
  table caption thead tbody tr th td svg circle path g line rect text desc script`.split(/\s+/),
)
const ATTRIBUTES = new Set(
  `lang charset http-equiv content name class href rel id open hidden role type value disabled
  placeholder autocomplete spellcheck tabindex datetime scope data-verdict aria-label aria-labelledby
  aria-live aria-hidden viewBox preserveAspectRatio x y x1 x2 y1 y2 d cx cy r rx width height
  text-anchor`.split(/\s+/),
)

/** Expects what must be true of any page. */
function expectHarmless(page: string): void {
  const { errors, elements } = parsed(page)
  expect(errors).toEqual([])
  expect(elements.filter(({ name }) => !ELEMENTS.has(name))).toEqual([])
  const attributes = elements.flatMap((one) => Object.keys(one.attributes))
  expect([...new Set(attributes)].filter((name) => !ATTRIBUTES.has(name))).toEqual([])
  const verbatim = elements.filter(({ name }) => name === 'script' || name === 'style')
  expect(verbatim.map(({ text }) => text)).toEqual([STYLE, SCRIPT])
  const links = elements.flatMap(({ attributes: { href } }) => href ?? [])
  const environment = links.filter((href) => !/^#[\w./-]+$/.test(href))
  expect(
    environment.filter(
      (href) => !/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#[\w.-]+$/.test(href),
    ),
  ).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the page must not hold them.
  expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/)
}

describe('the page', () => {
  it.each([
    ['a server that is nearly right', nearlyRight],
    ['every verdict', everyVerdict],
    ['a server that gets everything wrong', crowded(2_000)],
    ['no requirement at all', findingsOf(madeUpReport())],
  ])('is without fault and loads nothing: %s', (_, findings) => {
    expectHarmless(rendered(findings))
  })

  it('is the same each time', () => {
    expect(rendered(everyVerdict)).toBe(rendered(everyVerdict))
  })

  it('says in its title the verdict and the target', () => {
    const title = parsed(rendered(everyVerdict)).elements.find(({ name }) => name === 'title')
    expect(title?.text).toBe('non-conforming: https://staging.example.com/api')
  })

  it('lets nothing run but its own style and script, by their hashes', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const policy = elements.find(({ attributes }) => 'http-equiv' in attributes)?.attributes.content
    const hash = (text: string) => createHash('sha256').update(text).digest('base64')
    const hashed = (name: string) => hash(elements.find((one) => one.name === name)?.text ?? '')
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hashed('style')}'`,
      `script-src 'sha256-${hashed('script')}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  it('has headings in order, each a level below the one that it belongs to', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const levels = elements.flatMap(({ name }) => /^h(\d)$/.exec(name)?.[1] ?? []).map(Number)
    expect(levels.filter((level) => level === 1)).toEqual([1])
    expect(levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1)).toBe(true)
  })

  it('has one place of each name, and a place for each link', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const ids = elements.flatMap(({ attributes: { id } }) => id ?? [])
    expect(ids).toEqual([...new Set(ids)])
    const links = elements.flatMap(
      ({ attributes: { href = '' } }) => /^#(.*)/.exec(href)?.[1] ?? [],
    )
    const labels = elements.flatMap(
      ({ attributes }) => attributes['aria-labelledby']?.split(' ') ?? [],
    )
    expect([...links, ...labels].filter((name) => !ids.includes(name))).toEqual([])
  })

  it('links sections of RFCs, and leaves what is no section alone', () => {
    const sources = ['15.5.21', 'A.1', '" onclick="'].map((section, nth) =>
      madeUpResult({ id: `a/${nth}`, source: { kind: 'rfc', rfc: 9110, section } }),
    )
    const { elements } = parsed(rendered(findingsOf(madeUpReport({ requirements: sources }))))
    const links = elements.filter(({ attributes }) => attributes.rel === 'noreferrer')
    expect(links.map(({ attributes }) => attributes.href)).toEqual([
      'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.21',
      'https://www.rfc-editor.org/rfc/rfc9110#appendix-A.1',
    ])
  })
})

describe('a page about a hostile target', () => {
  const harmless = shape(rendered(saying('x')))

  it.each(Object.entries(HOSTILE))('is made of the same elements where it says %s', (_, text) => {
    const page = rendered(saying(text))
    expectHarmless(page)
    expect(shape(page)).toBe(harmless)
    expect(page.length).toBeLessThan(500_000)
  })

  it('is made of the same elements whatever it says', () => {
    const odd = fc.string({ unit: fc.constantFrom(...`<>"'&/=!-[]{};:$\`\\ \n\0\u202e\ud800ax`) })
    fc.assert(
      fc.property(fc.oneof(anyString, odd), (text) => {
        const page = rendered(saying(text))
        expectHarmless(page)
        expect(shape(page)).toBe(harmless)
      }),
      { numRuns: 50 },
    )
  })
})
