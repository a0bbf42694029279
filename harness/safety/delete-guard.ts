import type { IdScheme } from '../../model/id-scheme.ts'
import { idOf, octetsOf } from '../../model/path-segment.ts'
import type { NotSent } from '../../model/report.ts'
import { shortened } from '../../model/violation.ts'
import { createKnownIds, type IdRules, listedPopulation } from './population.ts'
import { LOOKUPS, type Lookup, type Population } from './readings.ts'
import { leaves, REWRITINGS, type Rewriting, spellingsOf } from './rewritings.ts'
import { EVERY_ID, type Refused, refusalOf, refused } from './simulation.ts'

export type { Refused } from './simulation.ts'

/**
 * Decides why a request that could delete may be sent: the safety rule of the whole program.
 *
 * Such a request goes to what this run owns, and to what nobody can have. An owned id is sent as it is. For
 * any other segment, the guard simulates whatever a careless server could read out of it. If one reading
 * takes an id that could be somebody else's, nothing is sent. The ids of others are not known: they are
 * told from those that the target gave.
 */
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
   * Decides whether an owned id may be deleted when it is gone: a careless lookup that does not find it
   * any more could take another.
   *
   * @param listed - all ids that are there now; without them, the ids that others could have count
   */
  decideAgain(id: string, listed?: readonly string[]): Decision
  /** @param id - the id that the segment stands for; undefined if its octets are no UTF-8 */
  decide(segment: string, id?: string | undefined): Decision
  /** Decides whether anything that a query or a body names could be somebody's. */
  decideElsewhere(query: string | undefined, body: string | undefined): Decision
  /** Lists the places of an id that chance has filled, but for a counter at its end; all if it can be guessed. */
  placesOf(id: string): readonly number[]
  /** An id of the latest scheme that nobody can guess, if there is one. */
  readonly sample: { readonly id: string; readonly scheme: IdScheme } | undefined
}

/** A decision on one request: the reason why it may be sent, or the reading for which it is not. */
export type Decision = { readonly allowed: true; readonly reason: Reason } | Refused

export type Reason =
  | 'owned'
  /** An id of this run that is gone, if no listed file could be taken in its place. */
  | 'repeat'
  | 'never issued'
  | 'run id'
  | 'reviewed'
  | 'near-miss'
  | 'disposable'

/** Tells whether a decision sends a request to a resource of this run. */
export function isOwn(decision: Decision): boolean {
  return decision.allowed && (decision.reason === 'owned' || decision.reason === 'repeat')
}

export interface GuardRules extends IdRules {
  /** Whether the target holds nothing that anybody needs. */
  readonly disposable: boolean
  /** Path under which files are deleted, `/v1/files`. */
  readonly collection: string
  /** Tables to try without one of their entries. */
  readonly rewritings?: readonly Rewriting[]
  readonly lookups?: readonly Lookup[]
}

