import { createHash } from 'node:crypto'
import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif'
import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Format } from './format.ts'
import { documentUri, rfcUrl } from './links.ts'
import { obligation } from './obligation.ts'
import { excerpt, jsonText } from './printable.ts'
import { fieldsOf } from './violation-fields.ts'
import {
  excusesOf,
  findingsOf,
  inShort,
  isToldElsewhere,
  standingOf,
  verdictSentence,
} from './wording.ts'

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** Levels of results. SARIF's kind `open` would forbid a level (§3.27.10), but code scanning sorts by it. */
const LEVELS: Readonly<Partial<Record<Verdict, Result.level>>> = {
  failed: 'error',
  warned: 'warning',
  inconclusive: 'note',
}

/** SARIF 2.1.0: the requirements as rules, and a result for each that is violated or inconclusive, unless a finding blocks it. */
export const sarif: Format = {
  name: 'sarif',
  file: 'report.sarif',
  about: 'SARIF 2.1.0, for code scanning',
  *render({ report }) {
    const log: Log = { $schema: SCHEMA, version: '2.1.0', runs: [run(report)] }
    yield `${jsonText(log, 2)}\n`
  },
}

function run(report: Report): Run {
  const { tool, document, target, seed, started, durationMs, verdict } = report
  return {
    tool: {
      driver: { name: tool.name, version: tool.version, rules: report.requirements.map(rule) },
    },
    invocations: [
      {
        executionSuccessful: verdict !== 'inconclusive',
        startTimeUtc: started,
        endTimeUtc: new Date(Date.parse(started) + durationMs).toISOString(),
      },
    ],
    artifacts: [
      { location: { uri: documentUri(document) }, hashes: { 'sha-256': document.sha256 } },
    ],
    results: report.requirements.flatMap((result, index) => results(report, result, index)),
    properties: {
      target: excerpt(target.url),
      seed: excerpt(seed),
      verdict,
      sentence: excerpt(verdictSentence(report)),
      document: excerpt(`${document.title} ${document.version}`),
    },
  }
}

function rule(result: RequirementResult): ReportingDescriptor {
  const { id, level, source } = result
  const demand = excerpt(obligation(result))
  const helpUri = rfcUrl(source)
  return {
    id,
    // Code scanning wants all three texts, and shows the first as the title of an alert.
    shortDescription: { text: message(demand) },
    fullDescription: { text: message(`${demand} (${level})`) },
    help: { text: message(`${level}, from ${excerpt(citation(source))}`) },
    defaultConfiguration: { level: level === 'MUST' ? 'error' : 'warning' },
    ...(helpUri === undefined ? {} : { helpUri }),
    properties: { tags: [familyOf(id), level] },
  }
}

function results(report: Report, result: RequirementResult, ruleIndex: number): readonly Result[] {
  const level = LEVELS[result.verdict]
  if (level === undefined || isToldElsewhere(report, result)) return []
  const fields = fieldsOf(report, result)
  const { blocks = [] } = findingsOf(report).find((one) => one.result === result) ?? {}
  const shown = fields.filter(([name]) => ['request', 'response', 'replay'].includes(name))
  const text = [
    result.violations.length > 0
      ? inShort(result)
      : `${excerpt(obligation(result))}: ${inShort(result)}`,
    ...shown.map((one) => one.join(': ')),
  ]
  const justification = message(excusesOf(result))
  const place = `${result.id}\n${report.document.operation}`
  const hash = createHash('sha256').update(place).digest('hex')
  const linesOf = (name: string) =>
    fields.flatMap(([other, value]) => (other === name ? [value] : [])).join('\n')
  return [
    {
      ruleId: result.id,
      ruleIndex,
      level,
      message: { text: message(text.join('\n')) },
      locations: [location(report, result)],
      ...(blocks.length === 0
        ? {}
        : {
            relatedLocations: blocks.map((one) => ({
              ...location(report, one),
              message: { text: message(`blocks ${one.id}: ${excerpt(obligation(one))}`) },
            })),
          }),
      // What is accepted is suppressed from outside the code (§3.35).
      ...(standingOf(result) === undefined
        ? {}
        : { suppressions: [{ kind: 'external', status: 'accepted', justification }] }),
      // Code scanning tells alerts apart by this name only: the same in each run, whatever the answers.
      partialFingerprints: { primaryLocationLineHash: hash },
      properties: Object.fromEntries(fields.map(([name]) => [name, linesOf(name)])),
    },
  ]
}

function location({ document }: Report, { source }: RequirementResult): Location {
  const name = source.kind === 'document' ? source.pointer : document.operation
  return {
    physicalLocation: {
      artifactLocation: { uri: documentUri(document), index: 0 },
      // Code scanning wants a line; a report has only pointers.
      region: { startLine: 1 },
    },
    logicalLocations: [{ fullyQualifiedName: excerpt(name), kind: 'object' }],
  }
}

/** Escapes brackets and braces, so that a text is neither link nor placeholder (SARIF 2.1.0 §3.11.5, §3.11.6). */
function message(text: string): string {
  return text.replaceAll('](', '] (').replaceAll('{', '{{').replaceAll('}', '}}')
}
