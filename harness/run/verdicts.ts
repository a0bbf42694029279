import type { Contract, Role } from '../../model/contract.ts'
import { quoted } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type {
  CaseCounts,
  DamageReport,
  Report,
  ReportedCapability,
  ReportedViolation,
  RequirementResult,
  Selection,
} from '../../model/report.ts'
import { ANSWERED } from '../../model/learnt.ts'
import { familyOf, type Invariant, isInvariant, type Requirement } from '../../model/requirement.ts'
import {
  isViolated,
  type RunVerdict,
  VERDICTS,
  type Verdict,
  violated,
} from '../../model/verdict.ts'
import { shortened, type Violation } from '../../model/violation.ts'
import { fingerprintOf, fingerprintsOf } from './fingerprint.ts'
import type { Observed } from './invariants.ts'
import type { Probed } from './probing.ts'

/*
 * All verdicts are made here. A requirement gets its verdict from the outcomes of its cases, an invariant from
 * the answers it judged, and the run from the results of all selected requirements:
 *
 * - probedResult, invariantResult, notProbed: the verdict on a requirement
 * - conclude: the verdict of the run
 */

/** Gives the verdict on a requirement that was probed. One failing case outweighs all others. */
export function probedResult(
  requirement: Requirement,
  contract: Contract,
  { statistics, planned, ended, shrunk }: Probed,
): RequirementResult {
  const { passed, failed, inconclusive, setAside, undecided, aside, blocked } = statistics
  const judged = passed + failed
  const cases: CaseCounts = { unit: 'case', judged, failed, inconclusive, setAside }
  const give = resultWith(requirement, contract, cases)
  if (failed > 0) {
    const reason = `${share(failed, judged, 'case')} failed`
    return give(violated(requirement.level), reason, failuresIn(requirement, statistics, shrunk))
  }
  if (undecided !== undefined) {
    const { reason, exchange, cutOff = false } = undecided
    // Requirements that were not begun for want of budget share one reason, and one line.
    const isShared = cutOff && judged === 0
    const open = ` (${planned - judged - setAside} of ${planned} cases)`
    const exchanges = exchange === undefined ? [] : [exchange]
    return give('inconclusive', planned > 1 && !isShared ? reason + open : reason, { exchanges })
  }
  if (blocked !== undefined) {
    const open = planned > 1 ? ` (${inconclusive} of ${planned} cases)` : ''
    const { blockedBy } = statistics
    const reason = `${blockedReason(blockedBy)}: ${blocked.reason}${open}`
    return give('inconclusive', reason, { blockedBy, exchanges: blocked.sent })
  }
  if (planned === 0)
    return give('inapplicable', 'there is no case of it for this target and these settings')
  const done = judged + setAside
  if (ended !== undefined && (done < planned || judged === 0)) {
    return give('inconclusive', `stopped after ${share(done, planned, 'case')}: ${ended}`)
  }
  const asideReason = aside && `${share(setAside, planned, 'case')} set aside: ${aside.reason}`
  if (judged > 0) return give('passed', asideReason)
  const { response } = aside?.exchange ?? {}
  const isNotTaken = [400, 409, 415, 422].includes(response?.status ?? 0)
  const verdict = aside?.notSafe === true || isNotTaken ? 'inapplicable' : 'inconclusive'
  const exchanges = aside?.exchange === undefined ? [] : [aside.exchange]
  return give(verdict, asideReason ?? 'no case was judged', { exchanges })
}

/** Counts a part of cases or requests: `1 case`, `both cases`, `all 3 cases`, `2 of 3 cases`. */
function share(part: number, whole: number, one: string): string {
  const noun = whole === 1 ? one : `${one}s`
  if (part !== whole) return `${part} of ${whole} ${noun}`
  if (whole === 2) return `both ${noun}`
  return whole === 1 ? `1 ${noun}` : `all ${whole} ${noun}`
}

/** Counts the requests whose answers an invariant failed, those that brought none among them. */
export function wronglyAnswered(failed: number, judged: number): string {
  const verb = failed === 1 ? 'was' : 'were'
  return `${share(failed, judged, 'request')} ${verb} answered wrongly or not at all`
}

/** Says which findings say all that there is to say. */
export function blockedReason(by: readonly string[]): string {
  return `blocked by ${by.join(', ')}`
}

/**
 * Names the finding behind results that could not be judged because deletions were not answered.
 *
 * @param unanswered - ids of these results
 */
export function blockedByUnanswered(
  results: readonly RequirementResult[],
  unanswered: ReadonlySet<string>,
): readonly RequirementResult[] {
  if (!results.some((one) => one.id === ANSWERED && isViolated(one))) return results
  return results.map((result) => {
    const { id, verdict, reason } = result
    if (verdict !== 'inconclusive' || !unanswered.has(id)) return result
    const blockedBy = [ANSWERED]
    return { ...result, blockedBy, reason: `${blockedReason(blockedBy)}: ${reason}` }
  })
}

