import type { Contract } from '../../model/contract.ts'
import type { Exchange } from '../../model/exchange.ts'
import { quoted } from '../../model/recording.ts'
import type { CaseCounts, ReportedViolation, RequirementResult } from '../../model/report.ts'
import { isWatching, type Requirement, type WatchingRequirement } from '../../model/requirement.ts'
import { type Verdict, violated } from '../../model/verdict.ts'
import { shortened, type Violation } from '../../model/violation.ts'
import type { FailedCase } from './case.ts'
import { fingerprintOf, fingerprintsOf } from './fingerprint.ts'
import type { Watched } from './invariants.ts'
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
  const unit = isWatching(requirement) ? 'answer' : 'case'
  return result(requirement, contract, { verdict, reason, cases: { unit, ...NOTHING } })
}

/** The verdict on a requirement from what became of its cases. */
export function probedResult(
  requirement: Requirement,
  contract: Contract,
  { tally, planned, ended = false, shrunk }: Probed,
): RequirementResult {
  const { passed, failed, inconclusive, setAside, undecided, aside } = tally
  const judged = passed + failed
  const cases: CaseCounts = { unit: 'case', judged, failed, inconclusive, setAside }
  if (failed > 0) {
    return result(requirement, contract, {
      verdict: violated(requirement.level),
      reason: `${failed} of ${judged} cases failed`,
      cases,
      ...failures(requirement, tally.failures, shrunk),
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
export function watchedResult(
  requirement: WatchingRequirement,
  contract: Contract,
  { judged, failed, violations, undecided }: Watched,
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
