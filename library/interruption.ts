/** A signal of a run's own, which follows the caller's. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Interrupts the run for another reason. */
  abort(): void
  /** Lets go of the caller's signal. */
  release(): void
}

/** The caller's signal may live on for long: nothing of a run may stay with it. */
export function followed(signal: AbortSignal | undefined): Interruption {
  const own = new AbortController()
  const abort = () => own.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  return { signal: own.signal, abort, release: () => signal?.removeEventListener('abort', abort) }
}
