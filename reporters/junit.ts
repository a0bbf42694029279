import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Format } from './format.ts'
import { excerpt } from './printable.ts'
import { resultBlock } from './terminal.ts'
import { inShort, type Outcome, outcomeOf, verdictSentence } from './wording.ts'
import { element, startTag, textElement } from './xml.ts'

/** JUnit XML as Jenkins, GitLab and others read it: a suite for each family, a case for each requirement. */
export const junit: Format = {
  name: 'junit',
  file: 'junit.xml',
  about: 'JUnit XML, for CI servers',
  *render({ report }) {
    const { requirements, tool, durationMs } = report
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    const all = { name: tool.name, ...totals(report, requirements), time: seconds(durationMs) }
    yield `${startTag('testsuites', all)}\n`
    for (const { name } of report.families) yield `${suite(report, name)}\n`
    yield '</testsuites>\n'
  },
}

function suite(report: Report, family: string): string {
  const { target, seed, document, tool } = report
  const results = report.requirements.filter(({ id }) => familyOf(id) === family)
  // The format wants local time without a zone; the report has UTC.
  const timestamp = report.started.replace(/(\.\d+)?Z$/, '')
  const time = seconds(results.reduce((sum, one) => sum + (one.durationMs ?? 0), 0))
  return element('testsuite', { name: family, ...totals(report, results), time, timestamp }, [
    properties({
      target: excerpt(target.url),
      verdict: excerpt(verdictSentence(report)),
      seed: excerpt(seed),
      document: excerpt(document.source),
      'document.sha256': document.sha256,
      tool: `${tool.name} ${tool.version}`,
    }),
    ...results.map((result) => testCase(report, result)),
  ])
}

/** Writes a time as the format wants it. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
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
  const time = seconds(result.durationMs ?? 0)
  return element('testcase', { classname: familyOf(id), name: id, time }, [
    properties({ level, title: excerpt(title), source: excerpt(citation(source)) }),
    ...outcomeElements(report, result),
  ])
}

function outcomeElements(report: Report, result: RequirementResult): readonly string[] {
  const text = () => resultBlock(report, result)
  const message = inShort(result)
  switch (outcomeOf(report, result)) {
    case 'failed':
      return [textElement('failure', { message, type: result.level }, text())]
    case 'undecided':
      return [textElement('error', { message, type: 'inconclusive' }, text())]
    case 'skipped':
      return [element('skipped', { message })]
    case 'passed':
      return result.verdict === 'warned' ? [textElement('system-out', {}, text())] : []
  }
}

function properties(values: Readonly<Record<string, string>>): string {
  const all = Object.entries(values).map(([name, value]) => element('property', { name, value }))
  return element('properties', {}, all)
}
