import { createHash } from 'node:crypto'
import { RUN_ID } from '../../model/run-id.ts'
import type { Violation } from '../../model/violation.ts'

/** Digits that are enough to tell the violations of one requirement apart. */
const DIGITS = 12

const RUN_IDS = new RegExp(RUN_ID, 'g')

/**
 * Names a violation so that other runs recognise it: by requirement, place, status (none without an answer), what
 * was expected, and the kind of the received value. Leaves out what differs from run to run: the value itself, and
 * ids in what was expected.
 *
 * @returns lower-case hexadecimal digits
 */
export function fingerprintOf(requirement: string, violation: Violation): string {
  const { exchange, where, expected, received } = violation
  const lasting = [exchange.id, received].reduce<string>(
    (rest, one) => (one ? rest.replaceAll(one, '…') : rest),
    expected,
  )
  const named = [
    requirement,
    where.replaceAll(/\/\d+(?=\/|$)/g, '/*').replaceAll(RUN_IDS, '…'),
    exchange.response?.status,
    lasting.replaceAll(RUN_IDS, '…'),
    kindOf(received),
  ]
  return createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, DIGITS)
}

/** Names the violations of a case or an answer, each once. */
export function fingerprintsOf(
  requirement: string,
  violations: readonly Violation[],
): readonly string[] {
  return [...new Set(violations.map((one) => fingerprintOf(requirement, one)))]
}

/** Gives the kind of a received value, which is JSON or words. */
function kindOf(received: string): string {
  if (received.startsWith('"')) return 'string'
  if (received.startsWith('{')) return 'object'
  if (received.startsWith('[')) return 'array'
  if (/^-?\d/.test(received)) return 'number'
  return /^(?:nothing|null|true|false)$/.test(received) ? received : 'words'
}
