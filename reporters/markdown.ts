import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Format } from './format.ts'
import { bullets, codeSpan, fenced, plainText } from './markdown-text.ts'
import { type Field, fieldGroups, otherValues } from './violation-fields.ts'
import {
  calledOf,
  counted,
  duration,
  firstOf,
  gateNotes,
  gateSentence,
  judged,
  lossSentence,
  notableFacts,
  observedStatuses,
  statistics,
  verdictSentence,
} from './wording.ts'

/** Characters of a reason in a list. */
const SHOWN_REASON = 300

/** Characters of the sentence about lost files of others. */
const SHOWN_LOSS = 1_000

/** Files that are named; the ledger names all. */
const NAMED_FILES = 20

/** Summary in Markdown, for the page of a CI run or a pull request. */
export const markdown: Format = {
  name: 'markdown',
  file: 'summary.md',
  about: 'a summary in Markdown, for the page of a CI run',
  *render({ report }) {
    yield paragraphs(heading(report))
    yield paragraphs([families(report)])
    for (const verdict of ['failed', 'warned', 'inconclusive'] as const) {
      const results = report.requirements.filter((one) => one.verdict === verdict)
      for (const result of results) yield paragraphs(detail(report, result))
    }
    yield paragraphs(inapplicable(report))
  },
}

function paragraphs(blocks: readonly string[]): string {
  return blocks.map((block) => `${block}\n\n`).join('')
}

function heading(report: Report): readonly string[] {
  const { target, verdict, gate } = report
  const loss = lossSentence(report)
  return [
    `# Conformance: ${verdict}`,
    `Target: ${codeSpan(target.url, SHOWN_REASON)}`,
    ...(loss === undefined ? [] : [`**Files of others:** ${codeSpan(loss, SHOWN_LOSS)}`]),
    codeSpan(verdictSentence(report)),
    ...(gate === undefined
      ? []
      : [
          `Gate: ${codeSpan(gateSentence(gate))}`,
          bullets(gateNotes(report).map((note) => codeSpan(note))),
        ]),
    bullets(facts(report)),
  ]
}

function facts(report: Report): readonly string[] {
  const { document, tool, seed, evidence } = report
  const title = codeSpan(`${document.title} ${document.version}`, SHOWN_REASON)
  return [
    `observed: ${observedStatuses(report)}`,
    `document: ${title}, ${codeSpan(document.operation)}, SHA-256 ${codeSpan(document.sha256)}`,
    `seed: ${codeSpan(seed)}`,
    ...(evidence === undefined
      ? []
      : [`evidence: ${counted(evidence.lines, 'line')}, SHA-256 ${codeSpan(evidence.sha256)}`]),
    `files: ${files(report)}`,
    ...notableFacts(report).map(
      ([name, sentence]) => `${name.toLowerCase()}: ${codeSpan(sentence, SHOWN_REASON)}`,
    ),
    `program: ${codeSpan(`${tool.name} ${tool.version}`)}, ${duration(report.durationMs)}`,
    ...report.capabilities.map(
      ({ name, available, reason }) =>
        `${name}: ${available ? 'offered' : 'not offered'}, ${codeSpan(reason, SHOWN_REASON)}`,
    ),
  ]
}

function files({ files: { created, left, ledger } }: Report): string {
  const made = `${counted(created, 'file')} of this run`
  if (left.length === 0) return `${made}, none left behind`
  const named = left.map((name) => codeSpan(name, SHOWN_REASON))
  const listed = ledger === undefined ? '' : `, listed in ${codeSpan(ledger, SHOWN_REASON)}`
  return `${made}, left behind: ${firstOf(named, NAMED_FILES)}${listed}`
}

function families({ families: named, requirements }: Report): string {
  const rows = named.map(({ name, subject }) => {
    const results = requirements.filter(({ id }) => familyOf(id) === name)
    return `| ${name} | ${plainText(subject)} | ${statistics(results)} | ${judged(results)} |`
  })
  return ['| family | about | verdicts | judged |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** Writes the section of a violated or inconclusive requirement, with the exchanges that show why. */
function detail(report: Report, result: RequirementResult): readonly string[] {
  const { id, level, title, source, reason = '' } = result
  const others = otherValues(result)
  return [
    `## ${calledOf(result)}: ${id} (${level})`,
    plainText(title),
    bullets([
      `source: ${codeSpan(citation(source))}`,
      ...(reason === '' ? [] : [`reason: ${codeSpan(reason)}`]),
    ]),
    ...fieldGroups(report, result).flatMap(fieldBlocks),
    ...(others.length === 0 ? [] : ['Also:', bullets(others.map((value) => codeSpan(value)))]),
  ]
}

function fieldBlocks(fields: readonly Field[]): readonly string[] {
  const isCommand = ([name]: Field) => name === 'again' || name === 'replay'
  const lines = fields.filter((field) => !isCommand(field))
  return [
    fenced(
      'text',
      lines.map(([name, value]) => `${name.padEnd(9)} ${value}`),
    ),
    fenced(
      'sh',
      fields.filter(isCommand).map(([, value]) => value),
    ),
  ]
}

function inapplicable({ requirements }: Report): readonly string[] {
  const results = requirements.filter(({ verdict }) => verdict === 'inapplicable')
  if (results.length === 0) return []
  return [
    `<details>\n<summary>${counted(results.length, 'requirement')} inapplicable</summary>`,
    bullets(results.map(({ id, reason = '' }) => `${id}: ${codeSpan(reason, SHOWN_REASON)}`)),
    '</details>',
  ]
}
