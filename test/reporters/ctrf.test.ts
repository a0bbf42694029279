import { type CTRFReport, validate } from 'ctrf'
import { describe, expect, it } from 'vitest'
import { ctrf } from '../../reporters/ctrf.ts'
import type { Findings } from '../../reporters/format.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL, shapeOf } from './hostile.ts'
import { findingsOf, madeUpReport, rendered } from './made-up-report.ts'

/** Parses a report, and expects it to be valid by the schema of the format. */
function parsed(findings: Findings): CTRFReport {
  const report: unknown = JSON.parse(rendered(ctrf, findings))
  expect(validate(report).errors).toEqual([])
  return report as CTRFReport
}

describe('a CTRF report', () => {
  it('is as it was', async () => {
    await expect(rendered(ctrf, findingsOfEveryVerdict)).toMatchFileSnapshot('golden/ctrf.json')
  })

  it('gives each verdict the status that is nearest, and keeps its name', () => {
    const { tests } = parsed(findingsOfEveryVerdict).results
    expect(tests.map(({ name, status, rawStatus }) => [name, status, rawStatus])).toEqual([
      ['deleted/existing-file', 'passed', 'passed'],
      ['not-found/any-string', 'failed', 'failed'],
      ['invalid/location', 'passed', 'warned'],
      ['effect/content', 'other', 'inconclusive'],
      ['security/token', 'skipped', 'inapplicable'],
    ])
  })

  it('gives each test the time of its requirement', () => {
    const { tests } = parsed(findingsOfEveryVerdict).results
    expect(tests.map(({ duration }) => duration)).toEqual([38, 412, 0, 0, 0])
  })

  it('takes a warned requirement for a failure where the run is strict', () => {
    const { options } = reportOfEveryVerdict
    const report = { ...reportOfEveryVerdict, options: { ...options, strict: true } }
    expect(parsed(findingsOf(report)).results.summary.failed).toBe(2)
  })

  it('counts its tests and says when they ran', () => {
    expect(parsed(findingsOfEveryVerdict).results.summary).toEqual({
      tests: 5,
      passed: 2,
      failed: 1,
      skipped: 1,
      pending: 0,
      other: 1,
      suites: 5,
      start: Date.UTC(2026, 0, 1),
      stop: Date.UTC(2026, 0, 1) + 1_234,
      duration: 1_234,
    })
  })

  it('says in a line what is wrong, and in a trace how to see it again', () => {
    const [, failed] = parsed(findingsOfEveryVerdict).results.tests
    expect(failed?.message).toBe(
      'must answer that there is no such file: at /status, expected 404 or 422, received 500',
    )
    expect(failed?.trace).toContain('--replay not-found/any-string:2:0')
  })

  it('is valid where nothing was chosen', () => {
    expect(parsed(findingsOf(madeUpReport())).results.tests).toEqual([])
  })

  it('is refused by its schema where it is wrong', () => {
    const report = parsed(findingsOfEveryVerdict)
    expect(validate({ ...report, unknown: 1 }).errors).not.toEqual([])
  })

  it.each(HOSTILE)('keeps its structure whatever the target sends: %s', (_, text) => {
    const output = rendered(ctrf, findingsFull(text))
    expect(output).not.toMatch(RAW_CONTROL)
    expect(output.length).toBeLessThan(100_000)
    expect(shapeOf(parsed(findingsFull(text)))).toEqual(shapeOf(parsed(findingsFull(HARMLESS))))
  })
})
