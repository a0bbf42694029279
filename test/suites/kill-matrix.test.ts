import { expect, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { gapsBetween, killMatrix } from '../../fixtures/faults/kill-matrix.ts'
import { catalogue } from '../../suites/catalogue.ts'

test('every requirement has a faulty server that it finds out alone or before all others', () => {
  expect(gapsBetween(catalogue, faults)).toEqual({ idle: [], missed: [], unknown: [] })
})

test('each faulty server has a name of its own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
})

test('docs/kill-matrix.md shows the matrix as it is', async () => {
  await expect(
    killMatrix(catalogue, faults),
    'docs/kill-matrix.md is stale; "npm run docs" writes it anew',
  ).toMatchFileSnapshot('../../docs/kill-matrix.md')
})