/** Names findings where a result is blocked by one that is blocked itself. */
export function blockedByFindings(
  results: readonly RequirementResult[],
): readonly RequirementResult[] {
  const blockers = new Map(results.map(({ id, blockedBy }) => [id, blockedBy]))
  const findingsBehind = (id: string, passed: readonly string[]): readonly string[] => {
    const next = blockers.get(id)
    if (next === undefined || passed.includes(id)) return [id]
    return next.flatMap((one) => findingsBehind(one, [...passed, id]))
  }
  return results.map((result) => {
    const { blockedBy, reason } = result
    if (blockedBy === undefined) return result
    const findings = [...new Set(blockedBy.flatMap((id) => findingsBehind(id, [])))].sort()
    return {
      ...result,
      blockedBy: findings,
      ...(reason && { reason: reason.replace(blockedReason(blockedBy), blockedReason(findings)) }),
    }
  })
}

/** Gives the verdict on an invariant that has judged something. */
export function invariantResult(
  requirement: Invariant,
  contract: Contract,
  { judged, failed, violations, exchanges = [], undecided, known }: Observed,
): RequirementResult {
  const inconclusive = (undecided?.count ?? 0) + known.count
  const cases: CaseCounts = { unit: 'answer', judged, failed, inconclusive, setAside: 0 }
  const give = resultWith(requirement, contract, cases)
  if (failed > 0) {
    return give(violated(requirement.level), wronglyAnswered(failed, judged), {
      violations: violations.map((violation) => reported(requirement, violation)),
      exchanges: [...exchanges, ...violations.map(({ exchange }) => exchange)],
    })
  }
  if (undecided !== undefined) {
    const { message, exchange } = undecided.first
    return give('inconclusive', message, { exchanges: [exchange] })
  }
  if (known.by.length === 0) return give('passed')
  const answers = share(known.count, judged + known.count, 'answer')
  const reason = `${blockedReason(known.by)}: ${answers} ${known.count === 1 ? 'is' : 'are'} wrong only as told there`
  return give('inconclusive', reason, { blockedBy: known.by })
}

/** Gives the verdict on a requirement that was not probed, or an invariant that has judged nothing. */
export function notProbed(
  requirement: Requirement,
  contract: Contract,
  verdict: 'inconclusive' | 'inapplicable',
  reason: string,
): RequirementResult {
  const unit = isInvariant(requirement) ? 'answer' : 'case'
  const cases = { unit, judged: 0, failed: 0, inconclusive: 0, setAside: 0 } as const
  return resultWith(requirement, contract, cases)(verdict, reason)
}

/** Violations and exchanges that a result shows. */
interface Shown {
  readonly violations?: readonly ReportedViolation[]
  readonly exchanges?: readonly Exchange[]
  readonly blockedBy?: readonly string[]
}

/** Makes a function that gives the result for a verdict. */
function resultWith(
  { id, level, title, source }: Requirement,
  contract: Contract,
  cases: CaseCounts,
) {
  return (
    verdict: Verdict,
    reason?: string,
    { violations = [], exchanges = [], blockedBy }: Shown = {},
  ): RequirementResult => ({
    ...{ id, level, title, source: source(contract), verdict },
    ...(reason !== undefined && { reason }),
    ...(blockedBy !== undefined && { blockedBy }),
    cases,
    violations,
    exchanges: [...new Set(exchanges)].map(quoted),
  })
}

/** Shows failing cases. Of a property: the shrunk ones, and those that fail in yet another way. */
function failuresIn(
  requirement: Requirement,
  { failures }: Probed['statistics'],
  shrunk: Probed['shrunk'],
): Shown {
  const kindsOf = (violations: readonly Violation[]) => fingerprintsOf(requirement.id, violations)
  const shown = new Set(shrunk.flatMap(({ outcome }) => kindsOf(outcome.violations)))
  const others = failures.filter(
    ({ violations }) => shrunk.length === 0 || kindsOf(violations).some((kind) => !shown.has(kind)),
  )
  const cases = [
    ...shrunk.map(({ outcome, counterexample, account: shrinking }) => ({
      ...outcome,
      by: { counterexample, shrinking },
    })),
    ...others.map((one) => ({
      ...one,
      by: one.value === undefined ? {} : { counterexample: JSON.stringify(one.value) },
    })),
  ]
  return {
    violations: cases.flatMap(({ violations, by }) =>
      violations.map((violation) => ({ ...reported(requirement, violation), ...by })),
    ),
    // An answer at fault may be of another case: to the first upload that gave another's id.
    exchanges: cases.flatMap(({ sent, violations }) => [
      ...sent,
      ...violations.map(({ exchange }) => exchange),
    ]),
  }
}

/** Characters of a place or value in a report: the target names properties, and names may be long. */
const SHOWN_LENGTH = 1_000

