import { couldBeNumber } from '../model/number-like.ts'
import { octetsOf, segmentOf } from '../model/path-segment.ts'
import { keepsItUnguessable } from './resemblance.ts'

/** Why a DELETE may be sent. */
export type Ground =
  | 'owned'
  | 'derived'
  | 'look-alike'
  | 'marked'
  | 'never issued'
  | 'reviewed'
  | 'disposable'

/** Decides which path segments a DELETE may be sent to. */
export interface Permits {
  /** Notes an id that was made up to be nobody's. */
  mint(id: string): void
  /**
   * Notes a segment that resembles an owned id.
   *
   * @returns whether a DELETE of it is harmless to others
   */
  derive(ownedId: string, segment: string): boolean
  /** The ground on which a DELETE of this segment is harmless to others; undefined where there is none. */
  groundFor(segment: string): Ground | undefined
}

export interface PermitRules {
  readonly mark: string
  readonly disposable: boolean
  /** Odd names that are known to be nobody's id. */
  readonly reviewed: ReadonlySet<string>
  /** Whether this run created the id, or was handed it for deletion. */
  readonly owns: (id: string) => boolean
  readonly ownedIds: () => Iterable<string>
}

/** An octet that continues an id for a careless reader. */
const ID_OCTET = /[0-9A-Za-z]/

/**
 * The safety rule of the whole program: DELETE goes to what this run owns, and to what cannot exist.
 *
 * An id cannot exist if it was made up here from at least 64 unguessable bits (minted, or holding the
 * run's mark), or begins with an owned id and goes on with what is part of no id, so that whatever a
 * careless server makes of it is the owned file. What could be taken for a number is for disposable
 * targets only.
 */
export function createPermits(rules: PermitRules): Permits {
  const minted = new Set<string>()
  const lookAlikes = new Set<string>()
  const derived = (octets: string) => {
    for (const id of rules.ownedIds()) {
      const owned = octetsOf(segmentOf(id)).toString('latin1')
      if (octets.startsWith(owned) && !ID_OCTET.test(octets.charAt(owned.length))) return true
    }
    return false
  }
  const permits: Permits = {
    mint: (id) => minted.add(id),
    derive(ownedId, segment) {
      if (!rules.owns(ownedId)) return false
      if (keepsItUnguessable(ownedId, segment)) lookAlikes.add(segment)
      return permits.groundFor(segment) !== undefined
    },
    groundFor(segment) {
      const octets = octetsOf(segment)
      const id = octets.toString('utf8')
      if (segment !== '' && rules.owns(id)) return 'owned'
      if (minted.has(id)) return 'never issued'
      if (lookAlikes.has(segment)) return 'look-alike'
      if (rules.disposable) return 'disposable'
      const text = octets.toString('latin1')
      if (text.includes(rules.mark) && !couldBeNumber(id)) return 'marked'
      if (rules.reviewed.has(id) && !couldBeNumber(id)) return 'reviewed'
      return derived(text) ? 'derived' : undefined
    },
  }
  return permits
}
