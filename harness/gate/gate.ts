import type { Excuse, Gate, Waiver } from '../../model/gate.ts'
import type { Report, ReportedViolation, RequirementResult } from '../../model/report.ts'
import { isViolated, type Verdict } from '../../model/verdict.ts'
import { neverObserved, unseenStatuses } from '../run/verdicts.ts'

/** Known violations, from one source or both. */
export interface Accepted {
  readonly waivers?: {
    readonly file: string
    /** Content of the file. */
    readonly text: string
    readonly entries: readonly Waiver[]
  }
  readonly baseline?: { readonly file: string; readonly report: Report }
}

/**
 * Marks the accepted violations of a report, and adds the verdict of the gate: is anything worse than
 * what was accepted? The verdict of the run stays.
 */
export function gated(report: Report, accepted: Accepted): Report {
  const requirements = report.requirements.map((result) => ({
    ...result,
    violations: result.violations.map((violation) => excused(result, violation, accepted)),
  }))
  const marked = { ...report, requirements }
  return { ...marked, gate: gateOf(marked, accepted) }
}

function excused(
  { id }: RequirementResult,
  violation: ReportedViolation,
  { waivers, baseline }: Accepted,
): ReportedViolation {
  const waiver = waivers?.entries.find((one) => covers(one, id, violation))
  if (waiver !== undefined) {
    const { reason, owner, expires, line } = waiver
    return { ...violation, excuse: { by: 'waiver', reason, owner, expires, line } }
  }
  const known = resultIn(baseline?.report, id)?.violations ?? []
  return known.some(({ fingerprint }) => fingerprint === violation.fingerprint)
    ? { ...violation, excuse: { by: 'baseline' } }
    : violation
}

function covers(waiver: Waiver, id: string, { fingerprint }: ReportedViolation): boolean {
  return waiver.requirement === id && (waiver.fingerprint ?? fingerprint) === fingerprint
}

function gateOf(report: Report, { waivers, baseline }: Accepted): Gate {
  const { strict } = report.options
  const counting = report.requirements.filter(
    ({ verdict }) => verdict === 'failed' || (strict && verdict === 'warned'),
  )
  const violatedWith = (by: Excuse['by'] | undefined) =>
    counting
      .filter(({ violations }) => violations.some(({ excuse }) => excuse?.by === by))
      .map(({ id }) => id)
  const fresh = violatedWith(undefined)
  const stale = (waivers?.entries ?? []).filter((one) => isStale(one, report))
  const before = baseline?.report
  const found = {
    closed: fresh.map((id) => `${id} is violated, and neither waiver nor baseline accepts it`),
    undecided: doubts(report, before),
    stale: stale.map(({ requirement }) => `a waiver of ${requirement} matches no violation`),
  }
  const verdict = (['closed', 'undecided', 'stale'] as const).find((one) => found[one].length > 0)
  return {
    verdict: verdict ?? 'open',
    reasons: verdict === undefined ? [] : found[verdict],
    ...(waivers && { waivers: { file: waivers.file, entries: waivers.entries.length } }),
    ...(baseline && {
      baseline: {
        file: baseline.file,
        target: baseline.report.target.url,
        started: baseline.report.started,
      },
    }),
    fresh,
    waived: violatedWith('waiver'),
    known: violatedWith('baseline'),
    fixed: (before?.requirements ?? [])
      .filter((one) => isViolated(one) && resultIn(report, one.id)?.verdict === 'passed')
      .map(({ id }) => id),
    stale,
  }
}

/** Tells whether a waiver matches no violation, of a requirement that was judged. */
function isStale(waiver: Waiver, report: Report): boolean {
  const result = resultIn(report, waiver.requirement)
  if (result === undefined) return false
  if (result.verdict === 'passed') return true
  return isViolated(result) && !result.violations.some((one) => covers(waiver, result.id, one))
}

/** Lists what had to be judged and was not: a broken set-up must not open the gate. */
function doubts(report: Report, baseline: Report | undefined): readonly string[] {
  const lost = new Map<string, string[]>()
  for (const { id, verdict, reason = '', blockedBy } of report.requirements) {
    // It says no more than they do, and is accepted with them.
    if (blockedBy?.every((other) => isAccepted(resultIn(report, other)))) continue
    if (!isLoss(resultIn(baseline, id)?.verdict, verdict)) continue
    lost.set(reason, [...(lost.get(reason) ?? []), id])
  }
  if (lost.size > 0) {
    return [...lost].map(([reason, ids]) => `not judged: ${namedShortly(ids)}: ${reason}`)
  }
  if (!report.requirements.some(({ cases }) => cases.judged > 0)) {
    return ['no requirement was judged']
  }
  // A status that the baseline did not see either is no loss, unless the user expects it.
  const unseenBefore = baseline === undefined ? [] : unseenStatuses(baseline)
  const expected = report.options.expectedStatuses.map(neverObserved)
  // Neither is one in whose place another is accepted.
  const replaced = Object.entries(STATUS_JUDGES).flatMap(([role, id]) => {
    const status = report.document.statuses[role as keyof typeof STATUS_JUDGES]
    return status !== undefined && isAccepted(resultIn(report, id)) ? [neverObserved(status)] : []
  })
  return unseenStatuses(report).filter(
    (one) => expected.includes(one) || ![...unseenBefore, ...replaced].includes(one),
  )
}

/** Requirements that judge the status of the usual answers. */
const STATUS_JUDGES = { deleted: 'deleted/status', 'not-found': 'not-found/never-issued' } as const

const NAMED = 3

function namedShortly(ids: readonly string[]): string {
  const others = ids.length - NAMED
  return [...ids.slice(0, NAMED), ...(others > 0 ? [`${others} more`] : [])].join(', ')
}

function isAccepted(result: RequirementResult | undefined): boolean {
  return result !== undefined && isViolated(result) && result.violations.every((one) => one.excuse)
}

/** Tells whether a verdict was lost. A violation that cannot be judged again is no better, and no worse. */
function isLoss(before: Verdict | undefined, now: Verdict): boolean {
  if (now === 'inapplicable') return before === 'passed'
  const mayBeLost = before === undefined || before === 'passed' || before === 'inapplicable'
  return now === 'inconclusive' && mayBeLost
}

function resultIn(report: Report | undefined, id: string): RequirementResult | undefined {
  return report?.requirements.find((one) => one.id === id)
}
