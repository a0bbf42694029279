import type { CTRFReport, Test, TestStatus } from 'ctrf'
import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Format } from './format.ts'
import { excerpt, jsonText } from './printable.ts'
import { resultBlock } from './terminal.ts'
import { inShort, type Outcome, outcomeOf, verdictSentence } from './wording.ts'

/** Version of the format, https://ctrf.io, that its validator knows. */
const SPEC_VERSION = '0.0.0'

const STATUSES: Readonly<Record<Outcome, TestStatus>> = {
  passed: 'passed',
  failed: 'failed',
  undecided: 'other',
  skipped: 'skipped',
}

/** Common Test Report Format: a test for each requirement, its verdict as the raw status. */
export const ctrf: Format = {
  name: 'ctrf',
  file: 'ctrf.json',
  about: 'Common Test Report Format, for dashboards',
  *render({ report }) {
    yield `${jsonText(ctrfReport(report), 2)}\n`
  },
}

function ctrfReport(report: Report): CTRFReport {
  const { tool, target, document, seed } = report
  const tests = report.requirements.map((result) => test(report, result))
  return {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    generatedBy: `${tool.name} ${tool.version}`,
    results: {
      tool: { name: tool.name, version: tool.version },
      summary: summary(report, tests),
      tests,
      environment: { testEnvironment: excerpt(target.url) },
      extra: {
        verdict: report.verdict,
        sentence: excerpt(verdictSentence(report)),
        seed: excerpt(seed),
        document: {
          source: excerpt(document.source),
          sha256: document.sha256,
          title: excerpt(document.title),
          version: excerpt(document.version),
          operation: excerpt(document.operation),
        },
      },
    },
  }
}

function summary(report: Report, tests: readonly Test[]): CTRFReport['results']['summary'] {
  const count = (status: TestStatus) => tests.filter((one) => one.status === status).length
  const start = Date.parse(report.started)
  const duration = Math.round(report.durationMs)
  return {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: 0,
    other: count('other'),
    suites: report.families.length,
    start,
    stop: start + duration,
    duration,
  }
}

function test(report: Report, result: RequirementResult): Test {
  const { id, level, title, source, verdict } = result
  const message = inShort(result)
  return {
    name: id,
    status: STATUSES[outcomeOf(report, result)],
    // A requirement that only judges the answers of others takes no time.
    duration: result.durationMs ?? 0,
    suite: [familyOf(id)],
    rawStatus: verdict,
    tags: [level],
    ...(message === '' ? {} : { message }),
    ...(verdict === 'passed' || verdict === 'inapplicable'
      ? {}
      : { trace: resultBlock(report, result) }),
    extra: { title: excerpt(title), source: excerpt(citation(source)), cases: result.cases },
  }
}
