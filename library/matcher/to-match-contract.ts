import type { Contract, Role } from '../../model/contract.ts'
import { UsageError } from '../../model/errors.ts'
import { type Answered, headerValues, type Response } from '../../model/exchange.ts'
import { quote, type Violation } from '../../model/violation.ts'
import { printable } from '../../reporters/printable.ts'
import { Undecidable } from '../../spec/body-check.ts'
import { responseOf } from './received.ts'

/** Registers what is to be done when the test that a matcher stands in is over. */
export type WhenFinished = (act: () => Promise<void>) => void

/**
 * A promise of a matcher that makes its test fail unless somebody awaits it. vitest waits for the
 * promises of its own matchers when a test ends, but not for those of others: the test would be over,
 * and green, before the answer was read.
 */
export function toBeAwaited(
  result: Promise<MatcherResult>,
  whenFinished: WhenFinished,
): PromiseLike<MatcherResult> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: vitest calls it once, and hands what it returns to the test
    then<A, B>(
      judge: ((result: MatcherResult) => A | PromiseLike<A>) | null | undefined,
      fail?: ((reason: unknown) => B | PromiseLike<B>) | null,
    ) {
      const judged = result.then(judge, fail)
      let awaited = false
      whenFinished(async () => {
        // Whoever catches errors for later, as `expect.soft` does, has them before the test is over.
        await judged.catch(() => undefined)
        if (!awaited) {
          throw new UsageError('toMatchContract: not awaited; the body is read in: await expect(…)')
        }
      })
      return noticing(judged, () => {
        awaited = true
      })
    },
    // An asymmetric matcher cannot wait, and would take this for a result.
    get pass(): boolean {
      throw new UsageError(
        'toMatchContract: a body that has yet to be read cannot be matched within another value; accepted is await expect(…)',
      )
    },
  } as PromiseLike<MatcherResult>
}

/** The same promise, which tells when somebody waits for it. */
function noticing<T>(promise: Promise<T>, tell: () => void): Promise<T> {
  const then: Promise<T>['then'] = (...handlers) => {
    tell()
    return promise.then(...handlers)
  }
  return {
    then,
    catch: (handler) => then(undefined, handler),
    finally: (handler) => {
      tell()
      return promise.finally(handler)
    },
    [Symbol.toStringTag]: 'Promise',
  }
}

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
    action: 'delete',
    request: { method, target: template, headers: [], credentials: 'none' },
    response,
    attempts: 1,
    startedAtMs: 0,
    waitMs: 0,
    durationMs: 0,
  }
}

/** What a test that fails says: where, expected, received, and the answer as a whole. */
function messageFor(
  answer: Answered,
  contract: Contract,
  violations: readonly Violation[],
): string {
  const operation = `${contract.method} ${contract.template}`
  const lines =
    violations.length === 0
      ? [`the answer is as the document has it for ${operation}, and was not to be`]
      : [
          `the answer is not as the document has it for ${operation}:`,
          ...violations.map(
            ({ where, expected, received }) =>
              `  ${where}: expected ${expected}, received ${received}`,
          ),
        ]
  return [...lines, `received: ${outlineOf(answer)}`].map(printable).join('\n')
}

function outlineOf({ response }: Answered): string {
  const { status, body, cut } = response
  const type = headerValues(response, 'content-type').join(', ') || 'no media type'
  const text = body.byteLength === 0 ? 'no body' : quote(Buffer.from(body).toString('utf8'))
  return `${status}, ${type}, ${text}${cut === undefined ? '' : ` (${cut.message})`}`
}

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
function violationsOf(
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
