import { styleText } from 'node:util'
import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import type { Verdict } from '../model/verdict.ts'
import { cleanupCommand } from './commands.ts'
import { excerpt, printable } from './printable.ts'
import { type Field, fieldGroups, otherValues } from './violation-fields.ts'
import {
  calledOf,
  duration,
  filesSentence,
  gateLines,
  inShort,
  judged,
  lossSentence,
  notableFacts,
  observedStatuses,
  present,
  standingOf,
  statistics,
  undecided,
  verdictSentence,
} from './wording.ts'

/** Colours for a terminal, or none. */
export interface Style {
  verdict(verdict: keyof typeof COLOURS, text: string): string
  dim(text: string): string
  bold(text: string): string
}

const COLOURS = {
  passed: 'green',
  conforming: 'green',
  failed: 'red',
  'non-conforming': 'red',
  warned: 'yellow',
  inconclusive: 'yellow',
  inapplicable: 'gray',
} as const

export function createStyle(coloured: boolean): Style {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text
  return {
    verdict: (verdict, text) => style(COLOURS[verdict], text),
    dim: (text) => style('dim', text),
    bold: (text) => style('bold', text),
  }
}

const PLAIN = createStyle(false)

/** Verdicts, the one first by which the line of a family is coloured. */
const SEVERITY: readonly Verdict[] = ['failed', 'warned', 'inconclusive', 'inapplicable', 'passed']

const GATE_COLOURS = {
  open: 'passed',
  closed: 'failed',
  undecided: 'inconclusive',
  stale: 'failed',
} as const

/** Writes the line of a family whose requirements all have a verdict. */
export function familyLine(
  name: string,
  results: readonly RequirementResult[],
  style: Style,
): string {
  const worst =
    SEVERITY.find((verdict) => results.some((one) => one.verdict === verdict)) ?? 'passed'
  const text = `${style.verdict(worst, statistics(results).padEnd(36))} ${style.dim(judged(results))}`
  return `  ${name.padEnd(12)} ${text}`
}

/** Writes what follows the lines of the families: violations, what could not be judged, the verdict. */
export function closing(report: Report, style: Style): string {
  const loss = lossSentence(report)
  const accepted = report.requirements.filter((one) => standingOf(one) !== undefined)
  const others = report.requirements.filter((one) => standingOf(one) === undefined)
  const withVerdict = (verdict: Verdict) => others.filter((one) => one.verdict === verdict)
  const violated = [...withVerdict('failed'), ...withVerdict('warned')]
  const blocks = present([
    loss && `${style.verdict('failed', 'FILES OF OTHERS')} ${printable(loss)}`,
    ...violated.map((one) => resultBlock(report, one, style)),
    list('ACCEPTED', accepted, (one) => `${one.id} (${one.level}): ${inShort(one)}`),
    ...undecided(report, 'inconclusive').map(({ reason, ids, isBlocked }) => {
      const word = isBlocked ? 'BLOCKED' : 'INCONCLUSIVE'
      const heading = `${style.verdict('inconclusive', word)} ${style.bold(ids.join(', '))}`
      return `${heading}\n${fieldLine('reason', printable(reason))}`
    }),
    list(
      style.verdict('inapplicable', 'INAPPLICABLE'),
      withVerdict('inapplicable'),
      ({ id, reason = '' }) => `${id}: ${printable(reason)}`,
    ),
    summary(report, style),
  ])
  return blocks.map((block) => `\n${block}\n`).join('')
}

/** Writes a line for each result below a heading; nothing, if there are none. */
function list(
  heading: string,
  results: readonly RequirementResult[],
  line: (result: RequirementResult) => string,
): string | undefined {
  if (results.length === 0) return undefined
  return [heading, ...results.map((one) => `  ${line(one)}`)].join('\n')
}

function summary(report: Report, style: Style): string {
  const { target, files, gate, verdict } = report
  const sentence = style.verdict(verdict, printable(verdictSentence(report)))
  const [decision = '', ...notes] = gateLines(report)
  const facts: readonly (readonly [string, string])[] = [
    ['Observed', observedStatuses(report)],
    ...notableFacts(report),
    ['Files', filesSentence(report)],
  ]
  const line = (name: string, text: string) => `${name.padEnd(9)} ${text}`
  return present([
    ...facts.map(([name, fact]) => line(name, printable(fact))),
    files.ledger !== undefined &&
      line('', `remove with: ${cleanupCommand(target.url, files.ledger)}`),
    line('Verdict', `${sentence} in ${duration(report.durationMs)}`),
    gate && line('Gate', style.verdict(GATE_COLOURS[gate.verdict], printable(decision))),
    ...notes.map((note) => line('', printable(note))),
  ]).join('\n')
}

/** Writes a requirement that is violated or inconclusive: its title, its source, and the exchange that shows why. */
export function resultBlock(
  report: Report,
  result: RequirementResult,
  style: Style = PLAIN,
): string {
  const { id, level, title, source, verdict, reason = '' } = result
  return [
    `${style.verdict(verdict, calledOf(result).toUpperCase())} ${style.bold(id)} (${level})`,
    `  ${excerpt(title)}`,
    fieldLine('source', excerpt(citation(source))),
    ...(reason === '' ? [] : [fieldLine('reason', excerpt(reason))]),
    ...fieldGroups(report, result).flatMap((fields) => ['', ...fieldLines(fields, style)]),
    ...otherValues(result).map((value) => fieldLine('also', value)),
  ].join('\n')
}

function fieldLines(fields: readonly Field[], style: Style): readonly string[] {
  return fields.map(([name, value], at) => {
    if (name === 'where') return fieldLine(name, style.bold(value))
    if (name === 'body') return fieldLine(name, style.dim(value))
    return fieldLine(fields[at - 1]?.[0] === name ? '' : name, value)
  })
}

/**
 * Writes a name and a value. Text of a target never comes first in a line: a runner of GitHub Actions
 * would take `::error::` for a command there, even after spaces.
 */
function fieldLine(name: string, value: string): string {
  return `    ${name.padEnd(9)} ${value}`
}
