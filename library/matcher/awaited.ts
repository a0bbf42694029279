import { UsageError } from '../usage-error.ts'
import type { MatcherResult } from './to-match-contract.ts'

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
