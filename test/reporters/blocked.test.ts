import { describe, expect, it } from 'vitest'
import { ctrf } from '../../reporters/ctrf.ts'
import { github } from '../../reporters/github.ts'
import { junit } from '../../reporters/junit.ts'
import { closing, createStyle, familyLine } from '../../reporters/terminal.ts'
import { findingsOf, madeUpReport, madeUpResult, rendered } from './made-up-report.ts'

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

  it('get no annotation: the finding has one', () => {
    const annotations = rendered(github, findingsOf(report))
    expect(annotations).toContain('inconclusive%3A http/own-answer')
    expect(annotations).not.toContain('any-string')
  })

  it('are errors where the report does not hold the finding', () => {
    const fine = { ...finding, verdict: 'passed' as const }
    for (const requirements of [blocked, [fine, ...blocked]]) {
      const xml = rendered(junit, findingsOf(madeUpReport({ requirements })))
      expect(xml.match(/<error /g)).toHaveLength(2)
    }
  })

  it('are named together on a terminal, with the finding', () => {
    const text = closing(report, createStyle(false))
    expect(text).toContain(
      `BLOCKED not-found/any-string, documented/status\n    reason    blocked by ${FINDING}\n`,
    )
    expect(text).toContain('INCONCLUSIVE http/own-answer')
    expect(familyLine('not-found', blocked.slice(0, 1), createStyle(false))).toMatch(/1 blocked/)
  })
})
