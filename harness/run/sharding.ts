import type { Shard } from '../../model/report.ts'
import { type Family, isWatching } from '../../model/requirement.ts'
import { SelectionError } from './selection.ts'

/**
 * The part of the chosen requirements that is a shard's. Those that probe are dealt out in turn; those that
 * watch stand where what they watch does, and so in several shards: what they see there adds up.
 *
 * @throws SelectionError if there are more shards than requirements that probe
 */
export function dealt(families: readonly Family[], shard: Shard): readonly Family[] {
  const { index, count } = shard
  const probing = families.flatMap(({ requirements }) =>
    requirements.filter((one) => !isWatching(one)),
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
      const watched = all.some((one) => !isWatching(one))
      const here = watched ? all.some((one) => own.has(one)) : index === 1
      return {
        ...family,
        requirements: all.filter((one) =>
          isWatching(one) ? one.watches === 'run' || here : own.has(one),
        ),
      }
    })
    .filter(({ requirements }) => requirements.length > 0)
}
