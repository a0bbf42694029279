import type { IdScheme } from '../../model/id-scheme.ts'
import { idOf, octetsOf } from '../../model/path-segment.ts'
import type { NotSent } from '../../model/report.ts'
import { shortened } from '../../model/violation.ts'
import { createKnownIds, type KnownIds, listedPopulation } from './population.ts'
import { inAnotherCase, LOOKUPS, type Lookup, type Population } from './readings.ts'
import { leaves, REWRITINGS, type Rewriting } from './rewritings.ts'

/** Why a request that could delete may be sent. */
type Reason =
  | 'owned'
  /** An id of this run that is gone, if no file that the list shows could be taken in its place. */
  | 'repeat'
  | 'never issued'
  | 'run id'
  | 'reviewed'
  | 'near-miss'
  | 'disposable'

/** Whether such a request may be sent. */
export type Decision =
  | { readonly allowed: true; readonly reason: Reason }
  | {
      readonly allowed: false
      /** What a server could make of the segment: rewritings, then the lookup. */
      readonly reading: string
      /** An id of somebody else that it would then take. */
      readonly witness: string
    }

/** Whether a decision lets out what names a resource of this run. */
export function isOwn(decision: Decision): boolean {
  return decision.allowed && (decision.reason === 'owned' || decision.reason === 'repeat')
}

/** Decides which path segments a request that could delete may be sent to. */
export interface DeleteGuard {
  /** Notes an id that was made up to be nobody's. */
  mint(id: string): void
  /** Notes an id that this run now owns. */
  own(id: string): void
  /** Notes that an id of this run is gone. */
  forget(id: string): void
  /** Notes an id as the target gives them. */
  learn(id: string): void
  /**
   * Whether an owned id may be deleted when it is gone: a careless lookup that does not find it any more could
   * take another.
   *
   * @param listed - all ids that are there now; without them, those that others could have are meant
   */
  decideAgain(id: string, listed?: readonly string[]): Decision
  /** @param id - what the segment stands for; undefined where its octets are no UTF-8 */
  decide(segment: string, id?: string | undefined): Decision
  /** Places of an id that chance has filled, but for a counter at its end; all of them where it can be guessed. */
  placesOf(id: string): readonly number[]
  /** An id of the latest scheme that nobody can guess, if there is one. */
  readonly sample: { readonly id: string; readonly scheme: IdScheme } | undefined
  /** Whether nothing that a query or a body names could be somebody's; the first that could. */
  decideElsewhere(query: string | undefined, body: string | undefined): Decision
}

export interface GuardRules {
  readonly runId: string
  readonly disposable: boolean
  /** Path under which files are deleted, `/v1/files`. */
  readonly collection: string
  /** Odd names that are known to be nobody's id. */
  readonly reviewed: ReadonlySet<string>
  /** Whether this run created the id, or was handed it for deletion; also one that is gone. */
  readonly owns: (id: string) => boolean
  /** Whether a list showed the id before this run made anything: it is somebody's. */
  readonly wasListed?: (id: string) => boolean
  /** Tables to try without one of their entries. */
  readonly rewritings?: readonly Rewriting[]
  readonly lookups?: readonly Lookup[]
}

/** Rewritings that are tried on each other's results, at most. */
const MAX_DEPTH = 4
/** Texts that are looked at; a segment that could be read in more ways is not sent. */
const MAX_TEXTS = 250

/**
 * Makes the safety rule of the whole program: what could delete goes to what this run owns, and to what
 * nobody can have.
 *
 * Whatever a careless server makes of a segment is simulated: each rewriting, on each other's results, and
 * each lookup over the ids that others may have, as measured from those that the target gave. If one of
 * them takes an id that is not this run's, nothing is sent. A text that a rewriting makes into an owned id
 * does no more than that id itself.
 */
