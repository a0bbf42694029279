import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'
import type { Provided } from '../../model/evidence.ts'
import type { Budget } from '../../model/report.ts'
import type { LedgerState } from '../safety/ledger.ts'
import { type BudgetGuards, guardedBudget, trackBudget, unlimitedBudget } from './budget.ts'
import { createRateLimiter, type RateLimits } from './rate-limiter.ts'
import { type Redaction, redactionOf } from './redaction.ts'
import {
  createRetryPolicy,
  type RetryableRequest,
  type RetryPolicy,
  type SendResult,
  sendWithRetry,
} from './retry-policy.ts'
import type { Target } from './target.ts'
import { openTransport, type Transport } from './transport.ts'

/** Where an exchange belongs. */
export interface Step {
  readonly requirement: string
  readonly case: string
  readonly step: number
}

/**
 * Everything that a run depends on and does not decide itself: the target, the user who provides
 * files, time that passes. Recorded evidence is another outside, over which the same run can be held
 * again.
 */
export interface Environment {
  /** @throws Interrupted if the run was interrupted before it was sent */
  exchange(step: Step, request: RetryableRequest): Promise<SendResult>
  /** @param find - asks the user's file or command */
  provide(step: Step, find: () => Promise<Provided>): Promise<Provided>
  /** @throws Interrupted if the run was interrupted meanwhile */
  pause(ms: number): Promise<void>
  /** The same over one connection that does nothing else. */
  alone(): Environment
  /** The same for what must be done after an interruption, and after the deadline, too. */
  uninterrupted(): Environment
  close(): Promise<void>
}

interface EnvironmentOptions extends Omit<RateLimits, 'waiting'> {
  readonly target: Target
  /** Instead of connections to the target. */
  readonly transport?: Transport
  /** What may be spent, and the files of the run, whose removal is paid for from it. */
  readonly budget?: { readonly limits: Budget; readonly files: LedgerState } | undefined
}

/** A target that is reached over the network. */
export function openEnvironment(options: EnvironmentOptions): Environment {
  const transport = options.transport ?? openTransport(options.target)
  const { budget } = options
  const budgetGuards =
    budget === undefined
      ? unlimitedBudget()
      : guardedBudget(trackBudget(budget.limits, budget.files))
  return over(transport, options, budgetGuards, createRetryPolicy(options.target.timeoutMs))
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
  /** The user's command is not asked more often at once than the target is. */
  const asking = createRateLimiter({ concurrency: options.concurrency, signal, waiting })
  const redaction = redactionOf(target.secrets)
  return {
    async exchange(_, request) {
      const result = await sendWithRetry(
        { transport, rateLimiter, budgetGuard, retryPolicy, signal, waiting },
        request,
      )
      // What is ready to go out goes out before this answer is looked at, and whatever came with it.
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
        // What the cases have used up, the files that they leave need anew.
        retryPolicy.anew(),
      )
    },
    close: () => transport.close(),
  }
}

/** An id is refused rather than changed: another one would be deleted. */
function withoutCredentials(provided: Provided, { text }: Redaction): Provided {
  if ('refused' in provided) return { ...provided, refused: text(provided.refused) }
  if (text(provided.id) === provided.id) return provided
  return { refused: 'the id that was provided holds a credential, which the report would show' }
}

/** Aborted as soon as one of two signals is. `AbortSignal.any` may be collected before (Node 20). */
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
