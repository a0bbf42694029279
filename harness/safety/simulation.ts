import type { KnownIds } from './population.ts'
import { inAnotherCase, type Lookup, type Population, SAME_BUT_FOR_CASE } from './readings.ts'
import type { Rewriting } from './rewritings.ts'

/**
 * Simulates what any careless server could make of a segment.
 *
 * The text is rewritten, and so is each result, a few times over. On every text that comes of it each lookup
 * is tried. The first one that takes an id of somebody else is the reading for which nothing is sent.
 */
export interface Simulation {
  readonly ids: KnownIds
  readonly owns: (id: string) => boolean
  /** Ids that a lookup could find. */
  readonly population: Population
  /** Last segment of the collection path. */
  readonly collection: string
  readonly rewritings: readonly Rewriting[]
  readonly lookups: readonly Lookup[]
}

/** A segment that is not sent, and why. */
export interface Refused {
  readonly allowed: false
  /** Rewritings, then the lookup. */
  readonly reading: string
  /** Id of somebody else that a server would take. */
  readonly witness: string
}

/** Rewritings that are tried on each other's results, at most. */
const MAX_DEPTH = 4
/** Texts that are looked at; a segment that could be read in more ways is not sent. */
const MAX_TEXTS = 250

export const EVERY_ID = 'every id'

interface Made {
  readonly text: string
  /** Names of the rewritings that made it. */
  readonly by: readonly string[]
  /** Whether it is a part, which can be an id only if it looks like one. */
  readonly isRest: boolean
}

/**
 * Finds the first reading that takes what is not this run's.
 *
 * @param isGone - whether the text is an id of this run that is no longer there
 */
export function refusalOf(parts: Simulation, text: string, isGone = false): Refused | undefined {
  const { ids, owns, population, collection, rewritings, lookups } = parts
  const whole = new Set([text])
  const rests = new Set<string>()
  const queue: Made[] = [{ text, by: [], isRest: false }]
  for (const made of queue) {
    const { by, isRest } = made
    if (made.text !== '' && owns(made.text) && !(isGone && made.text === text)) {
      // A server does no more to it than to that id, unless the one that rewrites folds case, too.
      const witness = inAnotherCase(made.text, population)
      if (witness !== undefined) return refused([...by, SAME_BUT_FOR_CASE], witness)
      continue
    }
    for (const { name, onRest, takes } of lookups) {
      const witness = isRest && onRest !== true ? undefined : takes(made.text, population)
      if (witness !== undefined) return refused([...by, name], witness)
    }
    if (isRest || by.length === MAX_DEPTH) continue
    for (const { name, spelling, onBase64, of } of rewritings) {
      if (onBase64 === true && !ids.areInBase64) continue
      const results = of(
        spelling === true ? made.text : withoutSeparated(made.text, ids),
        collection,
      )
      const readBy = [...by, name]
      if (results.everything === true) return refused(readBy, EVERY_ID)
      for (const [seen, texts = []] of [
        [whole, results.whole],
        [rests, results.rest],
      ] as const) {
        for (const one of texts) {
          // A piece with the run id is nobody's; only its digits can be somebody's number.
          const isSafe = spelling !== true && one.includes(ids.runId) && ids.numbers.length === 0
          if (isSafe || seen.has(one)) continue
          if (queue.length === MAX_TEXTS) return refused(['too many readings to try'], one)
          seen.add(one)
          queue.push({ text: one, by: readBy, isRest: seen === rests })
        }
      }
    }
  }
  return undefined
}

export function refused(by: readonly string[], witness: string): Refused {
  return { allowed: false, reading: by.join(', then '), witness }
}

/** Replaces owned ids that hold separators: a server that issues them does not cut there. */
function withoutSeparated(text: string, { separated, runId }: KnownIds): string {
  return [...separated].reduce((left, id) => left.replaceAll(id, runId), text)
}
