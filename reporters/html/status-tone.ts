import { NO_ANSWER } from './observations.ts'

/** Shades of one class of statuses, `2xx` or `4xx`, that the style knows. */
const SHADES = 3

/** Statuses that a plot tells apart; a target can answer with nine hundred. */
export const MOST_STATUSES = 9

/** All statuses beyond those. */
export const OTHER = 'other'

/** The most frequent statuses, ascending, no answer last. */
export function frequentStatuses(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_STATUSES)
    .map(([status]) => status)
    .sort((one, other) => rank(one) - rank(other))
}

function rank(status: string): number {
  return status === NO_ANSWER ? Number.POSITIVE_INFINITY : Number(status)
}

/** For each status its class in the style: a colour by its first digit, a shade by its place. */
export function tones(statuses: readonly string[]): ReadonlyMap<string, string> {
  const tone = (status: string) => {
    const alike = statuses.filter((one) => one[0] === status[0])
    const shade = alike.indexOf(status) % SHADES
    return /^[1-5]/.test(status) ? `tone-${status[0]}-${shade}` : 'tone-none'
  }
  return new Map(statuses.map((status) => [status, tone(status)]))
}