export function createDeleteGuard(rules: GuardRules): DeleteGuard {
  const { runId, disposable, owns, reviewed, wasListed = () => false } = rules
  const { rewritings = REWRITINGS, lookups = LOOKUPS } = rules
  const minted = new Set<string>()
  const ids = createKnownIds({
    runId,
    owns,
    isMadeUp: (text) =>
      !wasListed(text) && (minted.has(text) || (reviewed.has(text) && !ids.followNames)),
    isMinted: (text) => minted.has(text),
  })
  const collection = rules.collection.slice(rules.collection.lastIndexOf('/') + 1)
  const population: Population = {
    ...ids,
    get numbers() {
      return ids.numbers
    },
    isNobodys: (text) => ids.isNobodys(text) || resembles(text, ids, rewritings, collection),
  }
  const simulate = (text: string) =>
    simulation({ ids, owns, population, collection, rewritings, lookups }, text)

  const decideAgain = (id: string, listed?: readonly string[]): Decision => {
    if (disposable) return { allowed: true, reason: 'owned' }
    const among = listed === undefined ? population : listedPopulation(ids, listed)
    const parts = { ids, owns, population: among, collection, rewritings, lookups }
    const refusal = simulation(parts, id, true)
    if (refusal === undefined) return { allowed: true, reason: 'owned' }
    // Where an id of the same shape can be drawn that is nobody's, that shows as much.
    if (listed !== undefined || ids.isLong(id)) return { allowed: false, ...refusal }
    return { allowed: true, reason: 'repeat' }
  }
  const decide = (segment: string, id: string): Decision => {
    if (segment !== '' && ids.isLiving(id)) return { allowed: true, reason: 'owned' }
    // A slash of the path itself ends no segment: it is what clients add that join URLs.
    if (segment.endsWith('/') && ids.isLiving(id.slice(0, -1))) {
      return { allowed: true, reason: 'near-miss' }
    }
    if (segment !== '' && owns(id)) return decideAgain(id)
    // On a disposable target, an id that it has given is still no id that it must refuse.
    if (disposable && !ids.couldBeIssued(id)) return { allowed: true, reason: 'disposable' }
    const refusal = simulate(id)
    if (refusal !== undefined) return { allowed: false, ...refusal }
    if (minted.has(id)) return { allowed: true, reason: 'never issued' }
    if (reviewed.has(id)) return { allowed: true, reason: 'reviewed' }
    return { allowed: true, reason: id.includes(runId) ? 'run id' : 'near-miss' }
  }
  /** Whoever asks whether a segment may be sent sends it next. */
  let last: { readonly segment: string; readonly decision: Decision } | undefined
  const changing =
    (change: (id: string) => unknown): ((id: string) => void) =>
    (id) => {
      last = undefined
      change(id)
    }

  return {
    mint: changing((id) => minted.add(id)),
    own: changing(ids.own),
    forget: changing(ids.forget),
    learn: changing(ids.learn),
    decideAgain,
    placesOf: ids.placesOf,
    get sample() {
      return ids.sample
    },
    decide(segment, read = idOf(segment)) {
      if (last?.segment === segment) return last.decision
      const decision = decide(segment, read ?? octetsOf(segment).toString('utf8'))
      last = { segment, decision }
      return decision
    },
    decideElsewhere(query, body) {
      if (disposable) return { allowed: true, reason: 'disposable' }
      for (const value of [...idsInForm(query), ...idsInBody(body)]) {
        if (owns(value) || value.includes(runId)) continue
        const taken = takenElsewhere(value, population, lookups)
        if (taken !== undefined) return { allowed: false, ...taken }
      }
      return { allowed: true, reason: 'near-miss' }
    },
  }
}

type Refusal = { readonly reading: string; readonly witness: string }

interface Simulation {
  readonly ids: KnownIds
  readonly owns: (id: string) => boolean
  readonly population: Population
  readonly collection: string
  readonly rewritings: readonly Rewriting[]
  readonly lookups: readonly Lookup[]
}

interface Made {
  readonly text: string
  readonly by: readonly string[]
  /** Whether it was cut off, and can be an id only if it looks like one. */
  readonly rest: boolean
}

const EVERY_ID = 'every id'

/**
 * The first reading that takes what is not this run's.
 *
 * @param gone - whether the text is an id of this run that is not there any more
 */
function simulation(parts: Simulation, text: string, gone = false): Refusal | undefined {
  const { ids, owns, collection, rewritings } = parts
  const { runId } = ids
  const seen = { whole: new Set([text]), rest: new Set<string>() }
  const queue: Made[] = [{ text, by: [], rest: false }]
  for (let made = queue.shift(); made !== undefined; made = queue.shift()) {
    if (made.text !== '' && owns(made.text) && !(gone && made.text === text)) {
      // Texts that come to an owned id do what that id does; but who rewrites may fold case, too.
      const witness = inAnotherCase(made.text, parts.population)
      if (witness === undefined) continue
      return {
        reading: [...made.by, 'ids that are the same but for case'].join(', then '),
        witness,
      }
    }
    const refusal = lookedUp(made, parts)
    if (refusal !== undefined) return refusal
    if (made.rest || made.by.length === MAX_DEPTH) continue
    for (const { name, spelling, onBase64, of } of rewritings) {
      if (onBase64 === true && !ids.areInBase64) continue
      // Owned ids that hold separators themselves stand for one name: whoever cuts there never meant them.
      const before = spelling === true ? made.text : named(made.text, ids)
      const { whole = [], rest = [], everything = false } = of(before, collection)
      const by = [...made.by, name]
      if (everything) return { reading: by.join(', then '), witness: EVERY_ID }
      for (const [texts, isRest] of [
        [whole, false],
        [rest, true],
      ] as const) {
        for (const one of texts) {
          // A piece with the run id is nobody's; only its digits can be somebody's number.
          if (spelling !== true && one.includes(runId) && ids.numbers.length === 0) continue
          const known = isRest ? seen.rest : seen.whole
          if (known.has(one)) continue
          if (seen.whole.size + seen.rest.size === MAX_TEXTS) {
            return { reading: 'too many readings to try', witness: one }
          }
          known.add(one)
          queue.push({ text: one, by, rest: isRest })
        }
      }
    }
  }
  return undefined
}

