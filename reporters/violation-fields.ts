import type {
  RecordedExchange,
  Report,
  ReportedViolation,
  RequirementResult,
} from '../model/report.ts'
import { curlLines, replayCommand } from './commands.ts'
import { excerpt, shownCommand } from './printable.ts'
import { duration, excuseText } from './wording.ts'

/** Line that describes a violation: its name, and a value that is printable and short. */
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

/** Describes a result: a group of fields for each violation, or for the exchange that left it inconclusive. */
export function fieldGroups(
  report: Report,
  { violations, exchanges }: RequirementResult,
): readonly (readonly Field[])[] {
  if (violations.length === 0) {
    return exchanges.slice(-1).map((exchange) => caseFields(report, exchange, exchange))
  }
  return distinct(violations).map((violation) => violationFields(report, violation, exchanges))
}

/** Lists the generated values that failed in other cases than those described. */
export function otherValues({ violations }: RequirementResult): readonly string[] {
  const described = new Set(distinct(violations).map((one) => one.case))
  const values = violations
    .filter((one) => !described.has(one.case))
    .flatMap(({ counterexample }) => counterexample ?? [])
  return [...new Set(values)].map((value) => excerpt(value))
}

/** Picks the first violation of each kind, new ones before accepted ones. */
export function distinct(violations: readonly ReportedViolation[]): readonly ReportedViolation[] {
  const firsts = new Map<string, ReportedViolation>()
  for (const one of violations) {
    const kind = `${one.fingerprint} ${one.where}`
    if (!firsts.has(kind)) firsts.set(kind, one)
  }
  return [...firsts.values()].sort((one, other) => Number(!!one.excuse) - Number(!!other.excuse))
}

function violationFields(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): readonly Field[] {
  const { requirement, case: caseKey, step } = violation
  const atFault = exchanges.find(
    (one) => one.requirement === requirement && one.case === caseKey && one.step === step,
  )
  return [
    ...field('where', violation.where),
    ...field('expected', violation.expected),
    ...field('received', violation.received),
    ...field('value', violation.counterexample),
    ...field('shrinking', violation.shrinking),
    ...field('waiver', `fingerprint ${violation.fingerprint}`),
    ...field('accepted', violation.excuse && excuseText(violation.excuse)),
    ...caseFields(report, violation, atFault),
  ]
}

function caseFields(
  report: Report,
  place: Pick<ReportedViolation, 'requirement' | 'case'>,
  exchange: RecordedExchange | undefined,
): readonly Field[] {
  return [
    ...(exchange === undefined ? [] : exchangeFields(report, exchange)),
    ['replay', shownCommand(replayCommand(report, place))],
    ...field('seed', `${report.seed}, ${place.requirement} case ${place.case}`),
  ]
}

function exchangeFields(report: Report, exchange: RecordedExchange): readonly Field[] {
  const { request, response, failure } = exchange
  // A report holds only the digest of an upload: no shell line can send it.
  const isUpload = request.body !== undefined && 'sha256' in request.body
  const lines = isUpload ? [] : curlLines(report, exchange)
  return [
    ...field('request', `${request.method} ${request.target}`),
    ...(response === undefined
      ? field('response', `none: ${failure?.message}`)
      : responseFields(response, exchange.durationMs)),
    ...lines.map((line): Field => ['again', shownCommand(line)]),
  ]
}

function responseFields(
  { status, headers, body }: NonNullable<RecordedExchange['response']>,
  durationMs: number,
): readonly Field[] {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? 'no content-type'
  const note = body.encoding === 'base64' ? ' (base64)' : ''
  return [
    ['response', `${status}, ${excerpt(type)}, ${duration(durationMs)}`],
    ...(body.value === '' ? [] : ([['body', excerpt(body.value) + note]] as const)),
  ]
}

function field(name: FieldName, value: string | undefined): readonly Field[] {
  return value === undefined ? [] : [[name, excerpt(value)]]
}
