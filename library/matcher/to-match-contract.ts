import type { Contract, Role } from '../../model/contract.ts'
import { UsageError } from '../../model/errors.ts'
import { type Answered, headerValues, type Response } from '../../model/exchange.ts'
import { quote, type Violation } from '../../model/violation.ts'
import { printable } from '../../reporters/printable.ts'
import { Undecidable } from '../../spec/body-check.ts'
import { responseOf } from './received.ts'

/** Result of a matcher. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** Expected answer: its status, or the meaning of its status in the document. */
export type Expected = number | Role

const ROLES: readonly Role[] = ['deleted', 'not-found', 'invalid']

/**
 * Matches an answer to a deletion against the document: status, media type, and body. It is for
 * `expect.extend` of vitest and jest.
 *
 * @param received - a `Response` of `fetch`, the result of undici's `request`, or `{ status, headers, body }`
 * @param contract - from `loadContract`
 * @param expected - the status, or `deleted`, `not-found`, `invalid`; without it, any documented status
 * @returns a promise if the body is not read yet: then `await expect(…)`
 * @throws UsageError if a value is no answer or no contract, or the expected answer is not documented. `.not`
 *   cannot pass for such a reason.
 * @throws Error if the body cannot be judged in bounded time, as by a pattern that backtracks without end
 */
export function toMatchContract(
  received: unknown,
  contract: Contract,
  expected?: Expected,
): MatcherResult | Promise<MatcherResult> {
  if (typeof contract?.bodyViolations !== 'function') {
    throw new UsageError(
      'toMatchContract: found no contract, accepted is what loadContract resolves to',
    )
  }
  const judge = (response: Response) => judged(answerWith(response, contract), contract, expected)
  const response = responseOf(received)
  return response instanceof Promise ? response.then(judge) : judge(response)
}

function judged(
  answer: Answered,
  contract: Contract,
  expected: Expected | undefined,
): MatcherResult {
  try {
    const status = statusViolations(answer, contract, expected)
    // The document describes media type and body by status: under a wrong one they say nothing.
    const violations = status.length > 0 ? status : contract.formViolations(answer)
    return {
      pass: violations.length === 0,
      message: () => messageFor(answer, contract, violations),
    }
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error
    // A result would pass either with `.not` or without.
    throw new Error(`toMatchContract: ${printable(error.message)}`)
  }
}

/** Wraps a response into an exchange, which the contract judges; another client sent its request. */
function answerWith(response: Response, { method, template }: Contract): Answered {
  return {
    requirement: 'toMatchContract',
    case: '0',
    step: 0,
    purpose: 'operation',
    action: 'delete',
    request: { method, target: template, headers: [], credentials: 'none' },
    response,
    attempts: 1,
    startedAtMs: 0,
    waitMs: 0,
    durationMs: 0,
  }
}

/** @throws UsageError if the expected answer is not documented */
function statusViolations(
  exchange: Answered,
  contract: Contract,
  expected: Expected | undefined,
): readonly Violation[] {
  const { status } = exchange.response
  const documented = contract.responses.join(', ')
  const violation = (wanted: string): readonly Violation[] => [
    { exchange, where: '/status', expected: wanted, received: quote(status) },
  ]
  if (expected === undefined) {
    return contract.documents(status) ? [] : violation(`one of ${documented}`)
  }
  const role = ROLES.find((one) => one === expected)
  const wanted = role === undefined ? [expected] : contract.statusesOf(role)
  const isDocumented = wanted.every((one) => typeof one === 'number' && contract.documents(one))
  if (wanted.length === 0 || !isDocumented) {
    const roles = ROLES.filter((one) => contract.statusOf(one) !== undefined).join(', ')
    throw new UsageError(
      `toMatchContract: found ${quote(expected)}, which is not documented; accepted are ${documented}, ${roles}`,
    )
  }
  return wanted.includes(status) ? [] : violation(wanted.join(' or '))
}

/** Says where, expected, received, and shows the answer as a whole. */
function messageFor(
  { response }: Answered,
  { method, template }: Contract,
  violations: readonly Violation[],
): string {
  const { status, body, cut } = response
  const type = headerValues(response, 'content-type').join(', ') || 'no media type'
  const text = body.byteLength === 0 ? 'no body' : quote(Buffer.from(body).toString('utf8'))
  const operation = `${method} ${template}`
  return [
    violations.length === 0
      ? `the answer is as documented for ${operation}, expected another`
      : `the answer is not as documented for ${operation}:`,
    ...violations.map(
      ({ where, expected, received }) => `  ${where}: expected ${expected}, received ${received}`,
    ),
    `received: ${status}, ${type}, ${text}${cut === undefined ? '' : ` (${cut.message})`}`,
  ]
    .map(printable)
    .join('\n')
}
