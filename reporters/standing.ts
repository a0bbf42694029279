import type { Excuse } from '../model/gate.ts'
import type { RequirementResult } from '../model/report.ts'
import { excerpt } from './excerpt.ts'

/** How a violated requirement of which everything is excused stands to what was accepted before. */
type Standing = 'waived' | 'known'

/** Undefined where something is violated that nothing excuses, or nothing is violated. */
export function standingOf({ violations }: RequirementResult): Standing | undefined {
  if (violations.length === 0 || violations.some(({ excuse }) => excuse === undefined)) {
    return undefined
  }
  return violations.some(({ excuse }) => excuse?.by === 'waiver') ? 'waived' : 'known'
}

/** The word by which a result is called: its verdict, or that it was accepted. */
export function calledOf(result: RequirementResult): string {
  return standingOf(result) ?? result.verdict
}

/** Why a violation is accepted, for people. */
export function excuseText(excuse: Excuse): string {
  return excuse.by === 'baseline'
    ? 'in the baseline, too'
    : `until ${excuse.expires}: ${excerpt(excuse.reason)} (${excerpt(excuse.owner)})`
}

/** The excuses of a result, each once. */
export function excusesOf({ violations }: RequirementResult): readonly string[] {
  return [...new Set(violations.flatMap(({ excuse }) => (excuse ? [excuseText(excuse)] : [])))]
}
