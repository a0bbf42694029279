import { describe, expect, it } from 'vitest'
import { schemeNamed, schemes } from './schemes.ts'

const HYPHENATED = /^[\dA-Fa-f]{8}-(?:[\dA-Fa-f]{4}-){3}[\dA-Fa-f]{12}$/

/** Checks that each id is the one before plus one, read by `value`. */
function countsUp(ids: readonly string[], value: (id: string) => bigint): boolean {
  return ids.every((id, at) => at === 0 || value(id) === value(ids[at - 1] ?? '') + 1n)
}

const hexOf = (id: string) => BigInt(`0x${id.replaceAll('-', '')}`)

describe('every scheme', () => {
  it('has a name of its own', () => {
    expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length)
  })

  it.each(schemes)('$name issues the same ids from the same seed', ({ open }) => {
    const [one, again, other] = [open(1), open(1), open(2)]
    const ids = [one.next(), ...one.burst(4), one.next()]
    expect([again.next(), ...again.burst(4), again.next()]).toEqual(ids)
    expect(other.next()).toMatch(/^.+$/)
  })

  it.each(schemes)('$name issues 3,000 different ids', ({ open }) => {
    const source = open(7)
    const ids = [...Array.from({ length: 2_000 }, () => source.next()), ...source.burst(1_000)]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('ids that look random', () => {
  it.each([
    ['uuid1', 1],
    ['uuid6', 6],
    ['uuid7', 7],
    ['uuid7-counter', 7],
    ['uuid7-monotonic', 7],
    ['uuid4', 4],
  ])('are UUIDs of their version: %s', (name, version) => {
    const ids = schemeNamed(name).open(3).burst(5)
    for (const id of ids) {
      expect(id).toMatch(HYPHENATED)
      expect(id[14]).toBe(String(version))
      expect(id[19]).toMatch(/[89ab]/)
    }
  })

  it.each(['uuid-tail', 'uuid7-monotonic'])('count up at the end: %s', (name) => {
    expect(countsUp(schemeNamed(name).open(3).burst(9), hexOf)).toBe(true)
  })

  it('count in the first group: uuid-head', () => {
    expect(countsUp(schemeNamed('uuid-head').open(3).burst(9), (id) => hexOf(id.slice(0, 8)))).toBe(
      true,
    )
  })

  it('count in several processes, whole blocks apart: padded-24-blocks', () => {
    const ids = schemeNamed('padded-24-blocks').open(3).burst(6)
    expect(ids.map(Number)).toEqual([179_042, 180_042, 181_042, 179_043, 180_043, 181_043])
  })

  it.each(['sql-server', 'little-endian', 'little-endian-part'])(
    'count with the low octet first: %s',
    (name) => {
      const value = (id: string) => BigInt(Buffer.from(id.slice(0, 8), 'hex').readUInt32LE())
      expect(countsUp(schemeNamed(name).open(3).burst(600), value)).toBe(true)
    },
  )

  it('count in the middle: oracle', () => {
    const ids = schemeNamed('oracle').open(3).burst(9)
    expect(countsUp(ids, (id) => hexOf(id.slice(0, 12)))).toBe(true)
    expect(new Set(ids.map((id) => id.slice(12))).size).toBe(1)
  })
})

describe('ids with the time in them', () => {
  it.each(['uuid6', 'uuid7', 'uuid7-counter', 'ulid', 'snowflake', 'uuid7-monotonic'])(
    'are in order, but within one instant those that are drawn: %s',
    (name) => {
      const source = schemeNamed(name).open(5)
      const ids = Array.from({ length: 50 }, () => source.next())
      expect(ids.toSorted()).toEqual(ids)
    },
  )

  it('count up within one instant: ulid-monotonic', () => {
    const ids = schemeNamed('ulid-monotonic').open(5).burst(40)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids.map((id) => id.slice(0, 20))).size).toBeLessThanOrEqual(2)
  })

  it('count over all processes on their own: objectid-processes', () => {
    const ids = schemeNamed('objectid-processes').open(5).burst(9)
    const first = ids.filter((_, at) => at % 4 === 0)
    expect(new Set(ids.map((id) => id.slice(8, 18))).size).toBe(4)
    expect(countsUp(first, (id) => hexOf(id.slice(18)))).toBe(true)
  })
})

describe('ids that follow from the file', () => {
  const empty = { filename: 'data.jsonl', content: new Uint8Array() }

  it('are the digest of nothing for an empty file', () => {
    expect(schemeNamed('sha256').open(1).next(empty)).toMatch(/^e3b0c442/)
    expect(schemeNamed('sha1').open(1).next(empty)).toMatch(/^da39a3ee/)
  })

  it('are the same for the same file, on every server', () => {
    for (const name of ['sha256', 'sha1', 'sha256-base64url', 'file-name']) {
      const { open } = schemeNamed(name)
      expect(open(1).next(empty)).toBe(open(2).next(empty))
    }
    expect(schemeNamed('sha1').open(1).burst([empty, empty])[1]).toMatch(/^da39a3ee/)
    expect(schemeNamed('file-name').open(1).next(empty)).toBe('data.jsonl')
  })
})
