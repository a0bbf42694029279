import type { Excuse, Gate, GateVerdict, Waiver } from '../../model/gate.ts'
import type { Report, ReportedViolation, RequirementResult } from '../../model/report.ts'
import type { Verdict } from '../../model/verdict.ts'
import { neverObserved, unseenStatuses } from '../run/verdicts.ts'

/**
 * Holds a report against what was accepted before: marks each violation that is excused, and says whether
 * anything is worse. The verdict of the run stays what it is.
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
  const waiver = waivers?.entries.find((one) => names(one, id, violation))
  if (waiver !== undefined) {
    const { reason, owner, expires, line } = waiver
    return { ...violation, excuse: { by: 'waiver', reason, owner, expires, line } }
  }
  const known = resultIn(baseline?.report, id)?.violations ?? []
  return known.some(({ fingerprint }) => fingerprint === violation.fingerprint)
    ? { ...violation, excuse: { by: 'baseline' } }
    : violation
}

function names(waiver: Waiver, id: string, { fingerprint }: ReportedViolation): boolean {
  return waiver.requirement === id && (waiver.fingerprint ?? fingerprint) === fingerprint
}

function gateOf(report: Report, { waivers, baseline }: Accepted): Gate {
  const counting = report.requirements.filter((one) => counts(report, one))
  const withExcuse = (by: Excuse['by']) =>
    counting
      .filter(({ violations }) => violations.some(({ excuse }) => excuse?.by === by))
      .map(({ id }) => id)
  const fresh = counting
    .filter(({ violations }) => violations.some(({ excuse }) => excuse === undefined))
    .map(({ id }) => id)
  const stale = (waivers?.entries ?? []).filter((one) => isStale(one, report))
  const fixed = (baseline?.report.requirements ?? [])
    .filter((one) => isViolated(one) && resultIn(report, one.id)?.verdict === 'passed')
    .map(({ id }) => id)
  const found = {
    closed: fresh.map((id) => `${id} is violated, and nothing excuses it`),
    undecided: doubts(report, baseline?.report),
    stale: stale.map(({ requirement }) => `a waiver of ${requirement} excuses nothing any more`),
  }
  const verdict = (['closed', 'undecided', 'stale'] as const).find((one) => found[one].length > 0)
  return {
    verdict: verdict ?? ('open' satisfies GateVerdict),
    reasons: verdict === undefined ? [] : found[verdict],
    ...(waivers === undefined
      ? {}
      : { waivers: { file: waivers.file, entries: waivers.entries.length } }),
    ...(baseline === undefined
      ? {}
      : {
          baseline: {
            file: baseline.file,
            target: baseline.report.target.url,
            started: baseline.report.started,
          },
        }),
    fresh,
    waived: withExcuse('waiver'),
    known: withExcuse('baseline'),
    fixed,
    stale,
  }
}

/** Whether a result would make the run fail, were it not excused. */
function counts({ options }: Report, { verdict }: RequirementResult): boolean {
  return verdict === 'failed' || (verdict === 'warned' && options.strict)
}

function isViolated({ verdict }: RequirementResult): boolean {
  return verdict === 'failed' || verdict === 'warned'
}

/** Only of what was judged can be said that it is in order. */
function isStale(waiver: Waiver, report: Report): boolean {
  const result = resultIn(report, waiver.requirement)
  if (result === undefined) return false
  if (result.verdict === 'passed') return true
  return isViolated(result) && !result.violations.some((one) => names(waiver, result.id, one))
}

/** What must have been judged and was not: a broken set-up must not open the gate. */
function doubts(report: Report, baseline: Report | undefined): readonly string[] {
  const lost = new Map<string, string[]>()
  for (const { id, verdict, reason = '' } of report.requirements) {
    if (!isLoss(resultIn(baseline, id)?.verdict, verdict)) continue
    lost.set(reason, [...(lost.get(reason) ?? []), id])
  }
  if (lost.size > 0) {
    return [...lost].map(([reason, ids]) => `not judged: ${namedShortly(ids)}: ${reason}`)
  }
  if (!report.requirements.some(({ cases }) => cases.judged > 0))
    return ['no requirement was judged']
  const unseen = unseenStatuses(report)
  // What the baseline did not see is no loss, unless it was asked for.
  const unseenBefore = baseline === undefined ? [] : unseenStatuses(baseline)
  const asked = report.options.expectedStatuses.map(neverObserved)
  return unseen.filter((one) => asked.includes(one) || !unseenBefore.includes(one))
}

const NAMED = 3

function namedShortly(ids: readonly string[]): string {
  const others = ids.length - NAMED
  return [...ids.slice(0, NAMED), ...(others > 0 ? [`${others} more`] : [])].join(', ')
}

function isLoss(before: Verdict | undefined, now: Verdict): boolean {
  // What was violated and cannot be judged now is no better; but it is not worse.
  if (now === 'inconclusive') {
    return before === undefined || before === 'passed' || before === 'inapplicable'
  }
  return now === 'inapplicable' && before === 'passed'
}

function resultIn(report: Report | undefined, id: string): RequirementResult | undefined {
  return report?.requirements.find((one) => one.id === id)
}

/** What was accepted before the run, by whom and until when, or as it was. */
export interface Accepted {
  readonly waivers?: {
    readonly file: string
    /** The file as it was read. */
    readonly text: string
    readonly entries: readonly Waiver[]
  }
  readonly baseline?: { readonly file: string; readonly report: Report }
}
