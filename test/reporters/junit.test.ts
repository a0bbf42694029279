import { describe, expect, it } from 'vitest'
import { junit } from '../../reporters/junit.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL } from './hostile.ts'
import { findingsOf, madeUpReport, madeUpResult, rendered } from './made-up-report.ts'
import { elementsOf, outlineOf, parsedXml } from './xml-outline.ts'

const root = parsedXml(rendered(junit, findingsOfEveryVerdict))

/** Finds the test case of a requirement. */
function testCase(id: string, from = root) {
  return elementsOf(from, 'testcase').find((one) => one.getAttribute('name') === id)
}

describe('JUnit XML', () => {
  it('is as it was', async () => {
    await expect(rendered(junit, findingsOfEveryVerdict)).toMatchFileSnapshot('golden/junit.xml')
  })

  it('has a suite for each family and a case for each requirement, passed ones included', () => {
    const names = (element: string) =>
      elementsOf(root, element).map((one) => one.getAttribute('name'))
    expect(names('testsuite')).toEqual(reportOfEveryVerdict.families.map(({ name }) => name))
    expect(names('testcase')).toEqual(reportOfEveryVerdict.requirements.map(({ id }) => id))
  })

  it.each([
    ['deleted/existing-file', ['properties']],
    ['not-found/any-string', ['properties', 'failure']],
    ['invalid/location', ['properties', 'system-out']],
    ['effect/content', ['properties', 'error']],
    ['security/token', ['properties', 'skipped']],
  ])('says of %s by its elements what became of it: %j', (id, children) => {
    const elements = [...(testCase(id)?.childNodes ?? [])].filter(({ nodeType }) => nodeType === 1)
    expect(elements.map(({ nodeName }) => nodeName)).toEqual(children)
  })

  it('takes a warned requirement for a failure where the run is strict', () => {
    const { options } = reportOfEveryVerdict
    const report = { ...reportOfEveryVerdict, options: { ...options, strict: true } }
    const strict = parsedXml(rendered(junit, findingsOf(report)))
    expect(strict.getAttribute('failures')).toBe('2')
    expect(elementsOf(strict, 'failure').map((one) => one.getAttribute('type'))).toEqual([
      'MUST',
      'SHOULD',
    ])
  })

  it('counts in each suite what its cases say, and all of them above', () => {
    const counts = ['tests', 'failures', 'errors', 'skipped']
    const elements = ['testcase', 'failure', 'error', 'skipped']
    for (const suite of [root, ...elementsOf(root, 'testsuite')]) {
      expect(counts.map((name) => suite.getAttribute(name))).toEqual(
        elements.map((name) => String(elementsOf(suite, name).length)),
      )
    }
  })

  it('gives the time of the whole run in seconds', () => {
    expect(root.getAttribute('time')).toBe('1.234')
  })

  it('gives each case the time of its requirement, and each suite the sum', () => {
    const times = (element: string) =>
      elementsOf(root, element).map((one) => one.getAttribute('time'))
    expect(times('testcase')).toEqual(['0.038', '0.412', '0.000', '0.000', '0.000'])
    const ofFamily = ['deleted/a', 'deleted/b'].map((id) => madeUpResult({ id, durationMs: 1_500 }))
    const report = madeUpReport({ requirements: ofFamily })
    const [suite] = elementsOf(parsedXml(rendered(junit, findingsOf(report))), 'testsuite')
    expect(suite?.getAttribute('time')).toBe('3.000')
  })

  it('shows source, request, response, curl and replay command of a violation', () => {
    const text = testCase('not-found/any-string')?.textContent ?? ''
    for (const shown of [
      '/components/schemas/ErrorResponseModel',
      'DELETE /api/v1/files/ghijklmnopqrstuv%27',
      '500, application/json',
      'syntax error',
      'curl -sS',
      '--replay not-found/any-string:2:0',
    ]) {
      expect(text).toContain(shown)
    }
  })

  it('is whole where nothing was chosen', () => {
    expect(parsedXml(rendered(junit, findingsOf(madeUpReport()))).getAttribute('tests')).toBe('0')
  })

  const outline = (text: string) => outlineOf(parsedXml(rendered(junit, findingsFull(text))))

  it.each(HOSTILE)('keeps its elements whatever the target sends: %s', (_, text) => {
    const output = rendered(junit, findingsFull(text))
    expect(output).not.toMatch(RAW_CONTROL)
    expect(output.length).toBeLessThan(100_000)
    expect(outline(text)).toEqual(outline(HARMLESS))
  })
})
