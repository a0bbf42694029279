import type { Role } from '../../model/contract.ts'
import type { OthersAccount, Report, RequirementResult, Selection } from '../../model/report.ts'
import { familyOf } from '../../model/requirement.ts'
import { type RunVerdict, VERDICTS, type Verdict } from '../../model/verdict.ts'

/** What a run adds up to. */
export interface Conclusion {
  readonly verdict: RunVerdict
  readonly reasons: readonly string[]
  readonly totals: Readonly<Record<Verdict, number>>
}

export interface Facts {
  /** The documented status of each role. */
  readonly statuses: Report['document']['statuses']
  readonly results: readonly RequirementResult[]
  /** Status of each answer, and how often it was seen. */
  readonly observed: Readonly<Record<string, number>>
  readonly selection: Selection
  /** A violated SHOULD counts as much as a violated MUST. */
  readonly strict: boolean
  /** Statuses that the user wants to have seen. */
  readonly expectedStatuses: readonly number[]
  /** What must be said beside the verdict, and before its reasons. */
  readonly remarks: readonly string[]
  /** Files of the run that may still be there. */
  readonly left: readonly string[]
}

/**
 * The verdict of a run: a violation outweighs everything; without one, nothing may be inconclusive,
 * something must have been judged, and the statuses that a deletion is about must have been seen.
 */
export function conclude(facts: Facts): Conclusion {
  const { results, strict, remarks } = facts
  const totals = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, results.filter((one) => one.verdict === verdict).length]),
  ) as Record<Verdict, number>
  const violations = [
    ...sentence(totals.failed, 'MUST is violated', 'MUSTs are violated'),
    ...(strict ? sentence(totals.warned, 'SHOULD is violated', 'SHOULDs are violated') : []),
  ]
  if (violations.length > 0) {
    return { verdict: 'non-conforming', reasons: [...remarks, ...violations], totals }
  }
  const reasons = doubts(facts, totals)
  const verdict = reasons.length > 0 ? 'inconclusive' : 'conforming'
  return { verdict, reasons: [...remarks, ...reasons], totals }
}

/** What is said of files of others that are gone. */
export function remarksOn(others: OthersAccount | undefined): readonly string[] {
  return sentence(
    others?.gone.length ?? 0,
    'file of others is gone that was listed before the run',
    'files of others are gone that were listed before the run',
  )
}

/** Why no verdict can be given: the most telling reason alone. */
function doubts(facts: Facts, totals: Conclusion['totals']): readonly string[] {
  const undecided = inconclusiveReasons(facts.results)
  if (undecided.length > 0) return undecided
  if (totals.passed + totals.warned === 0) return ['no requirement was judged']
  const left = sentence(facts.left.length, 'file of the run is left', 'files of the run are left')
  if (left.length > 0) return left
  // What a shard has not seen, another may have.
  if (facts.selection.shard !== undefined) return []
  const { statuses, observed, expectedStatuses } = facts
  return unseen({ statuses, observed, expectedStatuses, ids: facts.results.map(({ id }) => id) })
}

function sentence(count: number, one: string, many: string): readonly string[] {
  if (count === 0) return []
  return [count === 1 ? `1 ${one}` : `${count} ${many}`]
}

function inconclusiveReasons(results: readonly RequirementResult[]): string[] {
  const byReason = new Map<string, number>()
  for (const { verdict, reason: full = '' } of results) {
    if (verdict !== 'inconclusive') continue
    const reason = full.replace(/ \(\d+ of \d+ cases\)$/, '')
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
  }
  return [...byReason].map(([reason, count]) =>
    count === results.length
      ? reason
      : `${count} ${count === 1 ? 'requirement' : 'requirements'} could not be judged: ${reason}`,
  )
}

/** Statuses that had to be seen in a run and were not. */
export function unseenStatuses({
  document,
  requirements,
  observed,
  options,
  selection,
}: Pick<
  Report,
  'document' | 'requirements' | 'observed' | 'options' | 'selection'
>): readonly string[] {
  if (selection.shard !== undefined) return []
  const { statuses } = document
  const { expectedStatuses } = options
  return unseen({ statuses, observed, expectedStatuses, ids: requirements.map(({ id }) => id) })
}

/** Of a partial run, only those of the chosen families. */
function unseen({
  statuses,
  ids,
  observed,
  expectedStatuses,
}: Pick<Facts, 'statuses' | 'observed' | 'expectedStatuses'> & {
  readonly ids: readonly string[]
}): readonly string[] {
  const families = new Set(ids.map(familyOf))
  const roles: readonly Role[] = ['deleted', 'not-found']
  const needed = roles.filter((role) => families.has(role)).flatMap((role) => statuses[role] ?? [])
  return [...new Set([...needed, ...expectedStatuses])]
    .filter((status) => observed[status] === undefined)
    .map(neverObserved)
}

export function neverObserved(status: number): string {
  return `status ${status} was never observed`
}
