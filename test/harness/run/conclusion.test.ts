import { describe, expect, it } from 'vitest'
import { conclude, type Facts } from '../../../harness/run/verdicts.ts'
import type { RequirementResult } from '../../../model/report.ts'
import type { Verdict } from '../../../model/verdict.ts'

function result(id: string, verdict: Verdict, reason?: string): RequirementResult {
  return {
    id,
    level: verdict === 'warned' ? 'SHOULD' : 'MUST',
    title: 'is made up',
    source: { kind: 'rfc', rfc: 9110, section: '9.3.5' },
    verdict,
    ...(reason === undefined ? {} : { reason }),
    cases: { unit: 'case', judged: 1, failed: 0, inconclusive: 0, setAside: 0 },
    violations: [],
    exchanges: [],
  }
}

const PASSED = [result('deleted/a', 'passed'), result('not-found/a', 'passed')]
const UNDECIDED = result('deleted/b', 'inconclusive', 'no answer')

describe('the verdict of a run', () => {
  const concluded = (results: readonly RequirementResult[], facts: Partial<Facts> = {}) =>
    conclude({
      document: { statuses: { deleted: 200, 'not-found': 404, invalid: 422 } },
      results,
      observed: { 200: 1, 404: 1 },
      selection: {
        only: [],
        skip: [],
        selected: results.length,
        catalogue: results.length,
        catalogueSha256: '',
      },
      strict: false,
      expectedStatuses: [],
      remarks: [],
      left: [],
      ...facts,
    })

  it('is conforming where all passed and 200 and 404 were seen', () => {
    expect(concluded(PASSED)).toEqual({
      verdict: 'conforming',
      reasons: [],
      totals: { passed: 2, failed: 0, warned: 0, inconclusive: 0, inapplicable: 0 },
    })
  })

  it.each([
    [[result('a/a', 'failed')], '1 MUST is violated'],
    [[result('a/a', 'failed'), result('a/b', 'failed')], '2 MUSTs are violated'],
  ])(
    'is non-conforming where a MUST is violated, whatever else could not be judged',
    (failed, reason) => {
      expect(concluded([...PASSED, UNDECIDED, ...failed], { observed: {} })).toMatchObject({
        verdict: 'non-conforming',
        reasons: [reason],
      })
    },
  )

  it('is non-conforming for a violated SHOULD only where it is strict', () => {
    const results = [...PASSED, result('a/a', 'warned')]
    expect(concluded(results).verdict).toBe('conforming')
    expect(concluded(results, { strict: true })).toMatchObject({
      verdict: 'non-conforming',
      reasons: ['1 SHOULD is violated'],
    })
  })

  it('is inconclusive where anything is, and says why', () => {
    expect(concluded([...PASSED, UNDECIDED])).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['1 requirement could not be judged: no answer'],
    })
  })

  it('says each reason once', () => {
    const all = [UNDECIDED, { ...UNDECIDED, id: 'deleted/c' }]
    expect(concluded([...PASSED, ...all]).reasons).toEqual([
      '2 requirements could not be judged: no answer',
    ])
    expect(concluded(all).reasons).toEqual(['no answer'])
  })

  it.each([
    ['there is nothing at all', []],
    ['everything is inapplicable', [result('deleted/a', 'inapplicable', 'made up')]],
  ])('is never conforming where %s', (_, results) => {
    for (const strict of [true, false]) {
      expect(concluded(results, { strict })).toMatchObject({
        verdict: 'inconclusive',
        reasons: ['no requirement was judged'],
      })
    }
  })

  it.each([
    [{ 200: 9 }, 404],
    [{ 404: 9 }, 200],
  ])('is inconclusive where only %j was seen', (observed, missing) => {
    expect(concluded(PASSED, { observed })).toMatchObject({
      verdict: 'inconclusive',
      reasons: [`status ${missing} was never observed`],
    })
  })

  it('needs one of the statuses that mean the same', () => {
    const document = {
      statuses: { deleted: 200, 'not-found': 404 },
      otherStatuses: { deleted: [204] },
    }
    const verdictOf = (observed: Facts['observed']) => concluded(PASSED, { document, observed })
    expect(verdictOf({ 204: 1, 404: 1 }).verdict).toBe('conforming')
    expect(verdictOf({ 200: 1, 404: 1 }).verdict).toBe('conforming')
    expect(verdictOf({ 404: 1 }).reasons).toEqual(['status 200 was never observed'])
  })

  it('needs of a partial run only the statuses that its families are about', () => {
    const selection = {
      only: ['deleted/'],
      skip: [],
      selected: 1,
      catalogue: 2,
      catalogueSha256: '',
    }
    const [deleted, notFound] = PASSED as [RequirementResult, RequirementResult]
    expect(concluded([deleted], { observed: { 200: 1 }, selection }).verdict).toBe('conforming')
    expect(concluded([notFound], { observed: { 404: 1 }, selection }).verdict).toBe('conforming')
    expect(concluded([notFound], { observed: { 200: 1 }, selection }).verdict).toBe('inconclusive')
  })

  it('needs every status that the user expects', () => {
    expect(concluded(PASSED, { expectedStatuses: [422] })).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['status 422 was never observed'],
    })
    const observed = { 200: 1, 404: 1, 422: 1 }
    expect(concluded(PASSED, { expectedStatuses: [422, 404], observed }).verdict).toBe('conforming')
  })
})
