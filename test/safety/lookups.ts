import { exactly, type Lookup, leniently } from './lookup.ts'
import { elsewhereLookups } from './lookups/elsewhere-lookups.ts'
import { listLookups } from './lookups/list-lookups.ts'
import { numberLookups } from './lookups/number-lookups.ts'
import { pathLookups } from './lookups/path-lookups.ts'
import { patternLookups } from './lookups/pattern-lookups.ts'
import { similarityLookups, textLookups } from './lookups/text-lookups.ts'

export type { Lookup } from './lookup.ts'

/** A server that is not careless at all; on it, only a segment that is somebody's id does harm. */
export const exactLookup: Lookup = {
  name: 'exact',
  does: 'finds the file of exactly this id',
  find: (ids, segment) => exactly(ids, leniently(segment)),
}

/** Ways in which servers carelessly find files. */
export const lookups: readonly Lookup[] = [
  ...textLookups,
  ...similarityLookups,
  ...patternLookups,
  ...listLookups,
  ...numberLookups,
  ...pathLookups,
  ...elsewhereLookups,
]

/** Finds a lookup, `exact` included. @throws Error where there is none of that name */
export function lookupNamed(name: string): Lookup {
  const all = [exactLookup, ...lookups]
  const found = all.find((one) => one.name === name)
  if (found === undefined) {
    throw new Error(`no lookup ${name}; there are ${all.map((one) => one.name).join(', ')}`)
  }
  return found
}
