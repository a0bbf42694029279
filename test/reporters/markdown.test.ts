import { lexer, type Token } from 'marked'
import { describe, expect, it } from 'vitest'
import { markdown } from '../../reporters/markdown.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL } from './hostile.ts'
import { findingsOf, madeUpReport, rendered } from './made-up-report.ts'

/** Gives all tokens, nested ones after those that hold them. */
function tokensOf(text: string): readonly Token[] {
  const within = (token: Token): readonly Token[] => [
    token,
    ...('tokens' in token ? (token.tokens ?? []) : []).flatMap(within),
    ...('items' in token ? (token.items as Token[]) : []).flatMap(within),
    ...('rows' in token ? (token.rows as { tokens: Token[] }[][]) : [])
      .flat()
      .flatMap((cell) => cell.tokens.flatMap(within)),
  ]
  return lexer(text, { gfm: true }).flatMap(within)
}

/** Reduces Markdown to its markup and text, and keeps of code only that it is there. */
function outlineOf(text: string) {
  return tokensOf(text)
    .filter(({ type }) => !['list', 'list_item', 'paragraph', 'space'].includes(type) || type)
    .map(({ type, raw }) => (type === 'text' || type === 'html' ? `${type} ${plain(raw)}` : type))
}

/** Takes the code spans out of a text. */
function plain(raw: string): string {
  return raw.replaceAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '<code>')
}

const output = rendered(markdown, findingsOfEveryVerdict)

describe('the summary in Markdown', () => {
  it('is as it was', async () => {
    await expect(output).toMatchFileSnapshot('golden/summary.md')
  })

  it('begins with the verdict and its sentence', () => {
    expect(output).toMatch(/^# Conformance: non-conforming\n/)
    expect(output).toContain('non-conforming: 1 MUST is violated')
  })

  it('has a row for each family', () => {
    const [table] = tokensOf(output).filter(({ type }) => type === 'table')
    expect((table as { rows?: unknown[] } | undefined)?.rows).toHaveLength(5)
  })

  it('has a section for each requirement that is violated or undecided, the worst first', () => {
    const headings = tokensOf(output).filter(({ type }) => type === 'heading')
    expect(headings.map((one) => ('text' in one ? one.text : '')).slice(1)).toEqual([
      'failed: not-found/any-string (MUST)',
      'warned: invalid/location (SHOULD)',
      'inconclusive: effect/content (MUST)',
    ])
  })

  it('shows request, response and the commands to see it again in blocks of code', () => {
    const blocks = tokensOf(output).filter(({ type }) => type === 'code')
    const [facts, commands] = blocks.map((one) => ('text' in one ? String(one.text) : ''))
    expect(facts).toContain('response  500, application/json')
    expect(commands?.split('\n')).toEqual([
      expect.stringMatching(/^curl /),
      expect.stringMatching(/^delete-conformance run .*--replay not-found\/any-string:2:0$/),
    ])
  })

  it('keeps inapplicable requirements folded', () => {
    const html = tokensOf(output).filter(({ type }) => type === 'html')
    expect(html.map(({ raw }) => raw.trim())).toEqual([
      '<details>\n<summary>1 requirement inapplicable</summary>',
      '</details>',
    ])
  })

  it('names the seed and the digest of the document', () => {
    expect(output).toContain('seed: `42`')
    expect(output).toContain(reportOfEveryVerdict.document.sha256)
  })

  it('names some of the files that are left behind, and counts the others', () => {
    const left = Array.from({ length: 1_000 }, (_, at) => `file-${at}`)
    const report = madeUpReport({ files: { created: 1_000, left } })
    expect(rendered(markdown, findingsOf(report))).toContain('and 980 more')
  })

  it.each(HOSTILE)('has nothing of the target but as code: %s', (_, text) => {
    const hostile = rendered(markdown, findingsFull(text))
    expect(hostile).not.toMatch(RAW_CONTROL)
    expect(hostile.length).toBeLessThan(100_000)
    expect(outlineOf(hostile)).toEqual(outlineOf(rendered(markdown, findingsFull(HARMLESS))))
  })
})