function named(text: string, { separated, runId }: KnownIds): string {
  let left = text
  for (const id of separated) left = left.replaceAll(id, runId)
  return left
}

function lookedUp(
  { text, by, rest }: Made,
  { population, lookups }: Simulation,
): Refusal | undefined {
  for (const { name, onRest, takes } of lookups) {
    if (rest && onRest !== true) continue
    const witness = takes(text, population)
    if (witness !== undefined) return { reading: [...by, name].join(', then '), witness }
  }
  return undefined
}

/** Whether a text is an owned id in another spelling, or holds one whole: of other making than all that is issued. */
function resembles(
  text: string,
  ids: KnownIds,
  rewritings: readonly Rewriting[],
  collection: string,
): boolean {
  const spellings = new Set([text])
  for (const one of spellings) {
    if (ids.holdsOwned(one)) return true
    if (spellings.size > MAX_DEPTH * rewritings.length) return false
    for (const { spelling, of } of rewritings) {
      if (spelling === true)
        for (const other of of(one, collection).whole ?? []) spellings.add(other)
    }
  }
  return false
}

/** Names under which a server may look for an id. */
const ID_NAMES = /id|file|name|key|path/i

/** Values of a query or a form that stand where an id may. */
function idsInForm(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  return [...new URLSearchParams(text)].flatMap(([name, value]) =>
    ID_NAMES.test(name) ? [value] : [],
  )
}

/** The same of a body; in JSON, whatever could be an id, under any name. */
function idsInBody(body: string | undefined): readonly string[] {
  if (body === undefined) return []
  try {
    return leaves(JSON.parse(body), 0)
  } catch {
    return idsInForm(body)
  }
}

function takenElsewhere(
  value: string,
  population: Population,
  lookups: readonly Lookup[],
): Refusal | undefined {
  const where = 'an id in query or body'
  if (value === '') return { reading: where, witness: EVERY_ID }
  for (const { name, onRest, takes } of lookups) {
    const witness = onRest === true ? takes(value, population) : undefined
    if (witness !== undefined) return { reading: `${where}, then ${name}`, witness }
  }
  return undefined
}

/** Why a segment is not sent. */
export type Refused = Extract<Decision, { readonly allowed: false }>

/** What a run does not send, so that nobody else's files are lost. */
export interface Withheld {
  refused(requirement: string, segment: string, refusal: Refused): void
  /** A near-miss of a requirement has deleted a file: no more of them is sent. */
  end(requirement: string): void
  ended(requirement: string): boolean
  /** Whether any has deleted a file. */
  anyEnded(): boolean
  notSent(): readonly NotSent[]
}

/** Longest segment and id that a report shows. */
const SHOWN_LENGTH = 200

/** Keeps account of what a run does not send, so that nobody else's files are lost. */
export function createWithheld(disposable: boolean): Withheld {
  const ended = new Set<string>()
  let any = false
  const refusals = new Map<string, NotSent>()
  return {
    refused(requirement, segment, { reading, witness }) {
      const key = JSON.stringify([requirement, reading])
      const known = refusals.get(key)
      refusals.set(
        key,
        known === undefined
          ? {
              requirement,
              reading,
              count: 1,
              segment: shortened(segment, SHOWN_LENGTH),
              witness: shortened(witness, SHOWN_LENGTH),
            }
          : { ...known, count: known.count + 1 },
      )
    },
    end(requirement) {
      any = true
      if (!disposable) ended.add(requirement)
    },
    anyEnded: () => any,
    ended: (requirement) => ended.has(requirement),
    notSent: () => [...refusals.values()],
  }
}
