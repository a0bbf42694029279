import type { RequirementResult } from '../model/report.ts'
import { type Family, isWatching, type Requirement } from '../model/requirement.ts'
import type { CaseListener, Examiner } from './examiner.ts'

/** What is told while a run goes on. */
export interface RunListener {
  requirementStarted(requirement: Requirement): void
  readonly caseDone: CaseListener
  familyDone(family: Family, results: readonly RequirementResult[]): void
}

/** A requirement and the family that it is concluded with. */
export interface Turn {
  readonly family: Family
  readonly requirement: Requirement
  /** Whether the family is decided after it. */
  readonly last: boolean
}

/**
 * The order in which requirements have their turn: in a family, what probes before what watches; what
 * watches the whole run when all else is done.
 */
export function turnsOf(families: readonly Family[]): readonly Turn[] {
  const ranked = families.flatMap((family) =>
    family.requirements.map((requirement) => ({ family, requirement })),
  )
  const late = ({ requirement }: (typeof ranked)[number]) =>
    isWatching(requirement) && requirement.watches === 'run'
  const inFamily = (family: Family) =>
    ranked
      .filter((turn) => turn.family === family && !late(turn))
      .sort((a, b) => Number(isWatching(a.requirement)) - Number(isWatching(b.requirement)))
  const ordered = [...families.flatMap(inFamily), ...ranked.filter(late)]
  return ordered.map((turn, at) => ({
    ...turn,
    last: !ordered.slice(at + 1).some(({ family }) => family === turn.family),
  }))
}

/** Examines all requirements, and tells of each family when it is decided. */
export async function examineAll(
  families: readonly Family[],
  examiner: Examiner,
  listener: RunListener,
): Promise<readonly RequirementResult[]> {
  const results = new Map<Requirement, RequirementResult>()
  const resultsOf = (family: Family) =>
    family.requirements.flatMap((requirement) => results.get(requirement) ?? [])
  for (const { family, requirement, last } of turnsOf(families)) {
    listener.requirementStarted(requirement)
    results.set(requirement, await examiner.examine(requirement))
    if (last) listener.familyDone(family, resultsOf(family))
  }
  return families.flatMap(resultsOf)
}
