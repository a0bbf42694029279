import type { Provided } from '../../model/evidence.ts'
import type { Budget } from '../../model/report.ts'
import type { LedgerState } from '../safety/ledger.ts'
import type { Timing, WireRequest, WireResult } from './transport.ts'

/** What a run has spent of its budget, and what it may still spend. */
export interface BudgetTracker {
  /** Aborted at the deadline. */
  readonly over: AbortSignal
  /** Why a request of a case is not sent; undefined where it is. */
  refuse(request: OutgoingRequest): string | undefined
  /**
   * The same of a request that removes files at the end, which no deadline stops.
   *
   * @param again - whether it was sent before
   */
  refuseAtTheEnd(request: OutgoingRequest, again: boolean): string | undefined
  /** Why no file is asked for; undefined where one is. */
  refuseProvide(): string | undefined
  /** Spends a request; returns what to call with what came of it. */
  request(request: OutgoingRequest): (result: WireResult | undefined) => void
  /** Spends a file that is asked for; returns what to call with its id, or without one. */
  provide(): (id: string | undefined) => void
}

/**
 * Keeps the account of a run.
 *
 * Of `maxRequests`, as many as the removal of the run's files will take are kept for it: one a
 * file, and three a file until the target has deleted one, and once it has asked for patience, failed, or not
 * deleted a file when it was asked to.
 * Whatever removes a file spends what was kept for that file; everything else is sent only while there is
 * more than what is kept. At the end, the first deletion of each file is sent; a look at it, a page of the
 * list and a deletion that is sent again only while every other known file still has its first. So no more
 * than `maxRequests` are ever sent, and a target can keep files only if its first trouble is with the last
 * of them.
 *
 * @param files - the ledger as it goes on
 */
export function trackBudget(budget: Budget, files: LedgerState): BudgetTracker {
  const { maxRequests = Infinity, maxFiles = Infinity, deadlineMs = Infinity } = budget
  const pending = pendingCleanup(files)
  const { over, isOver } = startDeadline(deadlineMs)
  const triedAtTheEnd = new Set<string>()
  let requests = 0
  let created = 0
  // What was refused once is refused from then on: what fits in by chance is hard to read in a report.
  let requestsUsedUp = false
  let filesUsedUp = false

  const late = () => (isOver() ? `--deadline ${spelledOut(deadlineMs)} is over` : undefined)
  const noFile = () => {
    filesUsedUp ||= created >= maxFiles
    return filesUsedUp ? `--max-files ${maxFiles} is used up` : undefined
  }
  const noRequest = (kept: number) =>
    requests + 1 + kept > maxRequests ? `--max-requests ${maxRequests} is used up` : undefined
  const noOther = (upload?: number) => {
    const kept = pending.requests() + (upload === undefined ? 0 : pending.more(upload))
    const refusal = noRequest(requestsUsedUp ? Infinity : kept)
    requestsUsedUp = refusal !== undefined
    return refusal
  }

  return {
    over,
    refuse({ removes, looksFor, creates }) {
      const file = removes ?? looksFor
      if (file !== undefined && pending.owes(file))
        return late() ?? noRequest(pending.requests(file))
      return late() ?? (creates === undefined ? undefined : noFile()) ?? noOther(creates)
    },
    refuseAtTheEnd({ removes }, again) {
      const first = removes !== undefined && !again && !triedAtTheEnd.has(removes)
      const refusal = noRequest(first ? 0 : pending.known(removes))
      if (first && refusal === undefined) triedAtTheEnd.add(removes)
      return refusal
    },
    // In the place of the request, the removal of the file is counted.
    refuseProvide: () => late() ?? noFile() ?? noOther(),
    request({ removes, creates }) {
      requests += 1
      if (creates !== undefined) {
        created += 1
        pending.creating(creates)
      }
      const removed =
        removes !== undefined && files.left.has(removes) ? pending.removing(removes) : undefined
      return (result) => {
        const status = result !== undefined && 'response' in result ? result.response.status : 599
        removed?.(status >= 200 && status < 300)
        if (status === 429 || status >= 500) pending.distrust()
        // Certainly no file was made.
        if (creates !== undefined && status >= 300 && status < 500) created -= 1
      }
    },
    provide() {
      created += 1
      const found = pending.awaiting()
      return (id) => {
        found(id)
        if (id === undefined) created -= 1
      }
    },
  }
}

function startDeadline(ms: number) {
  const controller = new AbortController()
  const endMs = performance.now() + ms
  if (ms !== Infinity) setTimeout(() => controller.abort(), ms).unref()
  const { signal } = controller
  // A timer can be late where there is much to do, and a little early.
  return { over: signal, isOver: () => signal.aborted || performance.now() >= endMs }
}

/** A duration as flags take it. */
function spelledOut(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}

