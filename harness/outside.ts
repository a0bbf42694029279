import { setTimeout as sleep } from 'node:timers/promises'
import type { HandedOver } from '../model/evidence.ts'
import { Interrupted } from './inconclusive.ts'
import { createPace, type PaceOptions } from './pace.ts'
import { exchangePolitely, type PatientRequest, type PoliteResult } from './patience.ts'
import { redactionFor } from './redaction.ts'
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
  /** The same for what must be done after an interruption, too. */
  uninterrupted(): Outside
  close(): Promise<void>
}

export interface OutsideOptions extends PaceOptions {
  readonly target: Target
  /** Instead of connections to the target. */
  readonly transport?: Transport
}

/** A target that is reached over the network. */
export function openOutside(options: OutsideOptions): Outside {
  const transport = options.transport ?? openTransport(options.target)
  return over(transport, options)
}

function over(transport: Transport, options: OutsideOptions): Outside {
  const { signal, target } = options
  const pace = createPace(options)
  const redact = redactionFor(target)
  return {
    async exchange(_, request) {
      const result = await exchangePolitely({ transport, pace, signal }, request)
      return 'response' in result ? { ...result, response: redact(result.response) } : result
    },
    handOver: (_, find) => find(),
    pause: (ms) =>
      sleep(ms, undefined, { signal }).catch(() => {
        throw new Interrupted()
      }),
    alone() {
      const single = { ...options, concurrency: 1 }
      const own = options.transport ?? openTransport({ ...target, concurrency: 1 })
      return over(own, single)
    },
    uninterrupted: () => over(transport, { ...options, signal: new AbortController().signal }),
    close: () => transport.close(),
  }
}
