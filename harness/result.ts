import type { Contract } from '../model/contract.ts'
import type { Exchange } from '../model/exchange.ts'
import type { CaseCounts, ReportedViolation, RequirementResult } from '../model/report.ts'
import { isWatching, type Requirement, type WatchingRequirement } from '../model/requirement.ts'
import { type Verdict, violated } from '../model/verdict.ts'
import type { Violation } from '../model/violation.ts'
import type { CaseOutcome } from './case.ts'
import type { Probed } from './probing.ts'
import { quoted } from './recording.ts'
import type { Watched } from './watching.ts'

/** Failing cases that a report shows; the others are counted. */
const SHOWN_FAILURES = 5

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

/** The verdict on a requirement from the outcomes of its cases. */
export function probedResult(
  requirement: Requirement,
  contract: Contract,
  { outcomes, planned, shrunk }: Probed,
): RequirementResult {
  const count = (kind: CaseOutcome['kind']) =>
    outcomes.filter((outcome) => outcome?.kind === kind).length
  const cases: CaseCounts = {
    unit: 'case',
    judged: count('passed') + count('failed'),
    failed: count('failed'),
    inconclusive: count('inconclusive'),
    setAside: count('set-aside'),
  }
  if (cases.failed > 0) {
    return result(requirement, contract, {
      verdict: violated(requirement.level),
      reason: `${cases.failed} of ${cases.judged} cases failed`,
      cases,
      ...failures(outcomes, shrunk),
    })
  }
  const undecided = outcomes.find((outcome) => outcome?.kind === 'inconclusive')
  if (undecided?.kind === 'inconclusive') {
    const share = planned > 1 ? ` (${cases.inconclusive} of ${planned} cases)` : ''
    return result(requirement, contract, {
      verdict: 'inconclusive',
      reason: undecided.reason + share,
      cases,
      exchanges: undecided.exchange === undefined ? [] : [undecided.exchange],
    })
  }
  const aside = outcomes.find((outcome) => outcome?.kind === 'set-aside')
  const asideReason =
    aside?.kind === 'set-aside' ? `${cases.setAside} of ${planned} set aside: ${aside.reason}` : ''
  if (cases.judged === 0) {
    const reason = asideReason || 'no case was judged'
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
  { judged, failed, violations }: Watched,
): RequirementResult {
  const cases: CaseCounts = { unit: 'answer', ...NOTHING, judged, failed }
  if (failed === 0) return result(requirement, contract, { verdict: 'passed', cases })
  return result(requirement, contract, {
    verdict: violated(requirement.level),
    reason: `${failed} of ${judged} answers failed`,
    cases,
    violations: violations.map((violation) => reported(violation)),
    exchanges: violations.map(({ exchange }) => exchange),
  })
}

function failures(outcomes: readonly CaseOutcome[], shrunk: Probed['shrunk']) {
  const failed =
    shrunk === undefined
      ? outcomes.filter((outcome) => outcome?.kind === 'failed')
      : [shrunk.outcome]
  const shown = failed.slice(0, SHOWN_FAILURES)
  return {
    violations: shown.flatMap((outcome) =>
      outcome.kind === 'failed'
        ? outcome.violations.map((violation) => reported(violation, outcome.value, shrunk))
        : [],
    ),
    exchanges: shown.flatMap(({ sent }) => sent),
  }
}

function reported(
  { exchange, where, expected, received }: Violation,
  value?: unknown,
  shrunk?: Probed['shrunk'],
): ReportedViolation {
  const { requirement, case: caseKey, step } = exchange
  const found = { where, expected, received, requirement, case: caseKey, step }
  if (shrunk !== undefined) {
    return { ...found, counterexample: shrunk.counterexample, shrinking: shrunk.account }
  }
  return value === undefined ? found : { ...found, counterexample: JSON.stringify(value) }
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
