import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'
import type { Provided } from '../../model/evidence.ts'
import type { Budget } from '../../model/report.ts'
import { emptyState, type LedgerState } from '../safety/ledger-state.ts'
import { type BudgetGuards, guardedBudget, trackBudget } from './budget.ts'
import { createPace, createRateLimiter, type RateLimits } from './rate-limiter.ts'
import { type Redaction, redactionOf } from './redaction.ts'
import {
  createRetryPolicy,
  type RetryableRequest,
  type RetryPolicy,
  type SendResult,
  sendWithRetry,
} from './retry-policy.ts'
import { secretsOf, type Target } from './target.ts'
import { openTransport, type Transport } from './transport.ts'

/** Place of an exchange in a run. */
export interface Step {
  readonly requirement: string
  readonly case: string
  readonly step: number
}

/**
 * Side effects of a run: HTTP, ids and files that the user provides, time; live or replayed.
 *
 * The live environment sends through one path: the rate limiter grants a turn, the budget guard agrees, the
 * transport exchanges, the retry policy decides whether to send again, and redaction cleans the result.
 */
export interface Environment {
  /** @throws Interrupted if the run was interrupted before it was sent */
  exchange(step: Step, request: RetryableRequest): Promise<SendResult>
  /** @param find - asks the user's file or command */
  provide(step: Step, find: () => Promise<Provided>): Promise<Provided>
  /** @throws Interrupted if the run was interrupted meanwhile */
  pause(ms: number): Promise<void>
  /** Keeps so many requests of the budget aside, in place of those that were kept before. */
  keepAside(requests: number): void
  /** Returns the time until the deadline of the run. */
  timeLeftMs(): number
  /** Returns the same over one connection of its own. */
  alone(): Environment
  /** Returns the same for the cleanup, which no interruption and no deadline stops. */
  uninterrupted(): Environment
  close(): Promise<void>
}

interface EnvironmentOptions extends Omit<RateLimits, 'waiting'> {
  readonly target: Target
  /** Replaces connections to the target. */
  readonly transport?: Transport
  /** Limits of the run, and its files, for whose removal a part is reserved. */
  readonly budget?: { readonly limits: Budget; readonly files: LedgerState } | undefined
}

/** Opens the environment of a target that is reached over the network. */
export function openEnvironment(options: EnvironmentOptions): Environment {
  const { target, transport = openTransport(target), budget, ratePerSecond } = options
  // One for all that is sent: the removals follow the cases, and what is sent alone goes beside them.
  const pace = ratePerSecond === undefined ? undefined : createPace(ratePerSecond)
  const { limits, files } = budget ?? { limits: {}, files: emptyState() }
  const budgetGuards = guardedBudget(trackBudget(limits, files))
  return over(transport, { ...options, pace }, budgetGuards, createRetryPolicy(target.timeoutMs))
}

function over(
  transport: Transport,
  options: EnvironmentOptions,
  budgetGuards: BudgetGuards,
  retryPolicy: RetryPolicy,
): Environment {
  const { signal, target } = options
  const budgetGuard = budgetGuards.cases
  const waiting = eitherSignal(signal, budgetGuard.closed)
  const rateLimiter = createRateLimiter({ ...options, waiting })
  // The user's command is not asked more often at once than the target is.
  const asking = createRateLimiter({ concurrency: options.concurrency, signal, waiting })
  const redaction = redactionOf(secretsOf(target))
  return {
    async exchange(_, request) {
      const result = await sendWithRetry(
        { transport, rateLimiter, budgetGuard, retryPolicy, signal, waiting },
        request,
      )
      // Requests that are ready go out before anybody looks at this answer.
      await nextTurn()
      return 'response' in result
        ? { ...result, response: redaction.response(result.response) }
        : { ...result, failure: redaction.failure(result.failure) }
    },
    provide: (_, find) =>
      asking.turn(() =>
        budgetGuard.provide(async () => withoutCredentials(await find(), redaction)),
      ),
    pause: (ms) =>
      sleep(ms, undefined, { signal: waiting }).catch(() => {
        if (signal.aborted) throw new Interrupted()
      }),
    keepAside: budgetGuards.keepAside,
    timeLeftMs: budgetGuards.timeLeftMs,
    alone() {
      const single = { ...options, concurrency: 1 }
      const own = options.transport ?? openTransport({ ...target, concurrency: 1 })
      return over(own, single, budgetGuards, retryPolicy)
    },
    uninterrupted() {
      const { signal: never } = new AbortController()
      return over(
        transport,
        { ...options, signal: never },
        { ...budgetGuards, cases: budgetGuards.removal },
        // The cleanup needs patience that the cases may have used up.
        retryPolicy.anew(),
      )
    },
    close: () => transport.close(),
  }
}

/** Redacts a refusal. An id with a credential is refused: redacted, it would be another id. */
function withoutCredentials(provided: Provided, { text }: Redaction): Provided {
  if ('refused' in provided) return { ...provided, refused: text(provided.refused) }
  if (text(provided.id) === provided.id) return provided
  return { refused: 'the id that was provided holds a credential, which the report would show' }
}

/** Returns a signal that is aborted with either of two. `AbortSignal.any` may be collected before (Node 20). */
function eitherSignal(one: AbortSignal, other: AbortSignal): AbortSignal {
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
