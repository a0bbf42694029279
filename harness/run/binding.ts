import { isAuthenticated } from '../http/target.ts'
import type { ConformanceOptions } from './run.ts'

/**
 * Everything that decides which cases are sent and what is made of the answers, in one text. The mark of
 * the run follows from it, and stands in made-up ids and in the names of files: with another choice, all
 * of them would have been others, so nobody can say afterwards that it was made. A budget is not in it:
 * it makes no case another, and what it has cut off is inconclusive.
 */
export function bindingOf(options: ConformanceOptions): string {
  const { target, contract, supply } = options
  return JSON.stringify([
    contract.document.sha256,
    contract.operationId ?? null,
    target.basePath,
    target.authorization?.split(' ')[0] ?? null,
    target.secondAuthorization !== undefined,
    target.headers.map(([name]) => name),
    isAuthenticated(target),
    supply.description,
    options.runs,
    options.concurrency,
    options.maxLive,
    options.settleMs,
    options.strict,
    options.disposable,
    options.expectedStatuses,
    options.declaredCapabilities,
    options.only,
    options.skip,
    options.shard ?? null,
    options.challenge ?? null,
  ])
}
