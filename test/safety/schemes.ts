import type { IdScheme } from './id-source.ts'
import { contentIds } from './schemes/content-ids.ts'
import { hiddenCounters, plainCounters } from './schemes/counting-ids.ts'
import { mixedIds } from './schemes/mixed-ids.ts'
import { randomIds, shortIds } from './schemes/random-ids.ts'
import { timeIds } from './schemes/time-ids.ts'
import { uuidTimeIds } from './schemes/uuid-time-ids.ts'

export type { IdScheme } from './id-source.ts'

/** Ways in which servers make ids, from unguessable to plainly counting. */
export const schemes: readonly IdScheme[] = [
  ...randomIds,
  ...uuidTimeIds,
  ...timeIds,
  ...shortIds,
  ...hiddenCounters,
  ...plainCounters,
  ...contentIds,
  ...mixedIds,
]

/** Finds a scheme. @throws Error where there is none of that name */
export function schemeNamed(name: string): IdScheme {
  const found = schemes.find((one) => one.name === name)
  if (found === undefined) {
    throw new Error(`no id scheme ${name}; there are ${schemes.map((one) => one.name).join(', ')}`)
  }
  return found
}
