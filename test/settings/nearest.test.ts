import { expect, test } from 'vitest'
import { nearest } from '../../settings/nearest.ts'

const NAMES = ['runs', 'rate', 'report', 'expect-status', 'concurrency', 'out']

test.each([
  ['run', 'runs'],
  ['rnus', undefined],
  ['reprot', 'report'],
  ['expectStatus', 'expect-status'],
  ['expect_status', 'expect-status'],
  ['EXPECT-STATUS', 'expect-status'],
  ['concurency', 'concurrency'],
  ['ou', 'out'],
  ['colour', undefined],
  ['', undefined],
])('takes %j for %j', (word, meant) => {
  expect(nearest(word, NAMES)).toBe(meant)
})

test('takes a word for the nearest of several', () => {
  expect(nearest('second-token', ['token-env', 'second-token-env', 'second-tokens'])).toBe(
    'second-tokens',
  )
})
