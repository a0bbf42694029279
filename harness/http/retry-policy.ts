import { setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'
import { headerValues, type Response } from '../../model/exchange.ts'
import type { BudgetGuard, OutgoingRequest } from './budget.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { now, type Timing, type Transport, type WireResult } from './transport.ts'

/** A target that asks for more patience than this, in all for one request, is not waited for. */
const MAX_WAIT_MS = 60_000
/** Where a target says "too many" without saying for how long. */
const DEFAULT_BACKOFF_MS = 500
/** However little it asks for each time. */
const MAX_ATTEMPTS = 100
/** Requests that were waited for in vain: what puts off so many, will put off the next one, too. */
const MAX_IN_VAIN = 3

/** The patience of a run with its target, which all its requests share. */
export interface RetryPolicy {
  /** Whether a request with this method is waited for so long; `performance.now()` is the time now. */
  lasts(method: string, waitMs: number): boolean
  /** A request with this method was answered, and not put off. */
  accepted(method: string): void
  /** A request was waited for, and put off to the end. */
  inVain(): void
  /** The same for what is done when the run is over, with nothing of it used up. */
  anew(): RetryPolicy
}

/** Time limits of a request for which a method is waited for that the target has never answered; or all methods. */
const LIMITS_TO_BEGIN = 3.5

/**
 * Patience for {@link MAX_IN_VAIN} requests, so that a run comes to its end where each is put off: soon
 * where all of one method are from the beginning.
 */
export function createRetryPolicy(timeoutMs: number, known = new Set<string>()): RetryPolicy {
  const begunMs = new Map<string, number>()
  let vain = 0
  return {
    lasts(method, waitMs) {
      if (vain >= MAX_IN_VAIN) return false
      if (known.has(method)) return true
      const what = known.size === 0 ? 'anything' : method
      const begun = begunMs.get(what) ?? performance.now()
      begunMs.set(what, begun)
      return performance.now() + waitMs - begun <= LIMITS_TO_BEGIN * timeoutMs
    },
    accepted: (method) => known.add(method),
    inVain() {
      vain += 1
    },
    anew: () => createRetryPolicy(timeoutMs, known),
  }
}

/** What a request is sent with. */
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

/** The last answer, and how often the request was sent; a failure where it was never sent. */
export type SendResult = WireResult & Timing & { readonly attempts: number }

/** Sends; waits and sends again only after an answer that asks for it, and while the budget lasts. */
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
      if (waitedMs > 0 && isBusy(result)) retryPolicy.inVain()
      if ('response' in result) retryPolicy.accepted(wire.method)
      rateLimiter.answered()
      return last
    }
    if (!retryPolicy.lasts(wire.method, wait.ms)) return last
    if (waitedMs + wait.ms > MAX_WAIT_MS || attempts === MAX_ATTEMPTS) {
      if (waitedMs > 0) retryPolicy.inVain()
      return last
    }
    waitedMs += wait.ms
    if (wait.all) rateLimiter.slowDown(wait.ms)
    else await sleep(wait.ms, undefined, { signal: waiting }).catch(() => undefined)
    if (signal.aborted) throw new Interrupted()
  }
}

/**
 * What is said of a request that is not sent, or not sent again. To have been put off (429, 503) is an
 * answer that nobody takes for a verdict; "still being processed" (409) could be taken for one.
 */
function cutShort(message: string, last: SendResult | undefined): SendResult {
  if (last !== undefined && 'response' in last && !isBusy(last)) return last
  const failure = { kind: 'not-sent' as const, message }
  const { attempts, startedAtMs, waitMs, durationMs } = last ?? {
    attempts: 0,
    startedAtMs: now(),
    waitMs: 0,
    durationMs: 0,
  }
  return { failure, attempts, startedAtMs, waitMs, durationMs }
}

/** Whether a target says that it still works on the file (409). */
function isBusy(result: WireResult): boolean {
  return 'response' in result && result.response.status === 409
}

/** How long to wait before sending again, and whether everything else must wait too. */
function pauseAskedBy(
  result: WireResult,
  { busyUntilMs = 0 }: { readonly busyUntilMs?: number },
  attempts: number,
): { ms: number; all: boolean } | undefined {
  if (!('response' in result)) return undefined
  const { response } = result
  const asked = retryAfterMs(response, Date.now())
  const backoffMs = DEFAULT_BACKOFF_MS * 2 ** Math.min(attempts - 1, 4)
  // A target that says "at once" over and over is given a little more time with each attempt.
  const askedMs = asked === undefined ? undefined : Math.max(asked, backoffMs / 10)
  if (response.status === 429) return { ms: askedMs ?? backoffMs, all: true }
  if (response.status === 503 && askedMs !== undefined) return { ms: askedMs, all: true }
  if (response.status === 409 && performance.now() < busyUntilMs) {
    return { ms: askedMs ?? backoffMs / 2, all: false }
  }
  return undefined
}

/**
 * How long a target asks to be left alone (RFC 9110 §10.2.3), in milliseconds; undefined where it
 * does not say, or says nothing that can be understood. A date is held against that of the answer, so that
 * no difference between the clocks counts.
 *
 * @param nowMs - milliseconds since the Unix epoch, for a date where the answer has none
 */
export function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const [value] = headerValues(response, 'retry-after')
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = httpDateMs(value)
  const [answered = ''] = headerValues(response, 'date')
  return date === undefined ? undefined : Math.max(0, date - (httpDateMs(answered) ?? nowMs))
}

/** Date.parse makes dates of numbers, too; those of HTTP end in GMT (RFC 9110 §5.6.7). */
function httpDateMs(value: string): number | undefined {
  const date = / GMT$/.test(value.trim()) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}