export function createDeleteGuard(rules: GuardRules): DeleteGuard {
  const { runId, disposable, owns, reviewed, rewritings = REWRITINGS, lookups = LOOKUPS } = rules
  const ids = createKnownIds(rules, (text) => spellingsOf(text, rewritings))
  const collection = rules.collection.slice(rules.collection.lastIndexOf('/') + 1)
  const simulation = { ids, owns, population: ids, collection, rewritings, lookups }

  const decideAgain = (id: string, listed?: readonly string[]): Decision => {
    if (disposable) return allowed('owned')
    const population = listed === undefined ? ids : listedPopulation(ids, listed)
    const refusal = refusalOf({ ...simulation, population }, id, true)
    if (refusal === undefined) return allowed('owned')
    // A long id needs no repeat: a fresh one of the same shape is nobody's and shows as much.
    return listed !== undefined || ids.isLong(id) ? refusal : allowed('repeat')
  }
  const decide = (segment: string, id: string): Decision => {
    if (segment !== '' && ids.isLiving(id)) return allowed('owned')
    // A slash of the path itself ends no segment: clients that join URLs add one.
    if (segment.endsWith('/') && ids.isLiving(id.slice(0, -1))) return allowed('near-miss')
    if (segment !== '' && owns(id)) return decideAgain(id)
    // On a disposable target, too, an id that it has given is none that it must refuse.
    if (disposable && !ids.couldBeIssued(id)) return allowed('disposable')
    const refusal = refusalOf(simulation, id)
    if (refusal !== undefined) return refusal
    if (ids.isMinted(id)) return allowed('never issued')
    if (reviewed.has(id)) return allowed('reviewed')
    return allowed(id.includes(runId) ? 'run id' : 'near-miss')
  }
  /** Last decision: a caller that asks whether a segment may be sent sends it next. */
  let last: { readonly segment: string; readonly decision: Decision } | undefined
  const changing =
    (change: (id: string) => void): ((id: string) => void) =>
    (id) => {
      last = undefined
      change(id)
    }

  return {
    mint: changing(ids.mint),
    own: changing(ids.own),
    forget: changing(ids.forget),
    learn: changing(ids.learn),
    decideAgain,
    placesOf: ids.placesOf,
    get sample() {
      return ids.sample
    },
    decide(segment, id = idOf(segment)) {
      if (last?.segment === segment) return last.decision
      const decision = decide(segment, id ?? octetsOf(segment).toString('utf8'))
      last = { segment, decision }
      return decision
    },
    decideElsewhere(query, body) {
      if (disposable) return allowed('disposable')
      for (const value of [...idsInForm(query), ...idsInBody(body)]) {
        if (owns(value) || value.includes(runId)) continue
        const refusal = refusalElsewhere(value, ids, lookups)
        if (refusal !== undefined) return refusal
      }
      return allowed('near-miss')
    },
  }
}

function allowed(reason: Reason): Decision {
  return { allowed: true, reason }
}

/** Names under which a server may look for an id. */
const ID_NAMES = /id|file|name|key|path/i

/** Lists the values of a query or a form that stand where an id may. */
function idsInForm(text: string | undefined): readonly string[] {
  return [...new URLSearchParams(text)].flatMap(([name, value]) =>
    ID_NAMES.test(name) ? [value] : [],
  )
}

/** Lists the same of a body; in JSON, whatever could be an id, under any name. */
function idsInBody(body: string | undefined): readonly string[] {
  if (body === undefined || body === '') return []
  try {
    return leaves(JSON.parse(body), 0)
  } catch {
    return idsInForm(body)
  }
}

function refusalElsewhere(
  value: string,
  population: Population,
  lookups: readonly Lookup[],
): Refused | undefined {
  const where = 'an id in query or body'
  if (value === '') return refused([where], EVERY_ID)
  for (const { name, onRest, takes } of lookups) {
    const witness = onRest === true ? takes(value, population) : undefined
    if (witness !== undefined) return refused([where, name], witness)
  }
  return undefined
}

/** Longest segment and id that a report shows. */
const SHOWN_LENGTH = 200

export type Withheld = ReturnType<typeof createWithheld>

/**
 * Keeps account of the near-misses that a run does not send, so that nobody else's files are lost.
 *
 * @param readOnly - whether the first that is answered with success ends those of all requirements
 */
export function createWithheld(disposable: boolean, readOnly = false) {
  const ended = new Set<string>()
  const refusals = new Map<string, NotSent>()
  let any = false
  let alone: string | undefined
  return {
    /** Counts a segment that the guard refused. */
    refused(requirement: string, segment: string, { reading, witness }: Refused) {
      const key = JSON.stringify([requirement, reading])
      const first = {
        requirement,
        reading,
        count: 0,
        segment: shortened(segment, SHOWN_LENGTH),
        witness: shortened(witness, SHOWN_LENGTH),
      }
      const known = refusals.get(key) ?? first
      refusals.set(key, { ...known, count: known.count + 1 })
    },
    /** Ends the near-misses of a requirement, since one has deleted a file. */
    end(requirement: string) {
      any = true
      if (!disposable) ended.add(requirement)
    },
    /** Whether any near-miss has deleted a file. */
    anyEnded: () => any,
    /** Ends those of all requirements but one. */
    endAllBut(requirement: string) {
      alone = requirement
    },
    ended: (requirement: string) =>
      ended.has(requirement) || (readOnly && any) || (alone !== undefined && requirement !== alone),
    notSent: (): readonly NotSent[] => [...refusals.values()],
  }
}
