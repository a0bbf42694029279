import { expect, test } from 'vitest'
import { createDeletionTimes } from '../../../harness/run/deletion-times.ts'
import type { Exchange } from '../../../model/exchange.ts'
import { answered } from '../made-up.ts'

/** Observes deletions one after the other, each of which takes as long as it says. */
function observed(durations: readonly number[], rest: Partial<Exchange> = {}, status = 200) {
  const times = createDeletionTimes()
  let startedAtMs = 0
  for (const durationMs of durations) {
    times.see(answered({ status }, { startedAtMs, durationMs, ...rest }))
    startedAtMs += durationMs + 1
  }
  return times.observations()
}

const rising = (count: number, by: number) => Array.from({ length: count }, (_, at) => 1 + at * by)

test('notices that those that succeed take ever longer, and says how long', () => {
  expect(observed(rising(40, 1))).toEqual([
    {
      about: 'Deletions',
      text: 'those that succeed take ever longer: 6 ms, 16 ms, 26 ms, 36 ms (medians of four parts of the run, of 40 that were sent alone)',
      count: 1,
    },
  ])
})

test('notices it in a long run, too, of which it keeps a part', () => {
  expect(observed(rising(20_000, 0.01))[0]?.text).toMatch(
    /: 27 ms, 77 ms, 0\.13 s, 0\.18 s \(.* of 2500 that were sent alone\)$/,
  )
})

test.each<[what: string, observation: ReturnType<typeof observed>]>([
  ['they are few', observed(rising(19, 3))],
  ['they are not four times as long', observed(rising(40, 1).map((ms) => ms + 10))],
  ['they are not 20 ms longer', observed(rising(40, 0.5))],
  [
    'they take less time in between',
    observed([...rising(30, 3), ...rising(10, 1), ...rising(20, 9)]),
  ],
  ['some take long', observed(rising(40, 1).map((ms) => (ms % 4 === 0 ? 100 * ms : 1)))],
  ['they are refused', observed(rising(40, 1), {}, 404)],
  ['others take longer than deletions', observed(rising(40, 1), { action: 'retrieve' })],
])('notices nothing where %s', (_, observation) => {
  expect(observation).toEqual([])
})

test('leaves out deletions that were under way with anything else', () => {
  const times = createDeletionTimes()
  for (const [at, durationMs] of rising(40, 1).entries()) {
    const startedAtMs = 1_000 * at
    times.see(answered({}, { startedAtMs, durationMs }))
    const beside = {
      startedAtMs: startedAtMs + durationMs / 2,
      durationMs,
      action: 'list',
    } as const
    times.see(answered({}, beside))
  }
  for (const [at, durationMs] of rising(40, 1).entries()) {
    const startedAtMs = 100_000 + 1_000 * at
    times.see(answered({}, { startedAtMs, durationMs: durationMs / 2, action: 'list' }))
    times.see(answered({}, { startedAtMs: startedAtMs + durationMs / 4, durationMs }))
  }
  expect(times.observations()).toEqual([])
})
