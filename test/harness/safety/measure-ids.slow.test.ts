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

describe('ids that come in no order', () => {
  it.each([
    [
      'UUIDs of version 7',
      [
        ...['019fe932-bf69-7b3e-800a-e321a242e9cb', '019fe932-bfe1-7339-801c-fc79ae3e2a96'],
        ...['019fe932-c63e-7d62-802f-8ee3c455f279', '019fe932-c634-73dd-80a1-b8c06d6a0c60'],
        ...['019fe932-c628-7e37-809a-5f1e0b10b291', '019fe932-c61d-75b9-8059-386f67a0bbce'],
      ],
      13,
    ],
    [
      'ULIDs',
      [
        ...['01KAZ3NQB9W7N3R5T8Y2C4F6GH', '01KAZ3NQD1PKS9V2X5B8J0M3QT'],
        ...['01KAZ3NTHEZ6W1D4G7K9N2R5SV', '01KAZ3NTCM3C8F1H4M6P9S2VXY'],
        ...['01KAZ3NRT8H0J3N5Q8T1W4Z7BD', '01KAZ3NSD5Q2R5V8Y1A4D7G0KM'],
      ],
      10,
    ],
  ])('still begin with a time, which nobody draws: %s', (_, ids, timed) => {
    const measure = createIdMeasure()
    for (const id of ids) measure.learn(id)
    const scheme = measure.schemeOf(ids[0] ?? '')
    expect(scheme?.timeOrdered).toBe(true)
    expect(scheme?.places.slice(0, timed).filter(({ bits }) => bits > 0)).toEqual([])
    expect(scheme?.places.slice(timed).some(({ bits }) => bits > 0)).toBe(true)
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
