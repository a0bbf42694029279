import type { Contract, Role } from '../../model/contract.ts'
import { quoted } from '../../model/evidence.ts'
import type { Exchange } from '../../model/exchange.ts'
import type {
  CaseCounts,
  DamageReport,
  Report,
  ReportedViolation,
  RequirementResult,
  Selection,
} from '../../model/report.ts'
import { familyOf, type Invariant, isInvariant, type Requirement } from '../../model/requirement.ts'
import { type RunVerdict, VERDICTS, type Verdict, violated } from '../../model/verdict.ts'
import { shortened, type Violation } from '../../model/violation.ts'
import type { FailedCase } from './case.ts'
import { fingerprintOf, fingerprintsOf } from './fingerprint.ts'
import type { Observed } from './invariants.ts'
import type { Probed } from './probing.ts'
import type { Shrunk } from './shrinking.ts'

const NOTHING: Omit<CaseCounts, 'unit'> = { judged: 0, failed: 0, inconclusive: 0, setAside: 0 }

/** A requirement that was not probed, and why. */
export function notProbed(
  requirement: Requirement,
  contract: Contract,
  verdict: 'inconclusive' | 'inapplicable',
  reason: string,
): RequirementResult {
  const unit = isInvariant(requirement) ? 'answer' : 'case'
  return result(requirement, contract, { verdict, reason, cases: { unit, ...NOTHING } })
}

/** The verdict on a requirement from what became of its cases. */
export function probedResult(
  requirement: Requirement,
  contract: Contract,
  { statistics, planned, ended = false, shrunk }: Probed,
): RequirementResult {
  const { passed, failed, inconclusive, setAside, undecided, aside } = statistics
  const judged = passed + failed
  const cases: CaseCounts = { unit: 'case', judged, failed, inconclusive, setAside }
  if (failed > 0) {
    return result(requirement, contract, {
      verdict: violated(requirement.level),
      reason: `${failed} of ${judged} cases failed`,
      cases,
      ...failures(requirement, statistics.failures, shrunk),
    })
  }
  if (undecided !== undefined) {
    // All that was not run for want of budget has one reason, and stands in one line.
    const cutOff = undecided.kind === 'inconclusive' && undecided.cutOff === true
    const share =
      planned > 1 && !(cutOff && judged === 0)
        ? ` (${planned - judged - setAside} of ${planned} cases)`
        : ''
    return result(requirement, contract, {
      verdict: 'inconclusive',
      reason: undecided.reason + share,
      cases,
      exchanges: undecided.exchange === undefined ? [] : [undecided.exchange],
    })
  }
  const done = judged + setAside
  if (ended && (done < planned || judged === 0)) {
    const reason = `stopped after ${done} of ${planned} cases: a deletion of what is no file of this run was answered with success`
    return result(requirement, contract, { verdict: 'inconclusive', reason, cases })
  }
  const asideReason =
    aside === undefined ? '' : `${setAside} of ${planned} set aside: ${aside.reason}`
  if (judged === 0) {
    const reason = asideReason || 'no case was judged'
    if (aside?.notSafe === true) {
      return result(requirement, contract, { verdict: 'inapplicable', reason, cases })
    }
    return result(requirement, contract, { verdict: 'inconclusive', reason, cases })
  }
  return result(requirement, contract, {
    verdict: 'passed',
    cases,
    ...(asideReason === '' ? {} : { reason: asideReason }),
  })
}

/** The verdict on a watching requirement that has seen something. */
export function invariantResult(
  requirement: Invariant,
  contract: Contract,
  { judged, failed, violations, undecided }: Observed,
): RequirementResult {
  const inconclusive = undecided?.count ?? 0
  const cases: CaseCounts = { unit: 'answer', ...NOTHING, judged, failed, inconclusive }
  if (failed === 0 && undecided !== undefined) {
    const { message: reason, exchange } = undecided.first
    const exchanges = [exchange]
    return result(requirement, contract, { verdict: 'inconclusive', reason, cases, exchanges })
  }
  if (failed === 0) return result(requirement, contract, { verdict: 'passed', cases })
  return result(requirement, contract, {
    verdict: violated(requirement.level),
    reason: `${failed} of ${judged} answers failed`,
    cases,
    violations: violations.map((violation) => reported(requirement, violation)),
    exchanges: violations.map(({ exchange }) => exchange),
  })
}

/** What is shown of failing cases: of a property the simplest forms, and what fails in yet another way. */
function failures(
  requirement: Requirement,
  failed: readonly FailedCase[],
  shrunk: readonly Shrunk[],
) {
  const kindsOf = ({ violations }: FailedCase) => fingerprintsOf(requirement.id, violations)
  const told = new Set(shrunk.flatMap(({ outcome }) => kindsOf(outcome)))
  const others =
    shrunk.length === 0
      ? failed
      : failed.filter((one) => kindsOf(one).some((kind) => !told.has(kind)))
  return {
    violations: [
      ...shrunk.flatMap(({ outcome, counterexample, account: shrinking }) =>
        outcome.violations.map((violation) => ({
          ...reported(requirement, violation),
          counterexample,
          shrinking,
        })),
      ),
      ...others.flatMap(({ violations, value }) =>
        violations.map((violation) => ({
          ...reported(requirement, violation),
          ...(value === undefined ? {} : { counterexample: JSON.stringify(value) }),
        })),
      ),
    ],
    exchanges: [...shrunk.map(({ outcome }) => outcome), ...others].flatMap(({ sent }) => sent),
  }
}

/** Characters of a place or a value in a report: names of properties are the target's, and may be long. */
const TOLD_LENGTH = 1_000

function reported({ id }: Requirement, violation: Violation): ReportedViolation {
  const { exchange, where, expected, received } = violation
  const { requirement, case: caseKey, step } = exchange
  return {
    where: shortened(where, TOLD_LENGTH),
    expected: shortened(expected, TOLD_LENGTH),
    received: shortened(received, TOLD_LENGTH),
    fingerprint: fingerprintOf(id, violation),
    requirement,
    case: caseKey,
    step,
  }
}

interface Finding {
  readonly verdict: Verdict
  readonly reason?: string
  readonly cases: CaseCounts
  readonly violations?: readonly ReportedViolation[]
  readonly exchanges?: readonly Exchange[]
}

function result(
  { id, level, title, source }: Requirement,
  contract: Contract,
  { violations = [], exchanges = [], verdict, reason, cases }: Finding,
): RequirementResult {
  return {
    id,
    level,
    title,
    source: source(contract),
    verdict,
    ...(reason === undefined ? {} : { reason }),
    cases,
    violations,
    exchanges: [...new Set(exchanges)].map(quoted),
  }
}

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
export function remarksOn(others: DamageReport | undefined): readonly string[] {
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
