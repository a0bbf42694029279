import { expect, onTestFinished } from 'vitest'
import type { Contract } from '../model/contract.ts'
import type { StreamedAnswer } from './matcher/received.ts'
import {
  type Expected,
  type MatcherResult,
  toBeAwaited,
  toMatchContract,
  type WhenFinished,
} from './matcher/to-match-contract.ts'

/*
 * Registers `toMatchContract` with vitest, in the file that imports this or, from a set-up file, in all.
 * A test that forgets to await it for an answer whose body has yet to be read fails.
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

/** What vitest tells a matcher of the test that it stands in, from 4.1 on. */
interface MatcherState {
  readonly task?: { readonly context: { readonly onTestFinished: WhenFinished } }
}

function endOf({ task }: MatcherState): WhenFinished {
  if (task !== undefined) return task.context.onTestFinished
  return (act) => {
    try {
      onTestFinished(act)
    } catch {
      // In a hook of a file no test ends; what fails there unawaited fails the whole run.
    }
  }
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: all declarations of an interface have the same parameters
  interface Matchers<T = any> {
    /**
     * Whether an answer to a deletion is as the document has it: status, media type and body.
     *
     * @param contract - from `loadContract`
     * @param expected - the status, or `deleted`, `not-found`, `invalid`; any documented one without it
     * @returns a promise where the body has yet to be read: of a `Response`, or of undici's answer
     */
    toMatchContract(
      contract: Contract,
      expected?: Expected,
    ): T extends StreamedAnswer ? Promise<void> : void
  }
}
