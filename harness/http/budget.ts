import type { Provided } from '../../model/evidence.ts'
import type { Budget } from '../../model/report.ts'
import type { LedgerState } from '../safety/ledger.ts'
import { pendingCleanup } from './pending-cleanup.ts'
import type { Timing, WireRequest, WireResult } from './transport.ts'

/** A request, and what it does to the files of the run. */
export type OutgoingRequest = WireRequest & {
  /** Id of the run's file that it removes. */
  readonly removes?: string | undefined
  /** Id of the run's file that it looks for, before another attempt to remove it. */
  readonly looksFor?: string | undefined
  /** For an upload, its number in the ledger. */
  readonly creates?: number | undefined
  /** Returns why it is not sent any more; asked when its turn has come. */
  readonly unless?: (() => string | undefined) | undefined
}

/** A request that is not sent, and why. */
interface NotSent {
  readonly notSent: string
}

/** A guard that lets requests out, one by one, as long as the budget of the run lasts. */
export interface BudgetGuard {
  /** Aborted when nothing more goes out, so that nothing waits for it. */
  readonly closed: AbortSignal
  /** @param again - whether it was sent before */
  send(
    request: OutgoingRequest,
    again: boolean,
    exchange: () => Promise<WireResult & Timing>,
  ): Promise<(WireResult & Timing) | NotSent>
  /** @param find - asks the user's file or command */
  provide(find: () => Promise<Provided>): Promise<Provided>
}

/** Guards of a run: one for its cases, and one for the cleanup at the end. */
export interface BudgetGuards {
  readonly cases: BudgetGuard
  readonly removal: BudgetGuard
  /** Keeps so many requests aside, as far as they are a small part of the budget. */
  keepAside(requests: number): void
  /** Returns the time until the deadline. */
  timeLeftMs(): number
}

/** Makes guards that share one budget. No deadline stops the cleanup. */
export function guardedBudget(tracker: BudgetTracker): BudgetGuards {
  return {
    cases: guarded(tracker, tracker.over, tracker.refuse),
    removal: guarded(tracker, new AbortController().signal, tracker.refuseAtTheEnd),
    keepAside: tracker.keepAside,
    timeLeftMs: tracker.timeLeftMs,
  }
}

type BudgetTracker = ReturnType<typeof trackBudget>

function guarded(
  tracker: BudgetTracker,
  closed: AbortSignal,
  refuse: BudgetTracker['refuseAtTheEnd'],
): BudgetGuard {
  return {
    closed,
    async send(request, again, exchange) {
      const refusal = refuse(request, again)
      if (refusal !== undefined) return { notSent: `not sent: ${refusal}` }
      const settle = tracker.request(request)
      let result: (WireResult & Timing) | undefined
      try {
        result = await exchange()
        return result
      } finally {
        settle(result)
      }
    },
    async provide(find) {
      const refusal = tracker.refuseProvide()
      if (refusal !== undefined) return { refused: `not asked for: ${refusal}`, notAsked: true }
      const settle = tracker.provide()
      let id: string | undefined
      try {
        const provided = await find()
        if ('id' in provided) id = provided.id
        return provided
      } finally {
        settle(id)
      }
    },
  }
}

/**
 * Tracks the budget of a run.
 *
 * Some of `maxRequests` are reserved for the cleanup: three for each file that is left, or one once the
 * target has deleted a file and has shown no trouble. Trouble is 429, 5xx, no answer, or a file that is still
 * there after its deletion. A request that removes a file spends its reserve. Any other request is sent only
 * if the reserve stays whole.
 *
 * At the end, the first deletion of each file is always sent. A look, a page of the list or another deletion
 * is sent only while every other known file keeps its first one. So at most `maxRequests` are sent, and a
 * target keeps files only if its first trouble is with the last of them.
 *
 * @param files - the ledger, which changes as the run goes on
 */
