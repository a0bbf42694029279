import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Format } from './format.ts'
import { bullets, codeSpan, fenced, plainText } from './markdown-text.ts'
import { obligation } from './obligation.ts'
import { type Field, fieldsOf } from './violation-fields.ts'
import {
  calledOf,
  counted,
  duration,
  filesSentence,
  findingsOf,
  gateLines,
  isToldElsewhere,
  judged,
  lossSentence,
  notableFacts,
  observedStatuses,
  present,
  statistics,
  verdictSentence,
} from './wording.ts'

/** Characters of a fact or a reason, and of the sentence about lost files of others. */
const SHOWN_REASON = 300
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
      for (const result of results) {
        // The finding that blocks it names it.
        if (!isToldElsewhere(report, result)) yield paragraphs(detail(report, result))
      }
    }
    yield paragraphs(inapplicable(report))
  },
}

function paragraphs(blocks: readonly string[]): string {
  return blocks.map((block) => `${block}\n\n`).join('')
}

function heading(report: Report): readonly string[] {
  const { target, verdict } = report
  const [decision, ...notes] = gateLines(report)
  const loss = lossSentence(report)
  return present([
    `# Conformance: ${verdict}`,
    `Target: ${codeSpan(target.url, SHOWN_REASON)}`,
    loss && `**Files of others:** ${codeSpan(loss, SHOWN_LOSS)}`,
    codeSpan(verdictSentence(report)),
    decision && `Gate: ${codeSpan(decision)}`,
    bullets(notes.map((note) => codeSpan(note))),
    bullets(facts(report)),
  ])
}

function facts(report: Report): readonly string[] {
  const { document, tool, seed, evidence, files } = report
  const shown = (text: string) => codeSpan(text, SHOWN_REASON)
  const title = shown(`${document.title} ${document.version}`)
  const ledger = files.ledger === undefined ? '' : `, listed in ${shown(files.ledger)}`
  return present([
    `answers: ${observedStatuses(report)}`,
    `document: ${title}, ${codeSpan(document.operation)}, SHA-256 ${codeSpan(document.sha256)}`,
    `seed: ${codeSpan(seed)}`,
    evidence &&
      `evidence: ${counted(evidence.lines, 'line')}, SHA-256 ${codeSpan(evidence.sha256)}`,
    `files: ${filesSentence(report, shown, NAMED_FILES)}${ledger}`,
    ...notableFacts(report).map(([name, fact]) => `${name.toLowerCase()}: ${shown(fact)}`),
    `program: ${codeSpan(`${tool.name} ${tool.version}`)}, ${duration(report.durationMs)}`,
    ...report.capabilities.map(
      ({ name, available, reason }) =>
        `${name}: ${available ? 'offered' : 'not offered'}, ${shown(reason)}`,
    ),
  ])
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
  const { id, level, source, reason = '' } = result
  const { blocks = [] } = findingsOf(report).find((one) => one.result === result) ?? {}
  const origin = [
    `source: ${codeSpan(citation(source))}`,
    reason && `reason: ${codeSpan(reason)}`,
    blocks.length > 0 && `blocks: ${blocks.map(({ id: blocked }) => codeSpan(blocked)).join(', ')}`,
  ]
  return present([
    `## ${calledOf(result)}: ${id} (${level})`,
    plainText(obligation(result)),
    bullets(present(origin)),
    ...fieldBlocks(fieldsOf(report, result)),
  ])
}

function fieldBlocks(fields: readonly Field[]): readonly string[] {
  const isCommand = ([name]: Field) => name === 'curl' || name === 'replay'
  const lines = fields.filter((field) => !isCommand(field))
  const facts = lines.map(([name, value]) => `${name.padEnd(9)} ${value}`)
  const commands = fields.filter(isCommand).map(([, value]) => value)
  return present([
    facts.length > 0 && fenced('text', facts),
    commands.length > 0 && fenced('sh', commands),
  ])
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
