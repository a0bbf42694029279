import type { RecordedExchange, Report, ReportedViolation } from '../../model/report.ts'
import { printable } from '../../reporters/printable.ts'

/** One thing that is wrong with a server, found by hand. */
export interface Cause {
  /** Requirement that it violates. */
  readonly requirement: string
  /** Place in the answer, as violations name it. */
  readonly where: string
  /** Matches its exchanges, as {@link lineOf} writes them. */
  readonly shows: RegExp
  /** A sentence. */
  readonly happens: string
  /** A sentence. */
  readonly right: string
}

/** Violations of one requirement whose cases go wrong at one place first. */
export interface Finding {
  readonly requirement: string
  readonly where: string
  readonly violations: readonly Shown[]
}

/** Violation by its exchanges, a line each. */
interface Shown {
  readonly exchange: string
  /** Whole case, its exchange included. */
  readonly case: readonly string[]
}

/** Lists in sentences where findings and causes are not one to one; none if they are. */
export function compareCauses(
  causes: readonly Cause[],
  findings: readonly Finding[],
): readonly string[] {
  const told = findings.map((finding) => {
    const shown = finding.violations.map((violation) => causesOf(violation, causes))
    return { finding, causes: new Set(shown.flat()), rest: shown.findIndex((one) => !one.length) }
  })
  const ofCauses = causes.flatMap((cause) => {
    const tellers = told.filter((one) => one.causes.has(cause)).map(({ finding }) => finding)
    if (tellers.length === 0) return [`missing: ${nameOf(cause)}: ${cause.happens}`]
    if (tellers.length > 1)
      return [`split: ${tellers.map(nameOf).join(', ')} all tell: ${cause.happens}`]
    return tellers.some((one) => nameOf(one) === nameOf(cause))
      ? []
      : [`elsewhere: ${tellers.map(nameOf)} tells, in place of ${nameOf(cause)}: ${cause.happens}`]
  })
  const ofFindings = told.flatMap(({ finding, causes, rest }) => [
    ...(causes.size > 1
      ? [`merged: ${nameOf(finding)} tells ${[...causes].map((one) => one.happens).join(' And: ')}`]
      : []),
    ...(rest >= 0 ? [`extra: ${nameOf(finding)}: ${finding.violations[rest]?.exchange}`] : []),
  ])
  return [...ofCauses, ...ofFindings]
}

/** Gives the causes that an exchange shows; if it shows none, those that the rest of its case shows. */
function causesOf({ exchange, case: lines }: Shown, causes: readonly Cause[]): readonly Cause[] {
  const own = causes.filter(({ shows }) => shows.test(exchange))
  return own.length > 0 ? own : causes.filter(({ shows }) => lines.some((line) => shows.test(line)))
}

function nameOf({ requirement, where }: Pick<Finding, 'requirement' | 'where'>): string {
  return `${requirement} at ${where}`
}

/** Gathers the findings of a run by requirement and place. */
export function findingsOf(report: Report): readonly Finding[] {
  return report.requirements
    .filter(({ verdict }) => verdict === 'failed' || verdict === 'warned')
    .flatMap(({ id, violations, exchanges }) => {
      const firstOf = (one: ReportedViolation) =>
        violations.find((other) => isSameCase(one, other))?.where ?? one.where
      return [...new Set(violations.map(firstOf))].map((where) => ({
        requirement: id,
        where,
        violations: violations
          .filter((one) => firstOf(one) === where)
          .map((one) => shownOf(one, exchanges, report)),
      }))
    })
}

function shownOf(
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
  report: Report,
): Shown {
  const ofCase = exchanges.filter((one) => isSameCase(one, violation))
  const own = ofCase.find(({ step }) => step === violation.step)
  return {
    exchange: own === undefined ? '' : lineOf(own, report),
    case: ofCase.map((one) => lineOf(one, report)),
  }
}

type InCase = Pick<RecordedExchange, 'requirement' | 'case'>

function isSameCase(one: InCase, other: InCase): boolean {
  return one.requirement === other.requirement && one.case === other.case
}

/** Characters that show which answer it is. */
const SHOWN_ANSWER = 160

/**
 * Writes an exchange as a line that is the same in every run:
 * `DELETE /v1/files/<id> → 404 {"detail":"Not Found"}`.
 */
export function lineOf({ request, response }: RecordedExchange, report: Report): string {
  const isOdd = report.target.authenticated && request.credentials !== 'configured'
  const token = isOdd ? ` (token: ${request.credentials})` : ''
  const allowed = response?.headers.find(([name]) => name.toLowerCase() === 'allow')
  const allow = response?.status === 405 && allowed ? ` (Allow: ${allowed[1]})` : ''
  const body = response?.body.value.trim().replaceAll(/\s+/g, ' ')
  const answer = withoutIds(response ? `${response.status}${allow} ${body}` : 'no answer', report)
  const asked = withoutIds(`${request.method} ${request.target}${token}`, report)
  const rest = answer.length > SHOWN_ANSWER ? '…' : ''
  return printable(`${asked} → ${answer.slice(0, SHOWN_ANSWER)}${rest}`)
}

/** Ids with enough digits that no word looks like one. */
const LONG = /\b(?:[a-z]+[_-])+(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,})\b/g

/** Writes `<id>` for ids of uploaded files, and `<made-up>` for the run id, of which made-up ones consist. */
function withoutIds(text: string, { requirements, runId = '' }: Report): string {
  const uploads = requirements
    .flatMap(({ exchanges }) => exchanges)
    .filter(({ action }) => action === 'create')
    .flatMap(({ response }) => response?.body.value.match(/"id": ?"([^"]+)"/)?.[1] ?? [])
  return [...uploads, LONG]
    .reduce<string>((rest, id) => rest.replaceAll(id, '<id>'), text)
    .replaceAll(runId || /$^/g, '<made-up>')
    .replaceAll(/(?:%[0-9A-F]{2}[\w-]?){10,}/gi, '<percent-encoded>')
}
