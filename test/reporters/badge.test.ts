import { describe, expect, it } from 'vitest'
import type { Report } from '../../model/report.ts'
import { badge } from '../../reporters/badge.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE } from './hostile.ts'
import { findingsOf, madeUpReport, madeUpResult, rendered } from './made-up-report.ts'
import { elementsOf, parsedXml } from './xml-outline.ts'

const passed = madeUpResult()
const warned = madeUpResult({ id: 'a/b', level: 'SHOULD', verdict: 'warned' })
const inapplicable = madeUpResult({ id: 'a/c', verdict: 'inapplicable' })

const parsed = (report: Report) => parsedXml(rendered(badge, findingsOf(report)))

/** Gives the words of a badge, left and right. */
const wordsOf = (report: Report) =>
  elementsOf(parsed(report), 'text').map(({ textContent }) => textContent)

const partial = (requirements: Report['requirements']) => {
  const { selection, ...rest } = madeUpReport({ requirements })
  return { ...rest, selection: { ...selection, catalogue: 56 } }
}

describe('a badge', () => {
  it('is as it was', async () => {
    await expect(rendered(badge, findingsOfEveryVerdict)).toMatchFileSnapshot('golden/badge.svg')
  })

  it.each([
    ['conforming · 1 of 1', madeUpReport({ requirements: [passed] })],
    ['conforming · 1 of 1', madeUpReport({ requirements: [passed, inapplicable] })],
    ['conforming · 1 of 2 · 1 warned', madeUpReport({ requirements: [passed, warned] })],
    ['conforming in part · 1 of 56', partial([passed])],
    ['conforming in part · 1 of 56 · 1 warned', partial([passed, warned])],
    ['non-conforming · 1 violated', reportOfEveryVerdict],
    ['inconclusive', madeUpReport({ requirements: [passed], verdict: 'inconclusive' })],
  ])('says %s', (words, report) => {
    expect(wordsOf(report)).toEqual(['conformance', words])
  })

  it('counts warned requirements as violated where the run is strict', () => {
    const report = madeUpReport({ requirements: [warned], verdict: 'non-conforming' })
    const strict = { ...report, options: { ...report.options, strict: true } }
    expect(wordsOf(strict)[1]).toBe('non-conforming · 1 violated')
  })

  it('has another colour where only a part was judged', () => {
    const colour = (report: Report) => elementsOf(parsed(report), 'rect')[1]?.getAttribute('fill')
    expect(colour(partial([passed]))).not.toBe(colour(madeUpReport({ requirements: [passed] })))
  })

  it('is an image with a name for those who do not see it', () => {
    const root = parsed(reportOfEveryVerdict)
    const name = 'conformance: non-conforming · 1 violated'
    expect(root.getAttribute('role')).toBe('img')
    expect(root.getAttribute('aria-label')).toBe(name)
    expect(elementsOf(root, 'title')[0]?.textContent).toBe(name)
  })

  it.each(HOSTILE)('has nothing of the target in it: %s', (_, text) => {
    expect(rendered(badge, findingsFull(text))).toBe(rendered(badge, findingsFull(HARMLESS)))
  })
})
