import { styleText } from 'node:util'
import { citation } from '../model/contract.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import type { Verdict } from '../model/verdict.ts'
import { shortened } from '../model/violation.ts'
import { cleanupCommand } from './commands.ts'
import { obligation } from './obligation.ts'
import { excerpt, printable } from './printable.ts'
import { type Field, fieldsOf } from './violation-fields.ts'
import {
  blocksSentence,
  calledOf,
  duration,
  type Finding,
  filesSentence,
  findingsOf,
  firstOf,
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
import { wrapped } from './wrapped.ts'

/** Colours and width of a terminal, or none. */
export interface Style {
  /** Undefined where long lines are left as they are. */
  readonly columns: number | undefined
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

export function createStyle(coloured: boolean, columns?: number): Style {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text
  return {
    columns,
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
  const tookMs = results.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0)
  const took = tookMs === 0 ? '' : ` in ${duration(tookMs)}`
  const text = `${style.verdict(worst, statistics(results))} ${style.dim(`(${judged(results)} judged${took})`)}`
  return wrapped(`  ${name.padEnd(12)} ${text}`, style.columns, 15)
}

/** Characters of a request target in the line of an exchange. */
const SHOWN_TARGET = 100

/** Writes an exchange on one line: the request, its outcome, and the case that sent it. */
export function exchangeLine(exchange: Exchange, style: Style): string {
  const { request, response, failure, durationMs, attempts } = exchange
  const asked = `${request.method} ${excerpt(shortened(request.target, SHOWN_TARGET))}`
  const outcome =
    response === undefined ? excerpt(failure?.message ?? 'no answer') : response.status
  const again = attempts > 1 ? `, ${attempts} attempts` : ''
  const by = `${exchange.requirement}:${exchange.case}`
  return `  ${asked} → ${outcome} in ${duration(durationMs)}${again}  ${style.dim(by)}`
}

/** Files left behind that are named; the ledger names all. */
const NAMED_FILES = 3

/** Characters of the line of inapplicable requirements. */
const SHOWN_INAPPLICABLE = 160

/**
 * Writes what follows the lines of the families: findings, what could not be judged, the verdict.
 *
 * @param options.isQuiet - whether to leave out what asks nobody to do anything
 * @param options.isEmbedded - whether the target was the embedded reference server
 */
export function closing(
  report: Report,
  style: Style,
  { isQuiet = false, isEmbedded = false }: ClosingOptions = {},
): string {
  const loss = lossSentence(report)
  const findings = findingsOf(report)
  const isAccepted = ({ result }: Finding) => standingOf(result) !== undefined
  const violated = (verdict: Verdict) =>
    findings.filter((one) => one.result.verdict === verdict && !isAccepted(one))
  const blocks = present([
    loss &&
      wrapped(`${style.verdict('failed', 'FILES OF OTHERS')} ${printable(loss)}`, style.columns, 2),
    ...[...violated('failed'), ...violated('warned')].map(({ result }) =>
      resultBlock(report, result, style),
    ),
    list('ACCEPTED', findings.filter(isAccepted).map(acceptedLine), style),
    ...undecided(report, 'inconclusive').map(({ reason, ids, isBlocked }) => {
      // The finding that blocks them names them.
      if (isBlocked) return undefined
      const heading = `${style.verdict('inconclusive', 'INCONCLUSIVE')} ${style.bold(firstOf(ids))}`
      return `${wrapped(heading, style.columns, 2)}\n${fieldLine('reason', excerpt(reason), style)}`
    }),
    !isQuiet &&
      list(
        style.verdict('inapplicable', 'INAPPLICABLE'),
        undecided(report, 'inapplicable').map(({ ids, reason }) => {
          const names = firstOf(ids, 1)
          const most = SHOWN_INAPPLICABLE - names.length
          const shown = reason.length > most ? `${reason.slice(0, most)}…` : reason
          return `${names}: ${printable(shown)}`
        }),
        style,
      ),
    summary(report, style, { isQuiet, isEmbedded }),
  ])
  return blocks.map((block) => `\n${block}\n`).join('')
}

function acceptedLine(finding: Finding): string {
  const { id, level } = finding.result
  const blocks = blocksSentence(finding)
  return `${id} (${level}): ${inShort(finding.result)}${blocks === undefined ? '' : `; blocks ${blocks}`}`
}

/** Writes lines below a heading; nothing, if there are none. */
function list(heading: string, lines: readonly string[], { columns }: Style): string | undefined {
  if (lines.length === 0) return undefined
  return [heading, ...lines.map((line) => wrapped(`  ${line}`, columns, 4))].join('\n')
}

interface ClosingOptions {
  readonly isQuiet?: boolean | undefined
  readonly isEmbedded?: boolean
}

/** Words beside a verdict that says nothing of any server of the user. */
const EMBEDDED = ': the embedded reference server, not yours; -t URL tests yours'

function summary(report: Report, style: Style, { isQuiet, isEmbedded }: ClosingOptions): string {
  const { target, files, gate, verdict } = report
  const sentence = style.verdict(verdict, printable(verdictSentence(report)))
  const [decision = '', ...notes] = gateLines(report)
  const facts: readonly (readonly [string, string])[] = [
    ['Answers', observedStatuses(report)],
    ...notableFacts(report),
    ['Files', filesSentence(report, undefined, NAMED_FILES)],
  ]
  const line = (name: string, text: string) =>
    wrapped(`${name.padEnd(9)} ${text}`, style.columns, 10)
  return present([
    ...facts
      .filter(([name]) => !isQuiet || (name === 'Files' && files.left.length > 0))
      .map(([name, fact]) => line(name, printable(fact))),
    files.ledger !== undefined &&
      // A command can be copied in one line.
      `          remove with: ${cleanupCommand(target.url, files.ledger)}`,
    line('Verdict', `${sentence} in ${duration(report.durationMs)}${isEmbedded ? EMBEDDED : ''}`),
    gate && line('Gate', style.verdict(GATE_COLOURS[gate.verdict], printable(decision))),
    ...notes.map((note) => line('', printable(note))),
  ]).join('\n')
}

/** Writes a requirement that is violated or inconclusive: what it demands, what came instead, and the exchange that shows it. */
export function resultBlock(
  report: Report,
  result: RequirementResult,
  style: Style = PLAIN,
): string {
  const { id, level, source, verdict, reason = '' } = result
  const finding = findingsOf(report).find((one) => one.result === result)
  const blocks = finding && blocksSentence(finding)
  const demand = excerpt(obligation(result))
  const fields = fieldsOf(report, result)
  const compared = fields.findIndex(([name]) => name === 'where') + 1
  return [
    `${style.verdict(verdict, calledOf(result).toUpperCase())} ${style.bold(id)} (${level})`,
    wrapped(
      `  ${demand}${finding && reason !== '' ? `: ${excerpt(reason)}` : ''}`,
      style.columns,
      4,
    ),
    ...fieldLines(fields.slice(0, compared), style),
    ...(finding || reason === '' ? [] : [fieldLine('reason', excerpt(reason), style)]),
    fieldLine('source', excerpt(citation(source)), style),
    ...(blocks === undefined ? [] : [fieldLine('blocks', blocks, style)]),
    ...fieldLines(fields.slice(compared), style),
  ].join('\n')
}

function fieldLines(fields: readonly Field[], style: Style): readonly string[] {
  return fields.map(([name, value], at) => {
    const shown = fields[at - 1]?.[0] === name ? '' : name
    // A command can be copied in one line.
    if (name === 'curl' || name === 'replay') return fieldLine(shown, value, PLAIN)
    if (name === 'expected' || name === 'received') {
      return fieldLine(shown, style.bold(value), style)
    }
    return fieldLine(shown, name === 'body' ? style.dim(value) : value, style)
  })
}

/**
 * Writes a name and a value. Text of a target never comes first in a line: a runner of GitHub Actions
 * would take `::error::` for a command there, even after spaces.
 */
function fieldLine(name: string, value: string, { columns }: Style): string {
  return wrapped(`    ${name.padEnd(9)} ${value}`, columns, 14)
}
