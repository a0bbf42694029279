import { describe, expect, it } from 'vitest'
import { growth, KEPT_BYTES_A_CASE, type Row } from '../../bench/flatness.mjs'

const MIB = 1024 * 1024

/** A run of forty minutes in which what is named grows with each of 10,000 cases a minute. */
function rowsOf(growing: (cases: number) => Partial<Row> = () => ({})): readonly Row[] {
  return Array.from({ length: 40 }, (_, minute) => {
    const cases = minute * 10_000
    return {
      seconds: minute * 60,
      cases,
      rss: 150 * MIB,
      heap: 20 * MIB,
      sockets: 16,
      listeners: 9,
      serverSockets: 16,
      serverFiles: 0,
      ...growing(cases),
    }
  })
}

describe('a long run', () => {
  it('is flat where all stays as it is', () => {
    expect(growth(rowsOf())).toEqual([])
  })

  it('is flat where it keeps what it must of each case', () => {
    const heap = (cases: number) => 20 * MIB + KEPT_BYTES_A_CASE * cases
    expect(growth(rowsOf((cases) => ({ heap: heap(cases), rss: 2 * heap(cases) })))).toHaveLength(1)
    expect(growth(rowsOf((cases) => ({ heap: heap(cases) })))).toEqual([])
  })

  it('is flat where only its first quarter grows', () => {
    const heap = (cases: number) => 20 * MIB + 4096 * Math.min(cases, 90_000)
    expect(growth(rowsOf((cases) => ({ heap: heap(cases) })))).toEqual([])
  })

  it.each<[string, (cases: number) => Partial<Row>]>([
    ['heap grew by 391 MiB, 2048 octets a case', (cases) => ({ heap: 20 * MIB + 2048 * cases })],
    ['rss grew by 391 MiB, 2048 octets a case', (cases) => ({ rss: 150 * MIB + 2048 * cases })],
    ['sockets: 51, after at most 35 before', (cases) => ({ sockets: 16 + cases / 10_000 })],
    ['listeners: 44, after at most 28 before', (cases) => ({ listeners: 9 + cases / 10_000 })],
  ])('is not where %s', (found, growing) => {
    expect(growth(rowsOf(growing))).toEqual([expect.stringContaining(found)])
  })

  it('cannot be judged by a few samples', () => {
    expect(growth(rowsOf().slice(0, 8))).toEqual([
      'too few samples to tell: take more runs, or samples',
    ])
  })
})
