import { couldBeNumber } from '../model/number-like.ts'
import { idOf, octetsOf } from '../model/path-segment.ts'
import { meaningsOf } from './meanings.ts'
import { keepsItUnguessable } from './resemblance.ts'

/** Why a DELETE may be sent. */
export type Ground = 'owned' | 'never issued' | 'reviewed' | 'disposable' | 'resembling'

/** Decides which path segments a DELETE may be sent to. */
export interface Permits {
  /** Notes an id that was made up to be nobody's. */
  mint(id: string): void
  /**
   * The ground on which a DELETE of this segment is harmless to others; undefined where there is none.
   *
   * @param id - what the segment stands for; undefined where its octets are no UTF-8
   */
  groundFor(segment: string, id?: string | undefined): Ground | undefined
}

export interface PermitRules {
  readonly mark: string
  readonly disposable: boolean
  /** Path under which files are deleted, `/v1/files`. */
  readonly collection: string
  /** Odd names that are known to be nobody's id. */
  readonly reviewed: ReadonlySet<string>
  /** Whether this run created the id, or was handed it for deletion. */
  readonly owns: (id: string) => boolean
  readonly ownedIds: () => Iterable<string>
}

/** What may stand where an id is expected, being none: the sub-resources of a file. */
const SUB_RESOURCES = ['content']
/** Holds no separator, and so no id that holds one. */
const PLAIN = /^[\w.~-]*$/
/** What a server that decodes once too often would decode. */
const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/
/** A character that continues an id. */
const ID_CHARACTER = /[\w-]/

/**
 * The safety rule of the whole program: DELETE goes to what this run owns, and to what cannot exist.
 *
 * An id cannot exist if it was made up here from at least 64 unguessable bits: minted, or holding the
 * run's mark, or so much of an owned id that no other can be meant. Whatever a careless server makes of
 * a segment, every id in it must be of that kind. What could be taken for a number is for disposable
 * targets only.
 */
export function createPermits(rules: PermitRules): Permits {
  const minted = new Set<string>()
  const collection = rules.collection.slice(rules.collection.lastIndexOf('/') + 1)

  const beginsWithOwned = (text: string) => {
    for (const id of rules.ownedIds()) {
      if (text.startsWith(id) && !ID_CHARACTER.test(text.charAt(id.length))) return true
    }
    return false
  }
  const resemblesOwned = (text: string) => {
    const numeric = couldBeNumber(text)
    for (const id of rules.ownedIds()) {
      // A digit before an owned id makes a number of it, unless it is one itself.
      if (numeric && !couldBeNumber(id)) continue
      if (keepsItUnguessable(id, text)) return true
    }
    return false
  }
  const isNobodyElses = (id: string) =>
    (id.includes(rules.mark) && !couldBeNumber(id)) || beginsWithOwned(id) || resemblesOwned(id)
  /** Owned ids that hold separators themselves stand for one name: whoever cuts there never meant them. */
  const named = (text: string) => {
    let left = text
    if (PLAIN.test(text)) return text
    for (const id of rules.ownedIds()) {
      if (!PLAIN.test(id)) left = left.replaceAll(id, rules.mark)
    }
    return left
  }
  const isHarmless = (text: string) => {
    const { ids, nothing } = meaningsOf(text, collection)
    return (
      !nothing && ids.every((id, at) => isNobodyElses(id) || isSubResource(text, id, ids[at - 1]))
    )
  }

  return {
    mint: (id) => minted.add(id),
    groundFor(segment, read = idOf(segment)) {
      const id = read ?? octetsOf(segment).toString('utf8')
      if (segment !== '' && rules.owns(id)) return 'owned'
      if (minted.has(id)) return 'never issued'
      if (rules.disposable) return 'disposable'
      if (rules.reviewed.has(id) && !couldBeNumber(id)) return 'reviewed'
      const once = named(id)
      if (!isHarmless(once)) return undefined
      if (!PERCENT_ENCODED.test(once)) return 'resembling'
      const twice = octetsOf(Buffer.from(once).toString('latin1')).toString('utf8')
      return isHarmless(named(twice)) ? 'resembling' : undefined
    },
  }
}

/** Whether a part of a path stands at the end, behind another: `<id>/content`. */
function isSubResource(text: string, part: string, before: string | undefined): boolean {
  return SUB_RESOURCES.includes(part) && before !== undefined && text.endsWith(`${before}/${part}`)
}
