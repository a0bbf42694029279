import type { Shard } from '../../model/report.ts'
import { type Family, isInvariant, type Requirement } from '../../model/requirement.ts'
import { SelectionError } from './selection.ts'

/** A requirement and the family that it is concluded with. */
interface ScheduledRequirement {
  readonly family: Family
  readonly requirement: Requirement
  /** Whether the family is decided after it. */
  readonly last: boolean
}

/**
 * The order in which requirements have their turn: in a family, what probes before what watches; then
 * what is probed at the end; what watches the whole run when nothing more is sent.
 */
export function scheduleOf(families: readonly Family[]): readonly ScheduledRequirement[] {
  const ranked = families.flatMap((family) =>
    family.requirements.map((requirement) => ({ family, requirement })),
  )
  const inFamily = (family: Family) =>
    ranked
      .filter((turn) => turn.family === family && round(turn.requirement) === 0)
      .sort((a, b) => Number(isInvariant(a.requirement)) - Number(isInvariant(b.requirement)))
  const inRound = (number: number) => ranked.filter((turn) => round(turn.requirement) === number)
  const ordered = [...families.flatMap(inFamily), ...inRound(1), ...inRound(2)]
  return ordered.map((turn, at) => ({
    ...turn,
    last: !ordered.slice(at + 1).some(({ family }) => family === turn.family),
  }))
}

/** 0: with its family; 1: when all families were probed; 2: when nothing more is sent. */
function round(requirement: Requirement): 0 | 1 | 2 {
  if (isInvariant(requirement)) return requirement.scope === 'run' ? 2 : 0
  return requirement.atTheEnd === true ? 1 : 0
}

/**
 * The part of the chosen requirements that is a shard's. Those that probe are dealt out in turn; those that
 * watch stand where what they watch does, and so in several shards: what they see there adds up.
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
  return families
    .map((family) => {
      const all = family.requirements
      // What watches nothing stands in the first shard, so that nothing is lost.
      const observed = all.some((one) => !isInvariant(one))
      const here = observed ? all.some((one) => own.has(one)) : index === 1
      return {
        ...family,
        requirements: all.filter((one) =>
          isInvariant(one) ? one.scope === 'run' || here : own.has(one),
        ),
      }
    })
    .filter(({ requirements }) => requirements.length > 0)
}
