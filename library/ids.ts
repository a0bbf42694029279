import { UsageError } from './usage-error.ts'

/**
 * Ids that are handed over to be deleted.
 *
 * @param option - where they were given, for messages
 * @param accepted - what is accepted there
 * @throws UsageError if there is none, or one stands there twice
 */
export function checkedIds(
  option: string,
  ids: readonly string[],
  accepted: string,
): readonly string[] {
  if (ids.length === 0) throw new UsageError(`${option}: found no id; accepted is ${accepted}`)
  const [twice] = ids.filter((id, at) => ids.indexOf(id) !== at)
  if (twice === undefined) return ids
  throw new UsageError(
    `${option}: the id ${JSON.stringify(twice)} stands there twice; each can be deleted once`,
  )
}
