import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import { excerpt } from './excerpt.ts'
import type { Format } from './format.ts'
import { inShort, type Outcome, outcomeOf } from './outcome.ts'
import { resultBlock } from './result-block.ts'
import { createStyle } from './style.ts'
import { verdictSentence } from './wording.ts'
import { element, startTag, textElement } from './xml.ts'

/** JUnit XML, in the form that Jenkins, GitLab and others read: a suite a family, a case a requirement. */
export const junit: Format = {
  name: 'junit',
  file: 'junit.xml',
  about: 'JUnit XML, for CI servers',
  *render({ report }) {
    const { requirements, tool, durationMs } = report
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    const time = (durationMs / 1000).toFixed(3)
    yield `${startTag('testsuites', { name: tool.name, ...totals(report, requirements), time })}\n`
    for (const { name } of report.families) yield `${suite(report, name)}\n`
    yield '</testsuites>\n'
  },
}

function suite(report: Report, family: string): string {
  const results = report.requirements.filter(({ id }) => familyOf(id) === family)
  // The format wants local time without a zone; UTC is what there is.
  const timestamp = report.started.replace(/(\.\d+)?Z$/, '')
  return element('testsuite', { name: family, ...totals(report, results), timestamp }, [
    properties({
      target: excerpt(report.target.url),
      verdict: excerpt(verdictSentence(report)),
      seed: excerpt(report.seed),
      document: excerpt(report.document.source),
      'document.sha256': report.document.sha256,
      tool: `${report.tool.name} ${report.tool.version}`,
    }),
    ...results.map((result) => testCase(report, result)),
  ])
}

function totals(report: Report, results: readonly RequirementResult[]) {
  const count = (outcome: Outcome) =>
    results.filter((result) => outcomeOf(report, result) === outcome).length
  return {
    tests: results.length,
    failures: count('failed'),
    errors: count('undecided'),
    skipped: count('skipped'),
  }
}

function testCase(report: Report, result: RequirementResult): string {
  const { id, level, title, source } = result
  return element('testcase', { classname: familyOf(id), name: id }, [
    properties({ level, title: excerpt(title), source: excerpt(citation(source)) }),
    ...outcome(report, result),
  ])
}

function outcome(report: Report, result: RequirementResult): readonly string[] {
  const text = () => resultBlock(report, result, createStyle(false))
  switch (outcomeOf(report, result)) {
    case 'failed':
      return [textElement('failure', { message: inShort(result), type: result.level }, text())]
    case 'undecided':
      return [textElement('error', { message: inShort(result), type: 'inconclusive' }, text())]
    case 'skipped':
      return [element('skipped', { message: inShort(result) })]
    case 'passed':
      return result.verdict === 'warned' ? [textElement('system-out', {}, text())] : []
  }
}

function properties(values: Readonly<Record<string, string>>): string {
  return element(
    'properties',
    {},
    Object.entries(values).map(([name, value]) => element('property', { name, value })),
  )
}
