import type {
  RecordedExchange,
  Report,
  ReportedViolation,
  RequirementResult,
} from '../model/report.ts'
import { citation } from '../model/source.ts'
import type { Verdict } from '../model/verdict.ts'
import { curlLines, shellQuoted } from './curl.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { counted, duration, observedStatuses, tally, verdictSentence } from './wording.ts'

/** Characters of a body that are shown. */
const SHOWN_BODY = 600

const SEVERITY: readonly Verdict[] = ['failed', 'warned', 'inconclusive', 'inapplicable', 'passed']

/** The line of a family whose requirements are all decided. */
export function familyLine(
  name: string,
  results: readonly RequirementResult[],
  style: Style,
): string {
  const worst =
    SEVERITY.find((verdict) => results.some((one) => one.verdict === verdict)) ?? 'passed'
  const text = `${style.verdict(worst, tally(results).padEnd(36))} ${style.dim(judged(results))}`
  return `  ${name.padEnd(12)} ${text}`
}

/** How much stands behind the verdicts of a family: its cases, or the answers that it watched. */
function judged(results: readonly RequirementResult[]): string {
  const count = (unit: 'case' | 'answer') =>
    results.filter(({ cases }) => cases.unit === unit).map(({ cases }) => cases.judged)
  const cases = count('case').reduce((sum, one) => sum + one, 0)
  return cases > 0
    ? `${counted(cases, 'case')} judged`
    : `${counted(Math.max(0, ...count('answer')), 'answer')} judged`
}

/** Everything after the family lines: what went wrong, what was observed, the verdict. */
export function closing(report: Report, style: Style): string {
  const blocks = [
    ...withVerdict(report, 'failed').map((one) => violationBlock(report, one, style)),
    ...withVerdict(report, 'warned').map((one) => violationBlock(report, one, style)),
    ...undecided(report, style),
    ...inapplicable(report, style),
    summary(report, style),
  ]
  return blocks.map((block) => `\n${block}\n`).join('')
}

function withVerdict(report: Report, verdict: Verdict): readonly RequirementResult[] {
  return report.requirements.filter((one) => one.verdict === verdict)
}

/** A violated requirement: what it says, where it comes from, and the exchange that violates it. */
export function violationBlock(report: Report, result: RequirementResult, style: Style): string {
  const { id, level, title, source, verdict, reason = '', violations, exchanges } = result
  const shown = distinct(violations)
  return [
    `${style.verdict(verdict, verdict.toUpperCase())} ${style.bold(id)} (${level})`,
    `  ${title}`,
    field('source', citation(source)),
    field('count', reason),
    ...shown.flatMap((violation) => violationLines(report, violation, exchanges, style)),
    ...others(violations, shown),
  ].join('\n')
}

/** The first violation at each place: one says it as well as five. */
function distinct(violations: readonly ReportedViolation[]): readonly ReportedViolation[] {
  return violations.filter(
    ({ where }, at) => violations.findIndex((one) => one.where === where) === at,
  )
}

/** Other generated values that failed, a line each. */
function others(
  violations: readonly ReportedViolation[],
  shown: readonly ReportedViolation[],
): readonly string[] {
  const values = violations
    .filter((one) => !shown.some((other) => other.case === one.case))
    .flatMap(({ counterexample }) => counterexample ?? [])
  return [...new Set(values)].map((value) => field('also', printable(shortened(value))))
}

function violationLines(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
  style: Style,
): readonly string[] {
  const exchange = exchanges.find(
    (one) =>
      one.requirement === violation.requirement &&
      one.case === violation.case &&
      one.step === violation.step,
  )
  const { counterexample, shrinking } = violation
  return [
    '',
    field('where', style.bold(printable(violation.where))),
    field('expected', printable(violation.expected)),
    field('received', printable(violation.received)),
    ...(counterexample === undefined ? [] : [field('value', printable(shortened(counterexample)))]),
    ...(shrinking === undefined ? [] : [field('shrinking', shrinking)]),
    ...(exchange === undefined ? [] : exchangeLines(exchange, style)),
    ...(exchange === undefined
      ? []
      : curlLines(report, exchange).map((line, at) =>
          field(at === 0 ? 'again' : '', printable(line)),
        )),
    field('seed', `${report.seed}, ${violation.requirement} case ${violation.case}`),
  ]
}

function exchangeLines(exchange: RecordedExchange, style: Style): readonly string[] {
  const { request, response, failure, durationMs } = exchange
  const sent = field('request', printable(`${request.method} ${shortened(request.target)}`))
  if (response === undefined)
    return [sent, field('response', printable(`none: ${failure?.message}`))]
  const { encoding, value } = response.body
  const type = response.headers.find(([name]) => name === 'content-type')?.[1] ?? 'no content-type'
  return [
    sent,
    field('response', `${response.status}, ${printable(type)}, ${duration(durationMs)}`),
    ...(value === ''
      ? []
      : [
          field(
            '',
            style.dim(printable(shortened(value)) + (encoding === 'base64' ? ' (base64)' : '')),
          ),
        ]),
  ]
}

function undecided(report: Report, style: Style): readonly string[] {
  const byReason = new Map<string, string[]>()
  for (const { id, reason = '' } of withVerdict(report, 'inconclusive')) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), id])
  }
  // What holds for all of them is said by the verdict.
  const telling = [...byReason].filter(([, ids]) => ids.length < report.requirements.length)
  return telling.map(([reason, ids]) =>
    [
      `${style.verdict('inconclusive', 'INCONCLUSIVE')} ${style.bold(ids.join(', '))}`,
      `  ${printable(reason)}`,
    ].join('\n'),
  )
}

function inapplicable(report: Report, style: Style): readonly string[] {
  const results = withVerdict(report, 'inapplicable')
  if (results.length === 0) return []
  const lines = results.map(({ id, reason = '' }) => `  ${id}: ${printable(reason)}`)
  return [[style.verdict('inapplicable', 'INAPPLICABLE'), ...lines].join('\n')]
}

function summary(report: Report, style: Style): string {
  const { files, verdict } = report
  return [
    `Observed  ${observedStatuses(report)}`,
    `Files     ${counted(files.created, 'file')} of this run, ${files.left.length === 0 ? 'none left behind' : `left behind: ${files.left.map(printable).join(', ')}`}`,
    ...(files.ledger === undefined
      ? []
      : [`          remove with: delete-conformance cleanup ${shellQuoted(files.ledger)}`]),
    `Verdict   ${style.verdict(verdict, printable(verdictSentence(report)))} in ${duration(report.durationMs)}`,
  ].join('\n')
}

function field(name: string, value: string): string {
  return `    ${name.padEnd(9)} ${value}`
}

function shortened(text: string): string {
  return text.length > SHOWN_BODY
    ? `${text.slice(0, SHOWN_BODY)}… (${text.length} characters)`
    : text
}
