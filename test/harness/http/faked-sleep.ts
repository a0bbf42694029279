/**
 * In place of `node:timers/promises`, which fake timers do not reach: sleeps by the global timer.
 * `vi.mock('node:timers/promises', () => import('./faked-sleep.ts'))`
 */
export function setTimeout<T>(
  ms: number,
  value?: T,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer)
      reject(new Error('aborted'))
    }
    const timer = globalThis.setTimeout(() => {
      signal?.removeEventListener('abort', aborted)
      resolve(value)
    }, ms)
    if (signal?.aborted) aborted()
    else signal?.addEventListener('abort', aborted)
  })
}

/** The next turn of the event loop, which is now where timers are faked. */
export async function setImmediate(): Promise<void> {}
