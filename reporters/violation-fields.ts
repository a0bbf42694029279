import type {
  RecordedExchange,
  Report,
  ReportedViolation,
  RequirementResult,
} from '../model/report.ts'
import { replayCommand } from './commands.ts'
import { excerpt, isShort, printable } from './printable.ts'
import { reproduction } from './reproduction.ts'
import { duration, excuseText, firstOf } from './wording.ts'

/** Line that describes a violation: its name, and a value that is printable and short. */
export type Field = readonly [name: string, value: string]

/** Characters of a request target, and of a value in a line with others. */
const SHOWN_TARGET = 160
const SHOWN_BESIDE = 100

/** Further violations of a result that have a line, and further values that are named. */
const ALSO = 3

/** Describes a result: its first violation, or the exchange that left it inconclusive, and further violations by a line. */
export function fieldsOf(report: Report, result: RequirementResult): readonly Field[] {
  const { violations, exchanges } = result
  const [first, ...others] = distinct(violations)
  const values = otherValues(violations)
  if (first === undefined) {
    const last = exchanges.at(-1)
    return last === undefined ? [] : caseFields(report, last, last)
  }
  return [
    ...violationFields(first),
    ...caseFields(report, first, exchangeOf(first, exchanges)),
    ...others.slice(0, ALSO).map((one) => ['also', inOneLine(one, exchanges)] as const),
    ...(others.length > ALSO ? [['also', `and ${others.length - ALSO} more`] as const] : []),
    ...(values.length > 0 ? [['also', firstOf(values, ALSO)] as const] : []),
  ]
}

/** Picks the first violation of each kind, new ones before accepted ones. */
export function distinct(violations: readonly ReportedViolation[]): readonly ReportedViolation[] {
  const kinds = violations.map(({ fingerprint, where }) => `${fingerprint} ${where}`)
  return violations
    .filter((_, at) => kinds.indexOf(kinds[at] ?? '') === at)
    .sort((one, other) => Number(!!one.excuse) - Number(!!other.excuse))
}

/** Finds the exchange at fault, if it was kept. */
export function exchangeOf(
  { requirement, case: caseKey, step }: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): RecordedExchange | undefined {
  return exchanges.find(
    (one) => one.requirement === requirement && one.case === caseKey && one.step === step,
  )
}

/** Writes a request in one line, a long target cut. */
export function requestLine({ request }: RecordedExchange): string {
  return `${excerpt(request.method, SHOWN_TARGET)} ${excerpt(request.target, SHOWN_TARGET)}`
}

/** Gives the command that replays a case, or a comment if it is too long to be shown. */
function shownReplay(
  report: Report,
  place: Pick<ReportedViolation, 'requirement' | 'case'>,
): string {
  const command = replayCommand(report, place)
  return isShort(command) ? printable(command) : '# too long to show'
}

/** Lists the generated values that failed in other cases than those described. */
function otherValues(violations: readonly ReportedViolation[]): readonly string[] {
  const described = new Set(distinct(violations).map((one) => one.case))
  const values = violations
    .filter((one) => !described.has(one.case))
    .flatMap(({ counterexample }) => counterexample ?? [])
  return [...new Set(values)].map((value) => excerpt(value, SHOWN_BESIDE))
}

function inOneLine(violation: ReportedViolation, exchanges: readonly RecordedExchange[]): string {
  const { where, expected, received, fingerprint } = violation
  const [at, wanted, got] = [where, expected, received].map((one) => excerpt(one, SHOWN_BESIDE))
  const exchange = exchangeOf(violation, exchanges)
  const request = exchange === undefined ? '' : `${requestLine(exchange)}, `
  return `${at} expected ${wanted}, received ${got} (${request}fingerprint ${fingerprint})`
}

function violationFields(violation: ReportedViolation): readonly Field[] {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['expected', violation.expected],
    ['received', violation.received],
    // A waiver names the fingerprint.
    ['where', `${excerpt(violation.where)} (fingerprint ${violation.fingerprint})`],
    ['value', violation.counterexample],
    ['shrinking', violation.shrinking],
    ['accepted', violation.excuse && excuseText(violation.excuse)],
  ]
  return fields.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, excerpt(value)] as const],
  )
}

function caseFields(
  report: Report,
  place: Pick<ReportedViolation, 'requirement' | 'case'>,
  exchange: RecordedExchange | undefined,
): readonly Field[] {
  return [
    ...(exchange === undefined ? [] : exchangeFields(report, exchange)),
    ['replay', shownReplay(report, place)],
  ]
}

function exchangeFields(report: Report, exchange: RecordedExchange): readonly Field[] {
  const { response, failure, durationMs } = exchange
  const type = response?.headers.find(([name]) => name === 'content-type')?.[1]
  const received =
    response === undefined
      ? excerpt(`none: ${failure?.message}`)
      : `${response.status}, ${excerpt(type ?? 'no content-type', SHOWN_BESIDE)}, ${duration(durationMs)}`
  const { value = '', encoding } = response?.body ?? {}
  const body = excerpt(value) + (encoding === 'base64' ? ' (base64)' : '')
  const lines = reproduction(report, exchange)
  return [
    ['request', requestLine(exchange)],
    ['response', received],
    ...(value === '' ? [] : [['body', body] as const]),
    ...lines.map((line) => ['curl', printable(line)] as const),
  ]
}
