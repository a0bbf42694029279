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
export type Field = readonly [name: string, value: string]

/** Describes a result: a group of fields for each violation, or for the exchange that left it inconclusive. */
export function fieldGroups(
  report: Report,
  { violations, exchanges }: RequirementResult,
): readonly (readonly Field[])[] {
  if (violations.length === 0) {
    return exchanges.slice(-1).map((exchange) => caseFields(report, exchange, exchange))
  }
  return distinct(violations).map((violation) => {
    const { requirement, case: caseKey, step } = violation
    const atFault = exchanges.find(
      (one) => one.requirement === requirement && one.case === caseKey && one.step === step,
    )
    return [...violationFields(violation), ...caseFields(report, violation, atFault)]
  })
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
  const kinds = violations.map(({ fingerprint, where }) => `${fingerprint} ${where}`)
  return violations
    .filter((_, at) => kinds.indexOf(kinds[at] ?? '') === at)
    .sort((one, other) => Number(!!one.excuse) - Number(!!other.excuse))
}

function violationFields(violation: ReportedViolation): readonly Field[] {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['where', violation.where],
    ['expected', violation.expected],
    ['received', violation.received],
    ['value', violation.counterexample],
    ['shrinking', violation.shrinking],
    ['waiver', `fingerprint ${violation.fingerprint}`],
    ['accepted', violation.excuse && excuseText(violation.excuse)],
  ]
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, excerpt(value)]]))
}

function caseFields(
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
  const type = response?.headers.find(([name]) => name === 'content-type')?.[1]
  const received =
    response === undefined
      ? excerpt(`none: ${failure?.message}`)
      : `${response.status}, ${excerpt(type ?? 'no content-type')}, ${duration(durationMs)}`
  const { value = '', encoding } = response?.body ?? {}
  const body = excerpt(value) + (encoding === 'base64' ? ' (base64)' : '')
  // A report holds only the digest of an upload: no shell line can send it.
  const isUpload = request.body !== undefined && 'sha256' in request.body
  const lines = isUpload ? [] : curlLines(report, exchange)
  return [
    ['request', excerpt(`${request.method} ${request.target}`)],
    ['response', received],
    ...(value === '' ? [] : [['body', body] as const]),
    ...lines.map((line) => ['again', shownCommand(line)] as const),
  ]
}
