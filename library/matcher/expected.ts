import type { Contract, Role } from '../../model/contract.ts'
import type { Answered } from '../../model/exchange.ts'
import { quote, type Violation } from '../../model/violation.ts'
import { UsageError } from '../usage-error.ts'

/** The answer that should have come: by its status, or by what that means in the document. */
export type Expected = number | Role

const ROLES: readonly Role[] = ['deleted', 'not-found', 'invalid']

/**
 * Everything wrong with an answer. Media type and body are held against what the document says of the
 * status that was received, so they are looked at only where the status is right.
 *
 * @param expected - undefined for any documented status
 * @throws UsageError if the document has no such answer
 */
export function violationsOf(
  answer: Answered,
  contract: Contract,
  expected: Expected | undefined,
): readonly Violation[] {
  const status = statusViolations(answer, contract, expected)
  if (status.length > 0) return status
  return [...contract.mediaTypeViolations(answer), ...contract.bodyViolations(answer)]
}

function statusViolations(
  exchange: Answered,
  contract: Contract,
  expected: Expected | undefined,
): readonly Violation[] {
  const { status } = exchange.response
  const documented = contract.responses.join(', ')
  if (expected === undefined) {
    if (contract.documents(status)) return []
    return [
      { exchange, where: '/status', expected: `one of ${documented}`, received: quote(status) },
    ]
  }
  const wanted = typeof expected === 'number' ? expected : statusOf(contract, expected)
  if (wanted === undefined || !contract.documents(wanted)) {
    const roles = ROLES.filter((role) => contract.statusOf(role) !== undefined).join(', ')
    throw new UsageError(
      `toMatchContract: found ${quote(expected)}, which is not documented; accepted are ${documented}, ${roles}`,
    )
  }
  if (status === wanted) return []
  return [{ exchange, where: '/status', expected: String(wanted), received: quote(status) }]
}

function statusOf(contract: Contract, role: Role): number | undefined {
  return ROLES.includes(role) ? contract.statusOf(role) : undefined
}
