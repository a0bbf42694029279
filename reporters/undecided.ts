import type { Report } from '../model/report.ts'
import type { Verdict } from '../model/verdict.ts'

/** A reason for which requirements were not judged, and their ids. */
interface Undecided {
  readonly reason: string
  readonly ids: readonly string[]
}

/** Requirements that were not judged, by the reason; without those of which the verdict says all. */
export function undecided(
  { requirements, reasons }: Report,
  ...verdicts: readonly Verdict[]
): readonly Undecided[] {
  const byReason = new Map<string, string[]>()
  for (const { id, verdict, reason = '' } of requirements) {
    if (verdicts.includes(verdict)) byReason.set(reason, [...(byReason.get(reason) ?? []), id])
  }
  return [...byReason]
    .map(([reason, ids]) => ({ reason, ids }))
    .filter(({ reason }) => !reasons.includes(reason))
}
