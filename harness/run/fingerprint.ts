import { createHash } from 'node:crypto'
import { RUN_ID } from '../../model/run-id.ts'
import type { Violation } from '../../model/violation.ts'

/** Digits of a fingerprint: enough to tell the violations of one requirement apart. */
const DIGITS = 12

/**
 * Names what is wrong, so that it can be known again in another run: the requirement, the place, the
 * status of the answer, what was expected, and of what kind the value received is. Not the value itself,
 * nor an id that stands in what was expected: those are others each time.
 *
 * @returns lower-case hexadecimal digits
 */
export function fingerprintOf(requirement: string, violation: Violation): string {
  const { exchange, where, expected, received } = violation
  const named = [
    requirement,
    without(where.replaceAll(/\/\d+(?=\/|$)/g, '/*'), []),
    exchange.response.status,
    without(expected, [exchange.id, received]),
    kindOf(received),
  ]
  return createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, DIGITS)
}

/** The fingerprints of a case or an answer, each once. */
export function fingerprintsOf(
  requirement: string,
  violations: readonly Violation[],
): readonly string[] {
  return [...new Set(violations.map((one) => fingerprintOf(requirement, one)))]
}

const MARK = new RegExp(RUN_ID, 'g')

/** Text without what is another in each run. */
function without(text: string, others: readonly (string | undefined)[]): string {
  return others
    .filter((one) => one !== undefined && one.length > 0)
    .reduce<string>((rest, one) => rest.replaceAll(one as string, '…'), text)
    .replaceAll(MARK, '…')
}

/** `received` is a value as JSON, or words. */
function kindOf(received: string): string {
  if (received.startsWith('"')) return 'string'
  if (received.startsWith('{')) return 'object'
  if (received.startsWith('[')) return 'array'
  if (/^-?\d/.test(received)) return 'number'
  return ['nothing', 'null', 'true', 'false'].find((word) => received === word) ?? 'words'
}
