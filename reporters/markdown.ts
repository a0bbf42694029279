import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { familyOf } from '../model/requirement.ts'
import type { Format } from './format.ts'
import { gateNotes, gateSentence } from './gate-wording.ts'
import { codeSpan, fenced, plainText } from './markdown-text.ts'
import { idsSentence, lossSentence, notSentSentence, othersSentence } from './others.ts'
import { calledOf } from './standing.ts'
import { type Field, fieldGroups, otherValues } from './violation-fields.ts'
import {
  broughtAlongSentence,
  counted,
  duration,
  judged,
  observedStatuses,
  statistics,
  verdictSentence,
} from './wording.ts'

/** Characters of a reason in a list. */
const SHOWN_REASON = 300

/** Files that are named; the ledger names all. */
const NAMED_FILES = 20

/** A summary in Markdown, for the page of a CI run or a pull request. */
export const markdown: Format = {
  name: 'markdown',
  file: 'summary.md',
  about: 'a summary in Markdown, for the page of a CI run',
  *render({ report }) {
    yield paragraphs(heading(report))
    yield paragraphs(families(report))
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

/** Characters of the sentence on files of others. */
const SHOWN_LOSS = 1_000

function fact(name: string, sentence: string | undefined): readonly string[] {
  return sentence === undefined ? [] : [`${name}: ${codeSpan(sentence, SHOWN_REASON)}`]
}

function heading(report: Report): readonly string[] {
  const { target, document, tool, verdict, seed, evidence } = report
  const loss = lossSentence(report)
  const facts = [
    `observed: ${observedStatuses(report)}`,
    `document: ${codeSpan(`${document.title} ${document.version}`, SHOWN_REASON)}, ${codeSpan(document.operation)}, SHA-256 ${codeSpan(document.sha256)}`,
    `seed: ${codeSpan(seed)}`,
    ...(evidence === undefined
      ? []
      : [`evidence: ${counted(evidence.lines, 'line')}, SHA-256 ${codeSpan(evidence.sha256)}`]),
    `files: ${files(report)}`,
    ...fact('files of others', othersSentence(report)),
    ...fact('beside', broughtAlongSentence(report)),
    ...fact('ids', idsSentence(report)),
    ...fact('not sent', notSentSentence(report)),
    `program: ${codeSpan(`${tool.name} ${tool.version}`)}, ${duration(report.durationMs)}`,
    ...report.capabilities.map(
      ({ name, available, reason }) =>
        `${name}: ${available ? 'offered' : 'not offered'}, ${codeSpan(reason, SHOWN_REASON)}`,
    ),
  ]
  return [
    `# Conformance: ${verdict}`,
    `Target: ${codeSpan(target.url, SHOWN_REASON)}`,
    ...(loss === undefined ? [] : [`**Files of others:** ${codeSpan(loss, SHOWN_LOSS)}`]),
    codeSpan(verdictSentence(report)),
    ...(report.gate === undefined
      ? []
      : [
          `Gate: ${codeSpan(gateSentence(report.gate))}`,
          list(gateNotes(report).map((line) => codeSpan(line))),
        ]),
    list(facts),
  ]
}

function files({ files: { created, left, ledger } }: Report): string {
  if (left.length === 0) return `${counted(created, 'file')} of this run, none left behind`
  const named = left.slice(0, NAMED_FILES).map((name) => codeSpan(name, SHOWN_REASON))
  const others = left.length > NAMED_FILES ? ` and ${left.length - NAMED_FILES} more` : ''
  const noted = ledger === undefined ? '' : `, noted in ${codeSpan(ledger, SHOWN_REASON)}`
  return `${counted(created, 'file')} of this run, left behind: ${named.join(', ')}${others}${noted}`
}

function families({ families: named, requirements }: Report): readonly string[] {
  const rows = named.map(({ name, subject }) => {
    const results = requirements.filter(({ id }) => familyOf(id) === name)
    return `| ${name} | ${plainText(subject)} | ${statistics(results)} | ${judged(results)} |`
  })
  return [
    ['| family | about | verdicts | judged |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ]
}

/** A violated or undecided requirement, and the exchanges that show it. */
function detail(report: Report, result: RequirementResult): readonly string[] {
  const { id, level, title, source, reason = '' } = result
  const others = otherValues(result)
  return [
    `## ${calledOf(result)}: ${id} (${level})`,
    plainText(title),
    list([
      `source: ${codeSpan(citation(source))}`,
      ...(reason === '' ? [] : [`reason: ${codeSpan(reason)}`]),
    ]),
    ...fieldGroups(report, result).flatMap(shown),
    ...(others.length === 0 ? [] : [`Also:`, list(others.map((value) => codeSpan(value)))]),
  ]
}

function shown(fields: readonly Field[]): readonly string[] {
  const isCommand = ([name]: Field) => name === 'again' || name === 'replay'
  const facts = fields.filter((field) => !isCommand(field))
  return [
    fenced(
      'text',
      facts.map(([name, value]) => `${name.padEnd(9)} ${value}`),
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
  const lines = results.map(({ id, reason = '' }) => `${id}: ${codeSpan(reason, SHOWN_REASON)}`)
  return [
    `<details>\n<summary>${counted(results.length, 'requirement')} inapplicable</summary>`,
    list(lines),
    '</details>',
  ]
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
