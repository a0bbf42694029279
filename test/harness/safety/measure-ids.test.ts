import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { freshId } from '../../../fixtures/server/store.ts'
import { createIdMeasure, idFactsOf } from '../../../harness/safety/measure-ids.ts'
import { schemes } from '../../safety/schemes.ts'

/** Schemes whose ids nobody can tell from others; of all else, some can be. */
const UNGUESSABLE = [
  'openai',
  'hex-24',
  'base64url-22',
  'nanoid',
  'uuid4',
  'file-uuid4',
  'uuid7',
  'ulid',
  'ksuid',
  'sha256',
  'sha1',
  'sha256-base64url',
  'counter-uuid4',
]
/** Those whose ids within a tick count up, which only ids of one tick show. */
const BY_TICK = ['uuid7-counter', 'uuid7-monotonic', 'ulid-monotonic']
const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1)

function samplesOf(scheme: (typeof schemes)[number], seed: number): readonly string[] {
  const source = scheme.open(seed)
  return [...Array.from({ length: 4 }, () => source.next()), ...source.burst(4)]
}

describe('ids of a scheme, by eight samples', () => {
  it.each(schemes.filter(({ name }) => !BY_TICK.includes(name)))(
    'are told to be guessable or not: $name',
    (scheme) => {
      const found = SEEDS.map((seed) => idFactsOf(samplesOf(scheme, seed)).guessable)
      expect(new Set(found)).toEqual(new Set([!UNGUESSABLE.includes(scheme.name)]))
    },
  )

  it.each(schemes.filter(({ name }) => name.endsWith('-monotonic')))(
    'are guessable if those that were made at once count up: $name',
    (scheme) => {
      for (const seed of SEEDS) expect(idFactsOf(samplesOf(scheme, seed)).guessable).toBe(true)
    },
  )

  it('say what is where', () => {
    const padded = Array.from({ length: 8 }, (_, at) => String(179_042 + at).padStart(24, '0'))
    expect(idFactsOf(padded).finding).toEqual([
      '24 characters, places 1 to 23 constant, the last 1 counts or follows time: guessable',
    ])
    const numbers = Array.from({ length: 8 }, (_, at) => `file-${996 + at}`)
    expect(idFactsOf(numbers).finding).toEqual(['numbers behind "file-", up to 1003: guessable'])
    const uuids = Array.from({ length: 8 }, () => randomUUID())
    expect(idFactsOf(uuids).finding[0]).toMatch(
      /^36 characters, .*random.*: 1\d\d bits that nobody can guess$/,
    )
  })

  it('take ids of two schemes for two', () => {
    const ids = Array.from({ length: 4 }, (_, at) => [freshId(), String(1_000 + at)]).flat()
    const facts = idFactsOf(ids)
    expect(facts.guessable).toBe(true)
    expect(facts.finding).toHaveLength(2)
  })

  it('are guessable where too few were seen to tell, or none', () => {
    expect(idFactsOf([]).guessable).toBe(true)
    expect(idFactsOf([freshId(), freshId(), freshId()]).finding[0]).toContain('too few to tell')
    expect(idFactsOf([freshId(), freshId(), freshId()]).guessable).toBe(true)
  })

  it('are no less random where one is seen twice', () => {
    const ids = Array.from({ length: 5 }, () => freshId())
    expect(idFactsOf([...ids, ...ids]).guessable).toBe(false)
  })

  it('take a random id of digits alone for no number', () => {
    const random = Array.from({ length: 40 }, () => randomBytes(4).toString('hex'))
    const lettered = random.filter((one) => /[a-f]/.test(one)).slice(0, 8)
    expect(idFactsOf([...lettered, '12345678']).finding).toHaveLength(1)
  })
})

describe('what is learnt later', () => {
  it('makes ids guessable that had seemed random, and never the other way', () => {
    const measure = createIdMeasure()
    const ids = Array.from({ length: 8 }, () => randomBytes(16).toString('hex'))
    for (const id of ids) measure.learn(id)
    const last = ids[7] ?? ''
    expect(measure.schemeOf(last)?.guessable).toBe(false)
    measure.learn(`${last.slice(0, -1)}${last.endsWith('0') ? '1' : '0'}`)
    expect(measure.schemeOf(last)?.guessable).toBe(true)
    for (let more = 0; more < 100; more += 1) measure.learn(randomBytes(16).toString('hex'))
    expect(measure.schemeOf(last)?.guessable).toBe(true)
  })
})
