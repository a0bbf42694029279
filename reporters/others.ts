import type { NotSent, Report } from '../model/report.ts'
import { counted } from './wording.ts'

/** Deletions that are named beside a loss. */
const NAMED_SUSPECTS = 3
/** Readings that are named for what was not sent. */
const NAMED_READINGS = 3

/** Says what is gone that was not this run's; undefined where nothing is. To be said before all else. */
export function lossSentence({ damage }: Report): string | undefined {
  if (damage === undefined || damage.gone.length === 0) return undefined
  const { gone, listed, deletions, suspects } = damage
  const named = suspects
    .slice(0, NAMED_SUSPECTS)
    .map(({ requirement, case: key, step }) => `${requirement} case ${key} step ${step}`)
  const more = suspects.length - named.length
  const why =
    named.length === 0
      ? 'each of which named a file of the run that was there, or was refused'
      : `of which these may have met one: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `${gone.length} of ${counted(listed, 'file')} of others that were listed before the run ${gone.length === 1 ? 'is' : 'are'} gone; the run sent ${counted(deletions, 'deletion')} meanwhile, ${why}. Other clients may have deleted them.`
}

/** Says what became of the files of others that the list showed; undefined where it showed none. */
export function othersSentence({ damage }: Report): string | undefined {
  if (damage === undefined || damage.listed === 0) return undefined
  const { listed, complete, gone, unchecked } = damage
  const shown = `${counted(listed, 'file')} of others`
  const why = complete ? unchecked : 'the list was not read to its end'
  if (why !== undefined) return `${shown} were listed and not looked for at the end: ${why}`
  return `${shown} were listed, ${gone.length === 0 ? 'all are still there' : `${gone.length} are gone`}`
}

/** Says what the ids of the target look like; undefined where no run was begun. */
export function idsSentence({ ids }: Report): string | undefined {
  return ids === undefined || ids.finding.length === 0 ? undefined : ids.finding.join('; ')
}

/** Says what was not sent for the sake of other people's files; undefined where all was. */
export function notSentSentence({ notSent }: Report): string | undefined {
  const count = notSent.reduce((sum, one) => sum + one.count, 0)
  if (count === 0) return undefined
  const readings = byReading(notSent).slice(0, NAMED_READINGS)
  return `${counted(count, 'deletion')} that could have met files of others on a careless server: ${readings.map(([reading, times]) => `${reading} ${times}`).join(', ')}; a target without any file that matters takes them (--disposable)`
}

/** How often each lookup was why, most often first. */
function byReading(notSent: readonly NotSent[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const { reading, count } of notSent) {
    const lookup = reading.split(', then ').at(-1) ?? reading
    counts.set(lookup, (counts.get(lookup) ?? 0) + count)
  }
  return [...counts].sort((one, other) => other[1] - one[1])
}
