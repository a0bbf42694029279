import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Log, Run } from 'sarif'
import { describe, expect, it } from 'vitest'
import type { Findings } from '../../reporters/format.ts'
import { sarif } from '../../reporters/sarif.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL, shapeOf } from './hostile.ts'
import { findingsOf, madeUpReport, rendered } from './made-up-report.ts'

// The schema is of draft 4, but uses nothing that later drafts read differently.
const { $schema: _, id: __, ...definition } = schema
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const isValid = ajv.compile(definition)

/** Parses a log, and expects it to be valid by the schema of the format. */
function parsed(findings: Findings): Run {
  const log = JSON.parse(rendered(sarif, findings)) as Log
  isValid(log)
  expect(isValid.errors ?? []).toEqual([])
  return log.runs[0] as Run
}

describe('a SARIF log', () => {
  it('is as it was', async () => {
    await expect(rendered(sarif, findingsOfEveryVerdict)).toMatchFileSnapshot('golden/report.sarif')
  })

  it('has a rule for each requirement, and a result for each that is not met', () => {
    const { tool, results = [] } = parsed(findingsOfEveryVerdict)
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual(
      reportOfEveryVerdict.requirements.map(({ id }) => id),
    )
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['not-found/any-string', 'error'],
      ['invalid/location', 'warning'],
      ['effect/content', 'note'],
    ])
    for (const { ruleId, ruleIndex = -1 } of results) {
      expect(tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId)
    }
  })

  it('leads to the section of an RFC', () => {
    const rules = parsed(findingsOfEveryVerdict).tool.driver.rules ?? []
    expect(rules.flatMap(({ helpUri }) => helpUri ?? [])).toEqual([
      'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.21',
    ])
  })

  it('places a result in the document, by its path and the pointer into it', () => {
    const [first] = parsed(findingsOfEveryVerdict).results ?? []
    const [location] = first?.locations ?? []
    expect(location?.physicalLocation?.artifactLocation?.uri).toBe('spec/openai-api-swagger.yaml')
    expect(location?.logicalLocations?.[0]?.fullyQualifiedName).toBe(
      '/components/schemas/ErrorResponseModel',
    )
  })

  it('knows a violation again when another value shows it', () => {
    const fingerprints = (text: string) =>
      parsed(findingsFull(text)).results?.map(({ partialFingerprints }) => partialFingerprints)
    const moved = (text: string) => {
      const { report, exchanges } = findingsFull(text)
      return { report: { ...report, document: reportOfEveryVerdict.document }, exchanges }
    }
    expect(parsed(moved('a')).results?.map((one) => one.partialFingerprints)).toEqual(
      parsed(moved('b')).results?.map((one) => one.partialFingerprints),
    )
    expect(new Set(fingerprints('a')?.map((one) => JSON.stringify(one))).size).toBe(3)
  })

  it('has no link and no placeholder in a message', () => {
    for (const text of ['[a](http://evil.invalid)', '{0}']) {
      const messages = parsed(findingsFull(text)).results?.map(({ message }) => message.text ?? '')
      expect(messages).toHaveLength(3)
      expect(messages?.join('\n')).not.toMatch(/\]\(|(?<!\{)\{\d/)
    }
  })

  it('is valid where nothing was chosen', () => {
    expect(parsed(findingsOf(madeUpReport())).results).toEqual([])
  })

  it('is refused by its schema where it is wrong', () => {
    expect(isValid({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
  })

  it.each(HOSTILE)('keeps its structure whatever the target sends: %s', (_, text) => {
    const output = rendered(sarif, findingsFull(text))
    expect(output).not.toMatch(RAW_CONTROL)
    expect(output.length).toBeLessThan(100_000)
    expect(shapeOf(parsed(findingsFull(text)))).toEqual(shapeOf(parsed(findingsFull(HARMLESS))))
  })
})
