import fc from 'fast-check'
import { octets } from '../../../harness/run/seed.ts'
import {
  createDeleteGuard,
  type DeleteGuard,
  type GuardRules,
} from '../../../harness/safety/delete-guard.ts'
import { idFactsOf } from '../../../harness/safety/measure-ids.ts'
import { segmentOf } from '../../../model/path-segment.ts'
import {
  anyId,
  badUtf8Segment,
  malformedSegment,
  malformedSpellings,
} from '../../../suites/arbitraries/ids.ts'
import {
  isAnotherId,
  nearMisses,
  needsAnother,
  spelled,
} from '../../../suites/arbitraries/near-misses.ts'
import { neverIssuedId } from '../../../suites/arbitraries/never-issued-id.ts'
import { oddNames, REVIEWED_NAMES } from '../../../suites/arbitraries/odd-names.ts'
import { exactLookup, lookups } from '../../safety/lookups.ts'
import type { IdScheme } from '../../safety/schemes.ts'
import { facts, MARK } from '../made-up.ts'

/** Ids of a server, and a guard that has seen those of the run. */
interface Populated {
  /** Those of all files, oldest first. */
  readonly ids: readonly string[]
  readonly owned: ReadonlySet<string>
  /** The one that near-misses are made of. */
  readonly id: string
  readonly other: string
  readonly guard: DeleteGuard
  /** The segments of a run, by what they are, before the guard has seen them. */
  readonly segments: readonly { readonly kind: string; readonly segment: string }[]
}

/**
 * Fills a server with files of others, before, between and after those of a run, and makes the segments
 * that a run would send.
 *
 * @param foreign - how many files of others there are
 * @param cases - of each property
 * @param tables - readings of the guard, where not all of them are wanted
 */
function populated(
  scheme: IdScheme,
  seed: number,
  foreign: number,
  cases: number,
  tables: Pick<GuardRules, 'rewritings' | 'lookups'> = {},
): Populated {
  const source = scheme.open(seed)
  let files = 0
  const fileOf = (own: boolean) => {
    files += 1
    const content = Buffer.from(own ? `${MARK} ${files}` : `${files}`)
    return { filename: own ? `${MARK}-${files}` : `data-${files}.jsonl`, content }
  }
  const next = (own: boolean) => source.next(fileOf(own))
  const ids: string[] = []
  const own: string[] = []
  const others = (count: number) => {
    for (let at = 0; at < count; at += 1) ids.push(next(false))
  }
  const ours = (...made: readonly string[]) => {
    own.push(...made)
    ids.push(...made)
  }
  others(Math.floor(foreign / 2))
  for (let at = 0; at < 4; at += 1) ours(next(true))
  ours(...source.burst([fileOf(true), fileOf(true), fileOf(true), fileOf(true)]))
  const samples = [...own]
  for (let at = 0; at < 6; at += 1) {
    others(1)
    ours(next(true))
  }
  others(Math.floor(foreign / 2))
  const owned = new Set(own)
  const guard = createDeleteGuard({
    runId: MARK,
    disposable: false,
    collection: '/v1/files',
    reviewed: new Set(REVIEWED_NAMES.map(({ id }) => id)),
    owns: (id) => owned.has(id),
    ...tables,
  })
  for (const id of own) guard.own(id)
  const [id = '', other = ''] = [own[9], own[10]]
  const idFacts = idFactsOf(samples)
  const name = `${MARK}-10.jsonl`
  const beside = { id, name, other, places: guard.placesOf(id), runId: MARK }
  const generated = facts({ idsGuessable: idFacts.guessable })
  const drawn = (kind: string, arbitrary: fc.Arbitrary<string>) =>
    fc.sample(arbitrary, { seed, numRuns: cases }).map((segment) => ({ kind, segment }))
  const near = nearMisses({ runs: 5 * cases })
    .flat()
    .map((one) => ({ one, kind: one.kind, segment: spelled(one, beside) }))
    .filter(({ one, segment }) => isAnotherId(segment, beside) && !needsAnother([one]))
  const source64 = octets(String(seed), 'test')
  const minted = Array.from({ length: 3 }, () => neverIssuedId(guard.sample, source64).id)
  for (const one of minted) guard.mint(one)
  return {
    ids,
    owned,
    id,
    other,
    guard,
    segments: [
      ...near,
      ...malformedSpellings(segmentOf(id)).map((segment) => ({
        kind: 'malformed spelling',
        segment,
      })),
      ...drawn('any string', anyId(generated).map(segmentOf)),
      ...drawn('malformed id', malformedSegment(generated)),
      ...drawn('bad UTF-8', badUtf8Segment(generated)),
      ...oddNames(generated).map((one) => ({ kind: 'odd name', segment: segmentOf(one.id) })),
      ...minted.map((one) => ({ kind: 'never issued', segment: segmentOf(one) })),
    ],
  }
}

/** What a guard lets out on a server that is full of other people's files, and deletes some of them there. */
export function lossesOn(scheme: IdScheme, seed: number, foreign: number, cases: number) {
  const population = populated(scheme, seed, foreign, cases)
  const { guard, ids, owned, segments } = population
  const sent = segments.filter(({ segment }) => {
    const decision = guard.decide(segment)
    return decision.allowed && decision.reason !== 'owned'
  })
  return sent.flatMap(({ kind, segment }) =>
    [exactLookup, ...lookups].flatMap((lookup) => {
      const lost = lookup.find(ids, segment).filter((id) => !owned.has(id))
      return lost.length === 0
        ? []
        : [{ kind, segment, lookup: lookup.name, lost: lost.slice(0, 3) }]
    }),
  )
}
