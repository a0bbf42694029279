import type {
  RecordedExchange,
  Report,
  ReportedViolation,
  RequirementResult,
} from '../model/report.ts'
import { curlLines } from './curl.ts'
import { excerpt, shownCommand } from './excerpt.ts'
import { replayCommand } from './replay-command.ts'
import { excuseText } from './standing.ts'
import { duration } from './wording.ts'

/** One line of what is shown of a violation: its name, and a value that is printable and short. */
export type Field = readonly [name: FieldName, value: string]

type FieldName =
  | 'where'
  | 'expected'
  | 'received'
  | 'value'
  | 'shrinking'
  | 'waiver'
  | 'accepted'
  | 'request'
  | 'response'
  | 'body'
  | 'again'
  | 'replay'
  | 'seed'

/** What is shown of a result: a group for each violation, or for the exchange that left it undecided. */
export function fieldGroups(
  report: Report,
  { violations, exchanges }: RequirementResult,
): readonly (readonly Field[])[] {
  if (violations.length === 0) {
    return exchanges.slice(-1).map((exchange) => sentFields(report, exchange, exchange))
  }
  return distinct(violations).map((violation) => violationFields(report, violation, exchanges))
}

/** Other generated values that failed. */
export function otherValues({ violations }: RequirementResult): readonly string[] {
  const shown = distinct(violations)
  const values = violations
    .filter((one) => !shown.some((other) => other.case === one.case))
    .flatMap(({ counterexample }) => counterexample ?? [])
  return [...new Set(values)].map((value) => excerpt(value))
}

/** The first of each kind of violation, what is new before what was accepted: one says it as well as five. */
export function distinct(violations: readonly ReportedViolation[]): readonly ReportedViolation[] {
  const kindOf = ({ where, fingerprint }: ReportedViolation) => `${fingerprint} ${where}`
  const first = violations.filter(
    (violation, at) => violations.findIndex((one) => kindOf(one) === kindOf(violation)) === at,
  )
  const isNew = ({ excuse }: ReportedViolation) => excuse === undefined
  return [...first.filter(isNew), ...first.filter((one) => !isNew(one))]
}

function violationFields(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): readonly Field[] {
  const { where, expected, received, counterexample, shrinking } = violation
  return [
    ['where', excerpt(where)],
    ['expected', excerpt(expected)],
    ['received', excerpt(received)],
    ...optional('value', counterexample),
    ...optional('shrinking', shrinking),
    ['waiver', `by its fingerprint ${violation.fingerprint}`],
    ...optional('accepted', violation.excuse && excuseText(violation.excuse)),
    ...sentFields(report, violation, exchangeOf(violation, exchanges)),
  ]
}

/** The exchange that a violation names. */
function exchangeOf(
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): RecordedExchange | undefined {
  return exchanges.find(
    (one) =>
      one.requirement === violation.requirement &&
      one.case === violation.case &&
      one.step === violation.step,
  )
}

/** What was sent and came back, and how to have it again. */
function sentFields(
  report: Report,
  place: Pick<ReportedViolation, 'requirement' | 'case'>,
  exchange: RecordedExchange | undefined,
): readonly Field[] {
  return [
    ...(exchange === undefined ? [] : exchangeFields(report, exchange)),
    ['replay', shownCommand(replayCommand(report, place))],
    ['seed', excerpt(`${report.seed}, ${place.requirement} case ${place.case}`)],
  ]
}

function exchangeFields(report: Report, exchange: RecordedExchange): readonly Field[] {
  const { request, response, failure, durationMs } = exchange
  const sent: Field = ['request', excerpt(`${request.method} ${request.target}`)]
  // An upload is kept by its digest only, so no line of a shell can send it.
  const lines =
    request.body !== undefined && 'sha256' in request.body ? [] : curlLines(report, exchange)
  const again = lines.map((line): Field => ['again', shownCommand(line)])
  if (response === undefined) {
    return [sent, ['response', excerpt(`none: ${failure?.message}`)], ...again]
  }
  const { encoding, value } = response.body
  const type = response.headers.find(([name]) => name === 'content-type')?.[1] ?? 'no content-type'
  return [
    sent,
    ['response', `${response.status}, ${excerpt(type)}, ${duration(durationMs)}`],
    ...optional('body', value === '' ? undefined : value, encoding === 'base64' ? ' (base64)' : ''),
    ...again,
  ]
}

function optional(name: FieldName, value: string | undefined, note = ''): readonly Field[] {
  return value === undefined ? [] : [[name, excerpt(value) + note]]
}
