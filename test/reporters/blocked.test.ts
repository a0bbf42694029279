import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import { ctrf } from '../../reporters/ctrf.ts'
import { github } from '../../reporters/github.ts'
import { htmlPage } from '../../reporters/html/page.ts'
import { junit } from '../../reporters/junit.ts'
import { markdown } from '../../reporters/markdown.ts'
import { sarif } from '../../reporters/sarif.ts'
import { closing, createStyle, familyLine } from '../../reporters/terminal.ts'
import { findingsOf, madeUpReport, madeUpResult, rendered } from './made-up-report.ts'

const PLAIN = createStyle(false)
const FINDING = 'not-found/never-issued'
const blocked = ['not-found/any-string', 'documented/status'].map((id) =>
  madeUpResult({
    id,
    verdict: 'inconclusive',
    reason: `blocked by ${FINDING}: the answer is wrong only as told there`,
    blockedBy: [FINDING],
  }),
)
const undecided = madeUpResult({ id: 'http/own-answer', verdict: 'inconclusive', reason: 'late' })
const finding = madeUpResult({ id: FINDING, verdict: 'failed' })
const report = madeUpReport({ requirements: [finding, ...blocked, undecided] })

describe('requirements that a finding blocks', () => {
  it('are no failure of their own for programs that know tests', () => {
    const xml = rendered(junit, findingsOf(report))
    expect(xml.match(/<skipped message="blocked by not-found\/never-issued/g)).toHaveLength(2)
    expect(xml.match(/<error /g)).toHaveLength(1)
    const { tests } = JSON.parse(rendered(ctrf, findingsOf(report))).results
    const statuses = tests.map(({ status }: { status: string }) => status)
    expect(statuses.filter((one: string) => one === 'skipped')).toHaveLength(2)
  })

  it('get no annotation: that of the finding names them', () => {
    const annotations = rendered(github, findingsOf(report)).trimEnd().split('\n')
    expect(annotations).toHaveLength(3)
    expect(annotations[0]).toContain(`failed%3A ${FINDING}`)
    expect(annotations[0]).toContain(
      'blocks: not-found/any-string, documented/status (2 requirements)',
    )
    expect(annotations[1]).toContain('inconclusive%3A http/own-answer')
  })

  it('are related locations of the one result of the finding in SARIF', () => {
    const [run] = (JSON.parse(rendered(sarif, findingsOf(report))) as Log).runs
    const results = run?.results ?? []
    expect(results.map(({ ruleId }) => ruleId)).toEqual([FINDING, 'http/own-answer'])
    const related = results[0]?.relatedLocations?.map(({ message }) => message?.text)
    expect(related).toEqual([
      'blocks not-found/any-string: must answer that there is no such file',
      'blocks documented/status: must answer that there is no such file',
    ])
  })

  it('have no section of their own in Markdown: that of the finding names them', () => {
    const text = rendered(markdown, findingsOf(report))
    expect(text.match(/^## .*/gm)).toEqual([
      `## failed: ${FINDING} (MUST)`,
      '## inconclusive: http/own-answer (MUST)',
    ])
    expect(text).toContain('- blocks: `not-found/any-string`, `documented/status`')
  })

  it('are linked to the finding on the page, and it to them', () => {
    const page = rendered(htmlPage, findingsOf(report))
    const [attention = ''] = /<section class="attention".*?<\/section>/s.exec(page) ?? []
    expect(attention.match(/(?<=<li class="requirement \w+" id=")[^"]*/g)).toEqual([
      FINDING,
      'http/own-answer',
    ])
    const links = (id: string) =>
      new RegExp(`id="${id}".*?<div class="touching">(.*?)</div>`, 's').exec(page)?.[1]
    expect(links(FINDING)).toMatch(/Blocks 2 requirements, .*href="#documented\/status"/s)
    expect(links('documented/status')).toMatch(/Blocked by.*href="#not-found\/never-issued"/s)
  })

  it('are listed with each finding that blocks them', () => {
    const other = madeUpResult({ id: 'deleted/status', verdict: 'failed' })
    const both = blocked.map((one) => ({ ...one, blockedBy: [FINDING, other.id] }))
    const text = closing(madeUpReport({ requirements: [finding, other, ...both] }), PLAIN)
    expect(text.match(/blocks {4}not-found\/any-string, documented\/status/g)).toHaveLength(2)
  })

  it('have a block of their own on a terminal where the report does not hold the finding', () => {
    const text = closing(madeUpReport({ requirements: blocked }), PLAIN)
    expect(text).toContain(
      `INCONCLUSIVE not-found/any-string, documented/status\n    reason    blocked by ${FINDING}\n`,
    )
  })

  it('are errors where the report does not hold the finding', () => {
    const fine = { ...finding, verdict: 'passed' as const }
    for (const requirements of [blocked, [fine, ...blocked]]) {
      const xml = rendered(junit, findingsOf(madeUpReport({ requirements })))
      expect(xml.match(/<error /g)).toHaveLength(2)
    }
  })

  it('are named by the finding on a terminal, and counted in the line of a family', () => {
    const text = closing(report, PLAIN)
    expect(text).toContain('blocks    not-found/any-string, documented/status (2 requirements)\n')
    expect(text).not.toContain('INCONCLUSIVE not-found')
    expect(text).toContain('INCONCLUSIVE http/own-answer')
    expect(familyLine('not-found', blocked.slice(0, 1), PLAIN)).toMatch(/1 blocked/)
  })
})