function reported({ id }: Requirement, violation: Violation): ReportedViolation {
  const { exchange, where, expected, received } = violation
  const { requirement, case: caseKey, step } = exchange
  return {
    where: shortened(where, SHOWN_LENGTH),
    expected: shortened(expected, SHOWN_LENGTH),
    received: shortened(received, SHOWN_LENGTH),
    fingerprint: fingerprintOf(id, violation),
    requirement,
    case: caseKey,
    step,
  }
}

/** Verdict of a run, and why. */
export interface Conclusion {
  readonly verdict: RunVerdict
  readonly reasons: readonly string[]
  readonly totals: Readonly<Record<Verdict, number>>
}

/** Facts that decide the verdict of a run. */
export interface Facts {
  readonly document: Pick<Report['document'], 'statuses' | 'otherStatuses'>
  readonly results: readonly RequirementResult[]
  readonly observed: Report['observed']
  readonly selection: Selection
  /** Whether a violated SHOULD counts as much as a violated MUST. */
  readonly strict: boolean
  /** Statuses that the user wants to see. */
  readonly expectedStatuses: readonly number[]
  /** Sentences that stand before the reasons. */
  readonly remarks: readonly string[]
  /** Files of the run that may still be there. */
  readonly left: readonly string[]
  /** Reason to doubt the whole run, whatever its results. */
  readonly doubt?: string | undefined
}

/**
 * Gives the verdict of a run. A violation outweighs everything. Without one, nothing may be inconclusive,
 * something must have been judged, and the statuses of a deletion must have been seen.
 */
export function conclude(facts: Facts): Conclusion {
  const { results, strict, remarks } = facts
  const count = (verdict: Verdict) => results.filter((one) => one.verdict === verdict).length
  const totals = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, count(verdict)]),
  ) as Conclusion['totals']
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

/**
 * Finds a reason to doubt a read-only run: files of others are gone, or nothing shows that the target has any.
 *
 * @param capabilities - of the target
 */
export function doubtOfReadOnly(
  capabilities: readonly ReportedCapability[],
  damage: DamageReport | undefined,
): string | undefined {
  if (isLoss(damage)) return 'a read-only run has to leave them, whoever deleted them'
  const list = capabilities.find(({ name }) => name === 'list')
  return list === undefined || list.available
    ? undefined
    : `nothing shows that files are served at this URL: ${list.reason}`
}

/** Tells whether files of others are gone. */
export function isLoss(damage: DamageReport | undefined): boolean {
  return damage !== undefined && damage.gone.length > 0
}

/** Says that files of others are gone. */
export function remarksOn(damage: DamageReport | undefined): readonly string[] {
  return sentence(
    damage?.gone.length ?? 0,
    'file of others is gone that was listed before the run',
    'files of others are gone that were listed before the run',
  )
}

/** Says why a run is inconclusive: only the strongest reason. */
function doubts(
  { results, left, doubt, ...facts }: Facts,
  totals: Conclusion['totals'],
): readonly string[] {
  if (doubt !== undefined) return [doubt]
  const undecided = inconclusiveReasons(results)
  if (undecided.length > 0) return undecided
  if (totals.passed + totals.warned === 0) return ['no requirement was judged']
  if (left.length > 0) {
    return sentence(left.length, 'file of the run is left', 'files of the run are left')
  }
  return unseenStatuses({ ...facts, requirements: results, options: facts })
}

function sentence(count: number, one: string, many: string): readonly string[] {
  if (count === 0) return []
  return [count === 1 ? `1 ${one}` : `${count} ${many}`]
}

function inconclusiveReasons(results: readonly RequirementResult[]): readonly string[] {
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

/** Parts of a report that say which statuses a run had to see. */
interface StatusFacts extends Pick<Report, 'observed'> {
  readonly document: Pick<Report['document'], 'statuses' | 'otherStatuses'>
  readonly options: Pick<Report['options'], 'expectedStatuses'>
  readonly requirements: readonly Pick<RequirementResult, 'id'>[]
  readonly selection: Pick<Selection, 'shard'>
}

/**
 * Names the statuses that a run had to see and did not: of a role that has several, the first for all of them. A
 * partial run has to see those of its families.
 */
export function unseenStatuses(facts: StatusFacts): readonly string[] {
  const { document, requirements, observed, options, selection } = facts
  // Another shard may have seen what this one has not.
  if (selection.shard !== undefined) return []
  const families = new Set(requirements.map(({ id }) => familyOf(id)))
  const roles: readonly Role[] = ['deleted', 'not-found']
  const isUnseen = (status: number) => observed[status] === undefined
  const needed = roles
    .filter(
      (role) => families.has(role) && document.otherStatuses?.[role]?.every(isUnseen) !== false,
    )
    .flatMap((role) => document.statuses[role] ?? [])
  return [...new Set([...needed, ...options.expectedStatuses])].filter(isUnseen).map(neverObserved)
}

export function neverObserved(status: number): string {
  return `status ${status} was never observed`
}
