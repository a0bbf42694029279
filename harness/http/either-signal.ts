import { setMaxListeners } from 'node:events'

/** Aborted as soon as one of two signals is. `AbortSignal.any` may be collected before (Node 20). */
export function eitherSignal(one: AbortSignal, other: AbortSignal): AbortSignal {
  const either = new AbortController()
  const abort = () => either.abort()
  // Each request that waits listens to it.
  setMaxListeners(0, one, other, either.signal)
  for (const signal of [one, other]) {
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  }
  return either.signal
}