/** A request, and what it does to the files of the run. */
export type OutgoingRequest = WireRequest & {
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
export interface BudgetGuard {
  /** Aborted when nothing more goes out, so that nobody waits for it. */
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

/** The turnstiles of a run: one for its cases, and one for the removal of its files at the end. */
export interface BudgetGuards {
  readonly cases: BudgetGuard
  readonly removal: BudgetGuard
}

/** For a run without a budget. */
export function unlimitedBudget(): BudgetGuards {
  const budgetGuard: BudgetGuard = {
    closed: new AbortController().signal,
    send: (_, __, exchange) => exchange(),
    provide: (find) => find(),
  }
  return { cases: budgetGuard, removal: budgetGuard }
}

/** For a run that has one. */
export function guardedBudget(account: BudgetTracker): BudgetGuards {
  const cases = guarded(account, account.over, account.refuse)
  return {
    cases,
    removal: guarded(account, new AbortController().signal, account.refuseAtTheEnd),
  }
}

function guarded(
  account: BudgetTracker,
  closed: AbortSignal,
  refuse: BudgetTracker['refuseAtTheEnd'],
): BudgetGuard {
  return {
    closed,
    async send(request, again, exchange) {
      const refusal = refuse(request, again)
      if (refusal !== undefined) return { notSent: `not sent: ${refusal}` }
      const settle = account.request(request)
      let result: (WireResult & Timing) | undefined
      try {
        result = await exchange()
        return result
      } finally {
        settle(result)
      }
    },
    async provide(find) {
      const refusal = account.refuseProvide()
      if (refusal !== undefined) return { refused: `not asked for: ${refusal}`, notAsked: true }
      const settle = account.provide()
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

/** The files that a run must still remove, as far as nothing that is under way does it. */
interface PendingCleanup {
  /** Requests that it would take to remove all of them, or all but one. */
  requests(except?: string): number
  /** How many more it would take if this upload were sent: none if it was. */
  more(upload: number): number
  /** Files that are known by their ids, all of them or all but one. */
  known(except?: string): number
  /** Whether a deletion of this id would remove one of them. */
  owes(id: string): boolean
  /** Notes that a deletion is under way; returns what to call when it has ended. */
  removing(id: string): (gone: boolean) => void
  /** Notes that an upload is sent: a file may come of it. */
  creating(upload: number): void
  /** Notes that a file is asked for; returns what to call with its id, or without one. */
  awaiting(): (id?: string) => void
  /** Notes that this target cannot be relied on to remove a file at the first request. */
  distrust(): void
}

/**
 * What a file takes: a deletion; from a target that was seen in trouble, or not yet seen to delete, a look and
 * another deletion, too.
 */
const REQUESTS_A_FILE = { trusted: 1, distrusted: 3 }

/**
 * Counts removals from the ledger and from what is under way. Between the answer to a deletion and its
 * line in the ledger, other requests may have their turn: what was answered is remembered here.
 */
function pendingCleanup(files: LedgerState): PendingCleanup {
  const underWay = new Map<string, number>()
  const gone = new Set<string>()
  const provided = new Set<string>()
  const created = new Set<number>()
  let awaited = 0
  let each = REQUESTS_A_FILE.distrusted
  let inTrouble = false
  const owes = (id: string) => files.left.has(id) && !underWay.has(id) && !gone.has(id)
  const distrust = () => {
    inTrouble = true
    each = REQUESTS_A_FILE.distrusted
  }
  const known = (except?: string) => {
    // A server may issue an id twice: gone is what the ledger has not noted yet.
    for (const id of gone) if (!files.left.has(id)) gone.delete(id)
    return [...files.left].filter((id) => id !== except && owes(id)).length
  }

  return {
    known,
    owes,
    distrust,
    requests(except) {
      for (const id of provided) if (files.files.has(id)) provided.delete(id)
      for (const upload of created) if (!files.openUploads.has(upload)) created.delete(upload)
      return each * (known(except) + created.size + awaited + provided.size)
    },
    more: (upload) => (created.has(upload) ? 0 : each),
    creating: (upload) => created.add(upload),
    removing(id) {
      underWay.set(id, (underWay.get(id) ?? 0) + 1)
      return (isGone) => {
        const others = (underWay.get(id) ?? 1) - 1
        if (others > 0) underWay.set(id, others)
        else underWay.delete(id)
        if (isGone) {
          gone.add(id)
          if (!inTrouble) each = REQUESTS_A_FILE.trusted
        }
        // Of many deletions at once all but one are refused, and nothing is wrong.
        else if (owes(id)) distrust()
      }
    },
    awaiting() {
      awaited += 1
      return (id) => {
        awaited -= 1
        if (id !== undefined) provided.add(id)
      }
    },
  }
}
