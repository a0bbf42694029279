import { describe, expect, it } from 'vitest'
import { createDeleteGuard } from '../../../harness/safety/delete-guard.ts'
import { segmentOf } from '../../../model/path-segment.ts'
import {
  isAnotherId,
  KINDS_OF_NEAR_MISS,
  nearMisses,
  needsAnother,
  spelled,
} from '../../../suites/arbitraries/near-misses.ts'
import { MARK } from '../../harness/made-up.ts'
import { schemeNamed } from '../../safety/schemes.ts'

/** Name of the file. */
const NAME = `${MARK}-near-misses.jsonl`

/** Near-misses of an id by kind, while a run owns ten ids of a scheme: how many the guard lets out. */
function sentOf(scheme: string, disposable = false): Readonly<Record<string, number>> {
  const source = schemeNamed(scheme).open(4)
  const owned = [...Array.from({ length: 4 }, () => source.next()), ...source.burst(4)]
  owned.push(source.next(), source.next())
  const guard = createDeleteGuard({
    runId: MARK,
    disposable,
    collection: '/v1/files',
    reviewed: new Set(),
    owns: (id) => owned.includes(id),
  })
  for (const id of owned) guard.own(id)
  const [id = '', other = ''] = owned.slice(-2)
  const beside = { id, name: NAME, other, places: guard.placesOf(id), runId: MARK }
  const sent = Object.fromEntries(KINDS_OF_NEAR_MISS.map((kind) => [kind, 0]))
  for (const one of nearMisses({ runs: 100 }).flat()) {
    const segment = spelled(one, beside)
    if (!isAnotherId(segment, beside)) continue
    const decision = guard.decide(segment)
    if (decision.allowed && decision.reason !== 'owned') sent[one.kind] = (sent[one.kind] ?? 0) + 1
  }
  return sent
}

/** Kinds that change characters of the id, so that another of the same making comes of it. */
const CHANGING = [
  'a prefix',
  'without its beginning',
  'one character changed',
  'one character left out',
  'two characters swapped',
  'wildcard within',
]
/** Kinds that change letters and marks which not all ids have; a UUID is the same in another case. */
const OF_SOME_IDS = [
  'other case',
  'look-alike letter',
  'folded letter',
  'without its prefix',
  'another dash',
]
/** Kinds that write characters in another way, or put something else before them. */
const REWRITING = [
  'digits of another script',
  'another prefix',
  'overlong character',
  'escaped character',
]
/** Kinds that leave the whole id in place, beside what no id holds. */
const AROUND = KINDS_OF_NEAR_MISS.filter(
  (kind) => ![...CHANGING, ...OF_SOME_IDS, ...REWRITING].includes(kind),
)

const COUNTING = ['uuid-tail', 'sql-server', 'oracle', 'objectid', 'padded-24', 'file-padded-24']
const RANDOM = ['openai', 'hex-24', 'base64url-22', 'nanoid', 'file-uuid4', 'sha256']

describe('near-misses that are sent, by the scheme of ids', () => {
  it.each(RANDOM)('are of every kind that there is where ids are random: %s', (scheme) => {
    const sent = sentOf(scheme)
    const missing = KINDS_OF_NEAR_MISS.filter((kind) => sent[kind] === 0)
    // What is cut off a UUID at a slash within it is too much.
    const fewer = scheme === 'file-uuid4' ? ['dot segments within'] : []
    const some = scheme === 'openai' ? [] : OF_SOME_IDS
    expect(missing.filter((kind) => ![...some, ...fewer].includes(kind))).toEqual([])
    expect(Object.values(sent).reduce((sum, one) => sum + one)).toBeGreaterThan(160)
  })

  it.each(COUNTING)('are of every kind that leaves the id whole where ids count: %s', (scheme) => {
    const sent = sentOf(scheme)
    expect(AROUND.filter((kind) => sent[kind] === 0)).toEqual([])
    for (const kind of CHANGING) expect([kind, sent[kind]]).toEqual([kind, 0])
  })

  it.each(['hex-24', 'oracle', 'objectid'])(
    'are in another case where the alphabet has one: %s',
    (scheme) => {
      expect(sentOf(scheme)['other case']).toBeGreaterThan(0)
    },
  )

  it.each(['base62-8', 'base62-6', 'hex-8', 'letters-5', 'digits-6'])(
    'are with white space and control characters round short ids: %s',
    (scheme) => {
      const sent = sentOf(scheme)
      for (const kind of [
        'white space behind',
        'white space before',
        'control character behind',
        'control character before',
        'a suffix',
        'slashes around',
        'query or fragment behind',
      ]) {
        expect([kind, sent[kind]]).not.toEqual([kind, 0])
      }
    },
  )

  it.each(['decimal', 'word-counter'])(
    'are few where others have the digits that an id begins with: %s',
    (scheme) => {
      const sent = sentOf(scheme)
      expect(sent['white space behind']).toBe(0)
      expect(sent['digits of another script']).toBe(2)
      expect(sent['compatibility form']).toBeGreaterThan(0)
    },
  )

  it.each(['uuid-tail', 'padded-24', 'base62-6'])(
    'are more where the target is disposable: %s',
    (scheme) => {
      const sent = sentOf(scheme, true)
      for (const kind of ['a prefix', 'wildcard within', 'array behind', 'white space behind']) {
        expect([kind, sent[kind]]).not.toEqual([kind, 0])
      }
    },
  )
})

