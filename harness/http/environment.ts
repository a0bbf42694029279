import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from '../../model/errors.ts'
import type { HandedOver } from '../../model/evidence.ts'
import type { Budget } from '../../model/report.ts'
import type { LedgerState } from '../safety/ledger.ts'
import { guardedTurnstiles, openAccount, openTurnstiles, type Turnstiles } from './budget.ts'
import { createPace, type PaceOptions } from './rate-limiter.ts'
import { type Redaction, redactionOf } from './redaction.ts'
import {
  createPatience,
  exchangePolitely,
  type Patience,
  type PatientRequest,
  type PoliteResult,
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
 * Everything that a run depends on and does not decide itself: the target, the user who hands over
 * files, time that passes. Recorded evidence is another outside, over which the same run can be held
 * again.
 */
export interface Outside {
  /** @throws Interrupted if the run was interrupted before it was sent */
  exchange(step: Step, request: PatientRequest): Promise<PoliteResult>
  /** @param find - asks the user's file or command */
  handOver(step: Step, find: () => Promise<HandedOver>): Promise<HandedOver>
  /** @throws Interrupted if the run was interrupted meanwhile */
  pause(ms: number): Promise<void>
  /** The same over one connection that does nothing else. */
  alone(): Outside
  /** The same for what must be done after an interruption, and after the deadline, too. */
  uninterrupted(): Outside
  close(): Promise<void>
}

interface OutsideOptions extends Omit<PaceOptions, 'waiting'> {
  readonly target: Target
  /** Instead of connections to the target. */
  readonly transport?: Transport
  /** What may be spent, and the files of the run, whose removal is paid for from it. */
  readonly budget?: { readonly limits: Budget; readonly files: LedgerState } | undefined
}

/** A target that is reached over the network. */
export function openOutside(options: OutsideOptions): Outside {
  const transport = options.transport ?? openTransport(options.target)
  const { budget } = options
  const turnstiles =
    budget === undefined
      ? openTurnstiles()
      : guardedTurnstiles(openAccount(budget.limits, budget.files))
  return over(transport, options, turnstiles, createPatience(options.target.timeoutMs))
}

function over(
  transport: Transport,
  options: OutsideOptions,
  turnstiles: Turnstiles,
  patience: Patience,
): Outside {
  const { signal, target } = options
  const turnstile = turnstiles.cases
  const waiting = eitherSignal(signal, turnstile.closed)
  const pace = createPace({ ...options, waiting })
  /** The user's command is not asked more often at once than the target is. */
  const asking = createPace({ concurrency: options.concurrency, signal, waiting })
  const redaction = redactionOf(target.secrets)
  return {
    async exchange(_, request) {
      const result = await exchangePolitely(
        { transport, pace, turnstile, patience, signal, waiting },
        request,
      )
      // What is ready to go out goes out before this answer is looked at, and whatever came with it.
      await nextTurn()
      return 'response' in result
        ? { ...result, response: redaction.response(result.response) }
        : { ...result, failure: redaction.failure(result.failure) }
    },
    handOver: (_, find) =>
      asking.turn(() =>
        turnstile.handOver(async () => withoutCredentials(await find(), redaction)),
      ),
    pause: (ms) =>
      sleep(ms, undefined, { signal: waiting }).catch(() => {
        if (signal.aborted) throw new Interrupted()
      }),
    alone() {
      const single = { ...options, concurrency: 1 }
      const own = options.transport ?? openTransport({ ...target, concurrency: 1 })
      return over(own, single, turnstiles, patience)
    },
    uninterrupted() {
      const { signal: never } = new AbortController()
      return over(
        transport,
        { ...options, signal: never },
        { ...turnstiles, cases: turnstiles.removal },
        // What the cases have used up, the files that they leave need anew.
        patience.anew(),
      )
    },
    close: () => transport.close(),
  }
}

/** An id is refused rather than changed: another one would be deleted. */
function withoutCredentials(handedOver: HandedOver, { text }: Redaction): HandedOver {
  if ('refused' in handedOver) return { ...handedOver, refused: text(handedOver.refused) }
  if (text(handedOver.id) === handedOver.id) return handedOver
  return { refused: 'the id that was handed over holds a credential, which the report would show' }
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
