import { createHash } from 'node:crypto'
import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif'
import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Verdict } from '../model/verdict.ts'
import { documentUri } from './document-uri.ts'
import { excerpt } from './excerpt.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { inShort } from './outcome.ts'
import { excusesOf, standingOf } from './standing.ts'
import { fieldGroups } from './violation-fields.ts'
import { verdictSentence } from './wording.ts'

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * A doubt is a note: SARIF's own kind `open` forbids a level (§3.27.10), by which code scanning sorts.
 */
const LEVELS: Readonly<Partial<Record<Verdict, Result.level>>> = {
  failed: 'error',
  warned: 'warning',
  inconclusive: 'note',
}

/** SARIF 2.1.0: the requirements as rules, and a result for each that is violated or undecided. */
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

function rule({ id, level, title, source }: RequirementResult): ReportingDescriptor {
  return {
    id,
    // Code scanning asks for all three.
    shortDescription: { text: message(excerpt(title)) },
    fullDescription: { text: message(`${excerpt(title)} (${level})`) },
    help: { text: message(`${level}, from ${excerpt(citation(source))}`) },
    defaultConfiguration: { level: level === 'MUST' ? 'error' : 'warning' },
    ...(source.kind === 'rfc'
      ? { helpUri: `https://www.rfc-editor.org/rfc/rfc${source.rfc}#section-${source.section}` }
      : {}),
    properties: { tags: [familyOf(id), level] },
  }
}

function results(report: Report, result: RequirementResult, ruleIndex: number): readonly Result[] {
  const level = LEVELS[result.verdict]
  if (level === undefined) return []
  const [fields = []] = fieldGroups(report, result)
  const seen = fields
    .filter(([name]) => name === 'request' || name === 'response' || name === 'replay')
    .map(([name, value]) => `${name}: ${value}`)
  return [
    {
      ruleId: result.id,
      ruleIndex,
      level,
      message: {
        text: message([`${excerpt(result.title)}: ${inShort(result)}`, ...seen].join('\n')),
      },
      locations: [location(report, result)],
      ...suppressed(result),
      // Code scanning tells alerts apart by this name only.
      partialFingerprints: { primaryLocationLineHash: fingerprint(report, result) },
      properties: Object.fromEntries(
        fields.map(([name]) => [
          name,
          fields
            .filter(([other]) => other === name)
            .map(([, value]) => value)
            .join('\n'),
        ]),
      ),
    },
  ]
}

/** What was accepted is suppressed from outside the code (SARIF 2.1.0 §3.35). */
function suppressed(result: RequirementResult): Pick<Result, 'suppressions'> {
  if (standingOf(result) === undefined) return {}
  const justification = message(excusesOf(result).join('; '))
  return { suppressions: [{ kind: 'external', status: 'accepted', justification }] }
}

/** The same in each run for the same requirement and operation, whatever was sent and came back. */
function fingerprint({ document }: Report, { id }: RequirementResult): string {
  return createHash('sha256').update(`${id}\n${document.operation}`).digest('hex')
}

function location({ document }: Report, { source }: RequirementResult): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: documentUri(document), index: 0 },
      // Code scanning wants a line; a report knows pointers only.
      region: { startLine: 1 },
    },
    logicalLocations: [
      {
        fullyQualifiedName: excerpt(
          source.kind === 'document' ? source.pointer : document.operation,
        ),
        kind: 'object',
      },
    ],
  }
}

/** Text that is neither link nor placeholder, whatever brackets it holds (SARIF 2.1.0 §3.11.5, §3.11.6). */
function message(text: string): string {
  return text.replaceAll('](', '] (').replaceAll('{', '{{').replaceAll('}', '}}')
}
