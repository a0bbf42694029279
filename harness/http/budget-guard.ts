import type { HandedOver } from '../../model/evidence.ts'
import type { Account } from './budget.ts'
import type { Timing } from './timing.ts'
import type { WireRequest } from './transport.ts'
import type { WireResult } from './wire-result.ts'

/** A request, and what it does to the files of the run. */
export type Errand = WireRequest & {
  /** The file of this run that it is to remove. */
  readonly removes?: string | undefined
  /** The file of this run that it looks for, before it is to be removed again. */
  readonly looksFor?: string | undefined
  /** For the upload of one, its number in the ledger. */
  readonly creates?: number | undefined
  /** Asked when its turn has come: why it is not sent any more. */
  readonly unless?: (() => string | undefined) | undefined
}

/** A request that is not sent, and why. */
export interface NotSent {
  readonly notSent: string
}

/** Lets requests out, one by one, as long as the budget of the run lasts. */
export interface Turnstile {
  /** Aborted when nothing more goes out, so that nobody waits for it. */
  readonly closed: AbortSignal
  /** @param again - whether it was sent before */
  send(
    errand: Errand,
    again: boolean,
    exchange: () => Promise<WireResult & Timing>,
  ): Promise<(WireResult & Timing) | NotSent>
  /** @param find - asks the user's file or command */
  handOver(find: () => Promise<HandedOver>): Promise<HandedOver>
}

/** The turnstiles of a run: one for its cases, and one for the removal of its files at the end. */
export interface Turnstiles {
  readonly cases: Turnstile
  readonly removal: Turnstile
}

/** For a run without a budget. */
export function openTurnstiles(): Turnstiles {
  const turnstile: Turnstile = {
    closed: new AbortController().signal,
    send: (_, __, exchange) => exchange(),
    handOver: (find) => find(),
  }
  return { cases: turnstile, removal: turnstile }
}

/** For a run that has one. */
export function guardedTurnstiles(account: Account): Turnstiles {
  const cases = guarded(account, account.over, account.refuse)
  return {
    cases,
    removal: guarded(account, new AbortController().signal, account.refuseAtTheEnd),
  }
}

function guarded(
  account: Account,
  closed: AbortSignal,
  refuse: Account['refuseAtTheEnd'],
): Turnstile {
  return {
    closed,
    async send(errand, again, exchange) {
      const refusal = refuse(errand, again)
      if (refusal !== undefined) return { notSent: `not sent: ${refusal}` }
      const settle = account.request(errand)
      let result: (WireResult & Timing) | undefined
      try {
        result = await exchange()
        return result
      } finally {
        settle(result)
      }
    },
    async handOver(find) {
      const refusal = account.refuseHandOver()
      if (refusal !== undefined) return { refused: `not asked for: ${refusal}`, notAsked: true }
      const settle = account.handOver()
      let id: string | undefined
      try {
        const handedOver = await find()
        if ('id' in handedOver) id = handedOver.id
        return handedOver
      } finally {
        settle(id)
      }
    },
  }
}
