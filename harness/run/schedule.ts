import { SelectionError } from '../../model/errors.ts'
import type { Shard } from '../../model/report.ts'
import { type Family, isInvariant, type Requirement } from '../../model/requirement.ts'
import { narrowed } from './selection.ts'

/** Requirement in its turn. */
interface ScheduledRequirement {
  readonly family: Family
  readonly requirement: Requirement
  /** Whether it is the last of its family. */
  readonly last: boolean
}

/**
 * Orders requirements: family by family, those that probe before invariants; then those that probe at the
 * end; invariants of the run when nothing more is sent.
 */
export function scheduleOf(families: readonly Family[]): readonly ScheduledRequirement[] {
  const turns = families.flatMap((family) =>
    family.requirements
      .toSorted((a, b) => Number(isInvariant(a)) - Number(isInvariant(b)))
      .map((requirement) => ({ family, requirement })),
  )
  const ordered = turns.toSorted((a, b) => round(a.requirement) - round(b.requirement))
  return ordered.map((turn) => ({
    ...turn,
    last: ordered.findLast(({ family }) => family === turn.family) === turn,
  }))
}

/** 0: with its family; 1 and 2: when all families were probed; 3: when nothing more is sent. */
function round(requirement: Requirement): 0 | 1 | 2 | 3 {
  if (isInvariant(requirement)) return requirement.scope === 'run' ? 3 : 0
  if (requirement.turn === undefined) return 0
  return requirement.turn === 'at the end' ? 1 : 2
}

/**
 * Picks the requirements of a shard. Those that probe are dealt out in turn. Invariants go with what they
 * judge, and so into several shards, whose numbers are added up later.
 *
 * @throws SelectionError if there are more shards than requirements that probe
 */
export function dealt(families: readonly Family[], shard: Shard): readonly Family[] {
  const { index, count } = shard
  const probing = families.flatMap(({ requirements }) =>
    requirements.filter((one) => !isInvariant(one)),
  )
  if (count > probing.length) {
    throw new SelectionError(
      `--shard ${index}/${count}: there are ${probing.length} requirements to deal out, accepted are as many shards at most`,
    )
  }
  const own = new Set(probing.filter((_, at) => at % count === index - 1))
  return narrowed(families, (one, { requirements }) => {
    if (!isInvariant(one)) return own.has(one)
    // Invariants that judge nothing go into the first shard, so that none is lost.
    const hasProbes = requirements.some((other) => !isInvariant(other))
    const isHere = hasProbes ? requirements.some((other) => own.has(other)) : index === 1
    return one.scope === 'run' || isHere
  })
}
