import { expect, onTestFinished } from 'vitest'
import type { Contract } from '../model/contract.ts'
import { UsageError } from '../model/errors.ts'
import type { StreamedAnswer } from './matcher/received.ts'
import { type Expected, type MatcherResult, toMatchContract } from './matcher/to-match-contract.ts'
import { framesAbove, withFrames } from './user-frames.ts'

export { type ConformanceOptions, conformance } from './conformance.ts'

/*
 * Registers `toMatchContract` with vitest, in the file that imports this or, from a set-up file, in all.
 * A test fails if it forgets to await the matcher for an answer whose body is not read yet.
 */
expect.extend({ toMatchContract: matchContract })

function matchContract(
  this: MatcherState,
  received: unknown,
  contract: Contract,
  expected?: Expected,
): MatcherResult | Promise<MatcherResult> {
  const frames = framesAbove(matchContract)
  const rethrow = (error: unknown): never => {
    const isTold = error instanceof Error && error.message.startsWith('toMatchContract: ')
    throw isTold ? withFrames(error, frames) : error
  }
  try {
    const result = toMatchContract(received, contract, expected)
    if (!(result instanceof Promise)) return result
    return toBeAwaited(result.catch(rethrow), this, frames)
  } catch (error) {
    return rethrow(error)
  }
}

/** State that vitest gives a matcher, with its test from 4.1 on. */
interface MatcherState {
  readonly task?: { readonly context: { readonly onTestFinished: typeof onTestFinished } }
}

/**
 * Makes a test fail unless it awaits a matcher. When a test ends, vitest waits for the promises of its own
 * matchers, but not for those of others: the test would pass before the answer was read.
 */
function toBeAwaited(
  result: Promise<MatcherResult>,
  state: MatcherState,
  frames: string,
): Promise<MatcherResult> {
  const misused = (text: string) => withFrames(new UsageError(`toMatchContract: ${text}`), frames)
  const then: typeof result.then = (...handlers) => {
    const judged = result.then(...handlers)
    let awaited = false
    atEndOfTest(state, async () => {
      // `expect.soft` catches errors for later, and must have them before the test ends.
      await judged.catch(() => undefined)
      if (!awaited) {
        throw misused('not awaited; the body is read in: await expect(…)')
      }
    })
    return noticing(judged, () => {
      awaited = true
    })
  }
  const thenable = {
    // vitest calls it once, and hands its result to the test.
    then,
    // An asymmetric matcher cannot wait, and would take this for a result.
    get pass(): boolean {
      throw misused(
        'a body that is not read yet cannot be matched within another value; accepted is await expect(…)',
      )
    },
  }
  return thenable as PromiseLike<MatcherResult> as Promise<MatcherResult>
}

function atEndOfTest({ task }: MatcherState, act: () => Promise<void>): void {
  if (task !== undefined) {
    task.context.onTestFinished(act)
    return
  }
  try {
    onTestFinished(act)
  } catch {
    // A hook of a file stands in no test; a failure there that is not awaited fails the whole run.
  }
}

/** Wraps a promise, and calls `tell` when somebody waits for it. */
function noticing<T>(promise: Promise<T>, tell: () => void): Promise<T> {
  const then: Promise<T>['then'] = (...handlers) => {
    tell()
    return promise.then(...handlers)
  }
  // No promise by itself, else `await` would not call `then`; `catch` and `finally` do.
  return Object.assign(Object.create(Promise.prototype), { then })
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: all declarations of an interface have the same parameters
  interface Matchers<T = any> {
    /**
     * Matches an answer to a deletion against the document: status, media type and body.
     *
     * @param contract - from `loadContract`
     * @param expected - the status, or `deleted`, `not-found`, `invalid`; without it, any documented status
     * @returns a promise if the body is not read yet: for a `Response`, and for undici's answer
     */
    toMatchContract(
      contract: Contract,
      expected?: Expected,
    ): T extends StreamedAnswer ? Promise<void> : void
  }
}
