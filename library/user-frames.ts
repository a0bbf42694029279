/**
 * Gives the frames of the stack above a function of this package: those of its caller.
 *
 * @param entry - function that the caller has called
 */
export function framesAbove(entry: (...values: never) => unknown): string {
  const holder = new Error()
  Error.captureStackTrace(holder, entry)
  return framesIn(holder)
}

/** Replaces the frames of an error, which lead into this package, by those of the user. */
export function withFrames<E extends Error>(error: E, frames: string): E {
  const { name, message } = error
  error.stack = `${name}: ${message}\n${frames}`
  return error
}

function framesIn({ stack = '' }: Error): string {
  return stack.slice(stack.indexOf('\n') + 1)
}
