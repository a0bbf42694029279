import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anchorOf, html, LONGEST_TEXT, markup, shortened } from '../../reporters/html/safe-html.ts'
import { commandBlock } from '../../reporters/html/violation.ts'

describe('a template of markup', () => {
  it('escapes text for elements and for attributes', () => {
    const text = `<b>&"'`
    expect(markup(html`<p title="${text}">${text}</p>`)).toBe(
      '<p title="&lt;b&gt;&amp;&quot;&apos;">&lt;b&gt;&amp;&quot;&apos;</p>',
    )
  })

  it('takes markup as it is, and lists of it', () => {
    const items = ['a', '<'].map((text) => html`<li>${text}</li>`)
    expect(markup(html`<ul>${items}</ul>`)).toBe('<ul><li>a</li><li>&lt;</li></ul>')
  })

  it('takes numbers, and leaves out what is not there', () => {
    expect(markup(html`${0}${undefined}${false}${[]}${''}`)).toBe('0')
  })

  it('takes nothing for markup because it looks like it', () => {
    const foreign = JSON.parse('{"Symbol(safe HTML)":"<script>"}') as string
    expect(() => markup(html`${foreign}`)).not.toThrow()
    expect(markup(html`${foreign}`)).not.toContain('<script>')
  })

  it('is taken verbatim in one place, for style and script', () => {
    const folder = new URL('../../reporters/html/', import.meta.url)
    const taking = readdirSync(folder).filter((file) =>
      readFileSync(new URL(file, folder), 'utf8').includes('verbatim('),
    )
    expect(taking).toEqual(['page.ts', 'safe-html.ts'])
  })

  it('shows control characters as escapes, and keeps line ends and tabs', () => {
    expect(markup(html`${'a\u001b[31m\n\tb\r\u202e'}`)).toBe('a\\u{1b}[31m\n\tb\\u{d}\\u{202e}')
  })

  it('shortens what nobody shortened before', () => {
    const page = markup(html`${'x'.repeat(1_000_000)}`)
    expect(page).toBe(`${'x'.repeat(LONGEST_TEXT)}… (1,000,000 characters)`)
  })
})

describe('a shortened text', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc… (4 characters)'],
    ['ab\u{1F5D1}', 3, 'ab… (4 characters)'],
    ['\u0007\u0007', 6, '\\u{7}\\… (2 characters)'],
    ['\ufdd0\u{1ffff}', 20, '\\u{fdd0}\\u{1ffff}'],
    ['', 3, ''],
  ])('of %j to %d is %j', (text, characters, shown) => {
    expect(shortened(text, characters)).toBe(shown)
  })
})

describe('the name of a place', () => {
  it('is the id of a requirement', () => {
    expect(anchorOf('not-found/any-string')).toBe('not-found/any-string')
  })

  it.each(['show=failed', 'a b', '"><script>', 'javascript:x', '\ud800', 'ä', 'x'.repeat(9_999)])(
    'holds nothing that a fragment or an attribute would, and is short: %j',
    (id) => {
      expect(anchorOf(id)).toMatch(/^[\w./-]{1,120}$/)
    },
  )
})

describe('a command', () => {
  it('is shown on its lines, with a button to copy it', () => {
    const block = markup(commandBlock('Send again', ['ID=$(a)', `b '<'`]))
    expect(block).toContain('<code>ID=$(a)\nb &apos;&lt;&apos;</code>')
    expect(block).not.toContain('disabled')
  })

  it.each([
    ['is too long', 'x'.repeat(9_999), 'it has 9,999 characters'],
    ['holds what cannot be shown', 'rm \u202e', 'it holds characters'],
    ['holds what is no character', 'rm \ufffe', 'it holds characters'],
    ['holds a line end', 'rm a\nb', 'it holds characters'],
  ])('is not shown in part where it %s', (_, line, reason) => {
    const block = markup(commandBlock('Send again', [line]))
    expect(block).toContain(`Not shown: ${reason}`)
    expect(block).toContain('disabled')
    expect(block).not.toContain(line.slice(0, 3))
  })
})
