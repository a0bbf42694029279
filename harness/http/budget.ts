import type { Budget } from '../../model/budget.ts'
import type { LedgerState } from '../safety/ledger.ts'
import type { Errand } from './budget-guard.ts'
import { owedRemovals } from './pending-cleanup.ts'
import type { WireResult } from './wire-result.ts'

/** What a run has spent of its budget, and what it may still spend. */
export interface Account {
  /** Aborted at the deadline. */
  readonly over: AbortSignal
  /** Why a request of a case is not sent; undefined where it is. */
  refuse(errand: Errand): string | undefined
  /**
   * The same of a request that removes files at the end, which no deadline stops.
   *
   * @param again - whether it was sent before
   */
  refuseAtTheEnd(errand: Errand, again: boolean): string | undefined
  /** Why no file is asked for; undefined where one is. */
  refuseHandOver(): string | undefined
  /** Spends a request; returns what to call with what came of it. */
  request(errand: Errand): (result: WireResult | undefined) => void
  /** Spends a file that is asked for; returns what to call with its id, or without one. */
  handOver(): (id: string | undefined) => void
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
export function openAccount(budget: Budget, files: LedgerState): Account {
  const { maxRequests = Infinity, maxFiles = Infinity, deadlineMs = Infinity } = budget
  const owed = owedRemovals(files)
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
    const kept = owed.requests() + (upload === undefined ? 0 : owed.more(upload))
    const refusal = noRequest(requestsUsedUp ? Infinity : kept)
    requestsUsedUp = refusal !== undefined
    return refusal
  }

  return {
    over,
    refuse({ removes, looksFor, creates }) {
      const file = removes ?? looksFor
      if (file !== undefined && owed.owes(file)) return late() ?? noRequest(owed.requests(file))
      return late() ?? (creates === undefined ? undefined : noFile()) ?? noOther(creates)
    },
    refuseAtTheEnd({ removes }, again) {
      const first = removes !== undefined && !again && !triedAtTheEnd.has(removes)
      const refusal = noRequest(first ? 0 : owed.known(removes))
      if (first && refusal === undefined) triedAtTheEnd.add(removes)
      return refusal
    },
    // In the place of the request, the removal of the file is counted.
    refuseHandOver: () => late() ?? noFile() ?? noOther(),
    request({ removes, creates }) {
      requests += 1
      if (creates !== undefined) {
        created += 1
        owed.creating(creates)
      }
      const removed =
        removes !== undefined && files.left.has(removes) ? owed.removing(removes) : undefined
      return (result) => {
        const status = result !== undefined && 'response' in result ? result.response.status : 599
        removed?.(status >= 200 && status < 300)
        if (status === 429 || status >= 500) owed.distrust()
        // Certainly no file was made.
        if (creates !== undefined && status >= 300 && status < 500) created -= 1
      }
    },
    handOver() {
      created += 1
      const found = owed.awaiting()
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
