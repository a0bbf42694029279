import type { Contract } from '../../model/contract.ts'
import type { Answered, Response } from '../../model/exchange.ts'
import { printable } from '../../reporters/printable.ts'
import { Undecidable } from '../../spec/undecidable.ts'
import { UsageError } from '../usage-error.ts'
import { type Expected, violationsOf } from './expected.ts'
import { messageFor } from './message.ts'
import { responseOf } from './received.ts'

/** What a matcher says of what it was given. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * A matcher for `expect.extend` of vitest and jest: whether an answer to a deletion is as the document
 * has it: status, media type, and body.
 *
 * @param received - a `Response` of `fetch`, what undici's `request` gives, or `{ status, headers, body }`
 * @param contract - from `loadContract`
 * @param expected - the status, or `deleted`, `not-found`, `invalid`; any documented one without it
 * @returns a promise where a body has yet to be read: then `await expect(…)`
 * @throws UsageError on what is no answer or no contract, and on an answer that the document does not
 *   have, so that `.not` does not pass for such a reason
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
  const response = responseOf(received)
  return response instanceof Promise
    ? response.then((whole) => judged(whole, contract, expected))
    : judged(response, contract, expected)
}

function judged(
  response: Response,
  contract: Contract,
  expected: Expected | undefined,
): MatcherResult {
  const answer = answerWith(response, contract)
  const violations = decided(() => violationsOf(answer, contract, expected))
  return {
    pass: violations.length === 0,
    message: () => messageFor(answer, contract, violations),
  }
}

/** What cannot be decided matches neither with `.not` nor without. */
function decided<Result>(judge: () => Result): Result {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error
    throw new Error(`toMatchContract: ${printable(error.message)}`, { cause: error })
  }
}

/** An answer to a request that somebody else has sent. */
function answerWith(response: Response, { method, template }: Contract): Answered {
  return {
    requirement: 'toMatchContract',
    case: '0',
    step: 0,
    purpose: 'operation',
    request: { method, target: template, headers: [], credentials: 'none' },
    response,
    attempts: 1,
    startedAtMs: 0,
    waitMs: 0,
    durationMs: 0,
  }
}