export function trackBudget(budget: Budget, files: LedgerState) {
  const { maxRequests = Infinity, maxFiles = Infinity, deadlineMs = Infinity } = budget
  const pending = pendingCleanup(files)
  const { over, isOver, leftMs } = startDeadline(deadlineMs)
  const triedAtTheEnd = new Set<string>()
  let requests = 0
  let created = 0
  let aside = 0
  // After the first refusal all are refused: a later request that fits by chance would confuse the report.
  let requestsUsedUp = false
  let filesUsedUp = false

  const late = () => (isOver() ? `--deadline ${spelledOut(deadlineMs)} is over` : undefined)
  const noFile = () => {
    filesUsedUp ||= created >= maxFiles
    return filesUsedUp ? `--max-files ${maxFiles} is used up` : undefined
  }
  const noRequest = (reserved: number) =>
    requests + 1 + reserved > maxRequests ? `--max-requests ${maxRequests} is used up` : undefined
  const noOther = (upload?: number) => {
    const reserved = aside + pending.requests() + (upload === undefined ? 0 : pending.more(upload))
    const refusal = noRequest(requestsUsedUp ? Infinity : reserved)
    requestsUsedUp = refusal !== undefined
    return refusal
  }

  return {
    /** Aborted at the deadline. */
    over,
    timeLeftMs: leftMs,
    keepAside(wanted: number) {
      aside = Math.min(wanted, Math.floor(maxRequests * MOST_ASIDE))
      if (wanted === 0) requestsUsedUp = false
    },
    /** Returns why a request of a case is not sent; undefined if it is. */
    refuse({ removes, looksFor, creates }: OutgoingRequest) {
      const file = removes ?? looksFor
      if (file !== undefined && pending.owes(file))
        return late() ?? noRequest(pending.requests(file))
      return late() ?? (creates === undefined ? undefined : noFile()) ?? noOther(creates)
    },
    /** Returns the same for a request of the cleanup; `again` if it was sent before. */
    refuseAtTheEnd({ removes }: OutgoingRequest, again: boolean) {
      const isFirst = removes !== undefined && !again && !triedAtTheEnd.has(removes)
      const refusal = noRequest(isFirst ? 0 : pending.known(removes))
      if (isFirst && refusal === undefined) triedAtTheEnd.add(removes)
      return refusal
    },
    /** Returns why no file is asked for. The file takes no request itself; its removal does. */
    refuseProvide: () => late() ?? noFile() ?? noOther(),
    /** Spends a request; returns a function to call with its result. */
    request({ removes, creates }: OutgoingRequest) {
      requests += 1
      if (creates !== undefined) {
        created += 1
        pending.creating(creates)
      }
      const isLeft = removes !== undefined && files.left.has(removes)
      const removed = isLeft ? pending.removing(removes) : undefined
      return (result: WireResult | undefined) => {
        const status = result !== undefined && 'response' in result ? result.response.status : 599
        removed?.(status >= 200 && status < 300)
        if (status === 429 || status >= 500) pending.distrust()
        // A refused upload certainly made no file.
        if (creates !== undefined && status >= 300 && status < 500) created -= 1
      }
    },
    /** Spends a file that is asked for; returns a function to call with its id, or without one. */
    provide() {
      created += 1
      const found = pending.awaiting()
      return (id: string | undefined) => {
        found(id)
        if (id === undefined) created -= 1
      }
    },
  }
}

/** Part of the budget that can be kept aside for what comes at the end. */
const MOST_ASIDE = 0.25

interface Deadline {
  readonly over: AbortSignal
  readonly isOver: () => boolean
  readonly leftMs: () => number
}

function startDeadline(ms: number): Deadline {
  const controller = new AbortController()
  const endMs = performance.now() + ms
  if (ms !== Infinity) setTimeout(() => controller.abort(), ms).unref()
  const { signal } = controller
  // On a busy machine the timer is late, and it can be a little early.
  const isOver = () => signal.aborted || performance.now() >= endMs
  return { over: signal, isOver, leftMs: () => Math.max(0, endMs - performance.now()) }
}

/** Spells a duration as flags take it. */
function spelledOut(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}
