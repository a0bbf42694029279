import { type Context, createContext, Script } from 'node:vm'

/** Result of {@link within} if the time is over. */
export const OUT_OF_TIME = Symbol('out of time')

const script = new Script('act()')
let context: Context | undefined

/**
 * Runs a function, and breaks it off when its time is over, even within a regular expression: nothing
 * else in Node can do that. State that the function has begun to change stays as it is.
 *
 * The engine sets a timer in a thread of its own for each call, which takes some 70 µs.
 *
 * @param act - plain code: no promise is waited for
 */
export function within<Result>(limitMs: number, act: () => Result): Result | typeof OUT_OF_TIME {
  context ??= createContext(Object.create(null))
  context.act = act
  try {
    return script.runInContext(context, { timeout: limitMs }) as Result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return OUT_OF_TIME
    throw error
  } finally {
    context.act = undefined
  }
}
