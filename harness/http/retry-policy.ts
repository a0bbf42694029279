import { setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'
import { headerValues, type Response } from '../../model/exchange.ts'
import type { BudgetGuard, OutgoingRequest } from './budget.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { now, type Timing, type Transport, type WireResult } from './transport.ts'

/** A request waits at most so long, in all, for a target that asks for it. */
const MAX_WAIT_MS = 60_000
/** First wait if a target says "too many" without saying for how long. */
const DEFAULT_BACKOFF_MS = 500
/** Bound for a target that asks for little each time. */
const MAX_ATTEMPTS = 100
/** After this many requests exhaust their retries, stop retrying for the run. */
const MAX_EXHAUSTED = 3
/** Time limits of a request for which a method is retried that the target has not answered yet. */
const LIMITS_TO_BEGIN = 3.5

/**
 * Policy of a run on when to send again, which all its requests share.
 *
 * It lets a run end where a target puts off each request: soon if all requests of one method are put off
 * from the beginning, and otherwise once a few requests have exhausted their retries.
 */
export interface RetryPolicy {
  /** Whether a request with this method may wait for so long from now. */
  allows(method: string, waitMs: number): boolean
  /** Notes that a request with this method was answered, and not put off. */
  accepted(method: string): void
  /** Notes that a request was put off to the end of its retries. */
  exhausted(): void
  /** Returns a policy for the cleanup, with nothing exhausted. */
  anew(): RetryPolicy
}

export function createRetryPolicy(timeoutMs: number, known = new Set<string>()): RetryPolicy {
  const begunMs = new Map<string, number>()
  let exhausted = 0
  return {
    allows(method, waitMs) {
      if (exhausted >= MAX_EXHAUSTED) return false
      if (known.has(method)) return true
      const what = known.size === 0 ? 'anything' : method
      const begun = begunMs.get(what) ?? performance.now()
      begunMs.set(what, begun)
      return performance.now() + waitMs - begun <= LIMITS_TO_BEGIN * timeoutMs
    },
    accepted: (method) => known.add(method),
    exhausted() {
      exhausted += 1
    },
    anew: () => createRetryPolicy(timeoutMs, known),
  }
}

interface SendParts {
  readonly transport: Transport
  readonly rateLimiter: RateLimiter
  readonly budgetGuard: BudgetGuard
  readonly retryPolicy: RetryPolicy
  readonly signal: AbortSignal
  /** Ends waiting; aborted with `signal`, too. */
  readonly waiting: AbortSignal
}

/** A request, and until when (`performance.now()`) 409 means that its file is still being processed. */
export type RetryableRequest = OutgoingRequest & { readonly busyUntilMs?: number }

/** Last answer, and how often the request was sent; a failure if it was never sent. */
export type SendResult = WireResult & Timing & { readonly attempts: number }

/** Sends a request, and sends it again only if the answer asks for that and while the budget lasts. */
export async function sendWithRetry(
  { transport, rateLimiter, budgetGuard, retryPolicy, signal, waiting }: SendParts,
  wire: RetryableRequest,
): Promise<SendResult> {
  let waitedMs = 0
  let last: SendResult | undefined
  for (let attempts = 1; ; attempts += 1) {
    const result = await rateLimiter.turn(async () => {
      const notSent = wire.unless?.()
      if (notSent !== undefined) return { notSent }
      return budgetGuard.send(wire, attempts > 1, () => transport.exchange(wire))
    })
    if ('notSent' in result) return cutShort(result.notSent, last)
    last = { ...result, attempts }
    const wait = pauseAskedBy(result, wire, attempts)
    if (wait === undefined) {
      if (waitedMs > 0 && isBusy(result)) retryPolicy.exhausted()
      if ('response' in result) retryPolicy.accepted(wire.method)
      rateLimiter.answered()
      return last
    }
    if (!retryPolicy.allows(wire.method, wait.ms)) return last
    if (waitedMs + wait.ms > MAX_WAIT_MS || attempts === MAX_ATTEMPTS) {
      if (waitedMs > 0) retryPolicy.exhausted()
      return last
    }
    waitedMs += wait.ms
    if (wait.all) rateLimiter.slowDown(wait.ms)
    else await sleep(wait.ms, undefined, { signal: waiting }).catch(() => undefined)
    if (signal.aborted) throw new Interrupted()
  }
}

/**
 * Returns the result of a request that is not sent, or not sent again. The last answer stands if it put the
 * request off (429, 503). "Still being processed" (409) does not: it could be taken for a verdict.
 */
function cutShort(message: string, last: SendResult | undefined): SendResult {
  if (last !== undefined && 'response' in last && !isBusy(last)) return last
  const neverSent = { attempts: 0, startedAtMs: now(), waitMs: 0, durationMs: 0 }
  const { attempts, startedAtMs, waitMs, durationMs } = last ?? neverSent
  const failure = { kind: 'not-sent' as const, message }
  return { failure, attempts, startedAtMs, waitMs, durationMs }
}

/** Tells whether a target says that it still processes the file (409). */
function isBusy(result: WireResult): boolean {
  return 'response' in result && result.response.status === 409
}

/** Returns how long to wait before sending again, and whether all other requests must wait, too. */
function pauseAskedBy(
  result: WireResult,
  { busyUntilMs = 0 }: RetryableRequest,
  attempts: number,
): { readonly ms: number; readonly all: boolean } | undefined {
  if (!('response' in result)) return undefined
  const { status } = result.response
  const asked = retryAfterMs(result.response, Date.now())
  const backoffMs = DEFAULT_BACKOFF_MS * 2 ** Math.min(attempts - 1, 4)
  // A target that says "at once" over and over gets a little more time with each attempt.
  const askedMs = asked === undefined ? undefined : Math.max(asked, backoffMs / 10)
  if (status === 429) return { ms: askedMs ?? backoffMs, all: true }
  if (status === 503 && askedMs !== undefined) return { ms: askedMs, all: true }
  if (status === 409 && performance.now() < busyUntilMs) {
    return { ms: askedMs ?? backoffMs / 2, all: false }
  }
  return undefined
}

/**
 * Reads how long a target asks to be left alone (RFC 9110 §10.2.3), in milliseconds; undefined if it does not
 * say so in a way that can be understood. A date counts from that of the answer, whatever the clocks show.
 *
 * @param nowMs - milliseconds since the Unix epoch, for an answer without a date
 */
export function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const [value] = headerValues(response, 'retry-after')
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = httpDateMs(value)
  const [answered = ''] = headerValues(response, 'date')
  return date === undefined ? undefined : Math.max(0, date - (httpDateMs(answered) ?? nowMs))
}

/** Reads a date of HTTP, which ends in GMT (RFC 9110 §5.6.7); `Date.parse` takes plain numbers as well. */
function httpDateMs(value: string): number | undefined {
  const date = / GMT$/.test(value.trim()) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}
