import { expect, test } from 'vitest'
import { exactLookup, lookups } from './lookups.ts'
import { CELLS, plannedCells, SELDOM } from './matrix/planned-cells.ts'
import { grouped } from './matrix/summary.ts'
import { schemes } from './schemes.ts'

const cells = plannedCells()

function timesEach(key: (cell: (typeof cells)[number]) => string): ReadonlyMap<string, number> {
  return new Map([...grouped(cells, key)].map(([name, { length }]) => [name, length]))
}

test('the matrix has five hundred cells, and no pair of scheme and lookup twice', () => {
  expect(cells).toHaveLength(CELLS)
  expect(timesEach(({ scheme, lookup }) => `${scheme} ${lookup}`).size).toBe(CELLS)
})

test('every scheme meets ten lookups and more', () => {
  const times = timesEach(({ scheme }) => scheme)
  expect([...times.keys()].toSorted()).toEqual(schemes.map(({ name }) => name).toSorted())
  expect(Math.min(...times.values())).toBeGreaterThanOrEqual(10)
})

test('every lookup meets eight schemes and more, the seldom ones three', () => {
  const times = timesEach(({ lookup }) => lookup)
  const names = [exactLookup, ...lookups].map(({ name }) => name)
  expect([...times.keys()].toSorted()).toEqual(names.toSorted())
  for (const name of SELDOM) expect(names).toContain(name)
  for (const [name, count] of times) {
    expect(count, name).toBeGreaterThanOrEqual(SELDOM.has(name) ? 3 : 8)
  }
})

test('every option comes twenty times and more, under either traffic', () => {
  const times = timesEach(({ option, traffic }) => `${option} ${traffic}`)
  expect(Math.min(...times.values())).toBeGreaterThanOrEqual(5)
  expect(Math.min(...timesEach(({ option }) => option).values())).toBeGreaterThanOrEqual(20)
})

test('no option falls to the same schemes again and again', () => {
  const pairs = timesEach(({ scheme, option }) => `${scheme} ${option}`)
  const unusual = [...pairs].filter(([name]) => !name.endsWith(' default'))
  expect(Math.max(...unusual.map(([, count]) => count))).toBeLessThanOrEqual(3)
})