describe('the list of near-misses', () => {
  const all = nearMisses({ runs: 100 }).flat()

  it('has each once for each hundred of runs, and at least once', () => {
    const key = ({ kind, variety, round }: (typeof all)[number]) => `${kind} ${variety} ${round}`
    expect(new Set(all.map(key)).size).toBe(all.length)
    expect(nearMisses({ runs: 1 }).flat()).toEqual(all)
    expect(nearMisses({ runs: 1_000 }).flat()).toHaveLength(10 * all.length)
  })

  it('mixes kinds in each case, of which few need a second file', () => {
    for (const some of nearMisses({ runs: 100 })) {
      expect(some.length).toBeLessThanOrEqual(8)
      expect(needsAnother(some)).toBe(some.some(({ kind }) => kind === 'list with another'))
    }
  })

  it('changes other places of an id each time', () => {
    const id = 'abcdefghijklmnopqrstuvwx'
    const beside = { id, other: '', places: [...id].map((_, at) => at), runId: MARK }
    const changed = nearMisses({ runs: 1_000 })
      .flat()
      .filter(({ kind }) => kind === 'one character changed')
      .map((one) => spelled(one, beside))
    expect(new Set(changed).size).toBeGreaterThan(20)
  })

  it('never spells the id itself', () => {
    const beside = { id: 'a%b', other: 'x', places: [0], runId: MARK }
    for (const one of all) {
      const segment = spelled(one, beside)
      if (isAnotherId(segment, beside)) expect(segment).not.toBe(segmentOf('a%b'))
    }
  })

  it('holds the name of the file, where it has one', () => {
    const named = (name?: string) =>
      all
        .filter(({ kind }) => kind === 'name of its file')
        .map((one) => spelled(one, { id: 'a', name, other: 'b', places: [0], runId: MARK }))
    expect(named(NAME)).toEqual([NAME, `${MARK}-near-misses`])
    expect(named()).toEqual(['', ''])
  })

  it.each([
    ['file-abcdefgh', 'abcdefgh'],
    ['file_prod-abcdefgh', 'prod-abcdefgh'],
    ['abcdefgh', 'abcdefgh'],
  ])('changes the prefix of an id where it has one: %s', (id, rest) => {
    const beside = { id, other: 'b', places: [6], runId: MARK }
    const of = (kind: string) =>
      all.filter((one) => one.kind === kind).map((one) => spelled(one, beside))
    expect(of('without its prefix')[0]).toBe(rest)
    expect(of('another prefix')).toContain(`FILE-${rest}`)
  })

  it.each([
    // 22 characters hold 16 octets and four bits more.
    ['E9NQc54k3W7jxszmWHiMlw', true],
    ['file-E9NQc54k3W7jxszmWHiMlw', true],
    ['E9NQc54k3W7jxszmWHiM', false],
  ])('changes no octet that base 64 holds where it changes its end: %s', (id, isChanged) => {
    const beside = { id, other: 'b', places: [6], runId: MARK }
    const ends = all
      .filter(({ kind }) => kind === 'base 64')
      .map((one) => spelled(one, beside))
      .filter((segment) => segment.length === id.length && segment !== id)
    expect(ends).toHaveLength(isChanged ? 2 : 0)
    const octets = (text: string) => Buffer.from(text.slice(-22), 'base64url')
    for (const end of ends) expect(octets(end)).toEqual(octets(id))
  })

  it('is refused where there is no such kind', () => {
    const beside = { id: 'a', other: 'b', places: [0], runId: MARK }
    expect(() => spelled({ kind: 'none', variety: 0, round: 0 }, beside)).toThrow('no such kind')
  })
})
