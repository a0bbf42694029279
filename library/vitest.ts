import { expect, onTestFinished } from 'vitest'
import type { Contract } from '../model/contract.ts'
import { UsageError } from '../model/errors.ts'
import type { StreamedAnswer } from './matcher/received.ts'
import { type Expected, type MatcherResult, toMatchContract } from './matcher/to-match-contract.ts'

/*
 * Registers `toMatchContract` with vitest, in the file that imports this or, from a set-up file, in all.
 * A test fails if it forgets to await the matcher for an answer whose body is not read yet.
 */
expect.extend({
  toMatchContract(
    this: MatcherState,
    received: unknown,
    contract: Contract,
    expected?: Expected,
  ): MatcherResult | Promise<MatcherResult> {
    const result = toMatchContract(received, contract, expected)
    return result instanceof Promise
      ? (toBeAwaited(result, endOf(this)) as Promise<MatcherResult>)
      : result
  },
})

/** State that vitest gives a matcher, with its test from 4.1 on. */
interface MatcherState {
  readonly task?: { readonly context: { readonly onTestFinished: WhenFinished } }
}

/** Registers an action for the end of the test that a matcher stands in. */
type WhenFinished = (act: () => Promise<void>) => void

function endOf({ task }: MatcherState): WhenFinished {
  if (task !== undefined) return task.context.onTestFinished
  return (act) => {
    try {
      onTestFinished(act)
    } catch {
      // A hook of a file stands in no test; a failure there that is not awaited fails the whole run.
    }
  }
}

/**
 * Makes a test fail unless it awaits a matcher. When a test ends, vitest waits for the promises of its own
 * matchers, but not for those of others: the test would pass before the answer was read.
 */
function toBeAwaited(
  result: Promise<MatcherResult>,
  whenFinished: WhenFinished,
): PromiseLike<MatcherResult> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: vitest calls it once, and hands its result to the test
    then<A, B>(
      judge: ((result: MatcherResult) => A | PromiseLike<A>) | null | undefined,
      fail?: ((reason: unknown) => B | PromiseLike<B>) | null,
    ) {
      const judged = result.then(judge, fail)
      let awaited = false
      whenFinished(async () => {
        // `expect.soft` catches errors for later, and must have them before the test ends.
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
