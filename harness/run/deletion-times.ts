import type { Exchange } from '../../model/exchange.ts'
import { isSuccess } from '../../model/reads.ts'
import type { Observation } from '../../model/report.ts'
import { seconds } from './slow.ts'

/** Times by which the last quarter of a run is slower than the first, and how much that is at least. */
const SLOWER = 4
const LEAST_SLOWER_MS = 20

/** Deletions of a quarter of which a median says something. */
const LEAST_OF_A_QUARTER = 5
const QUARTERS = [0, 1, 2, 3]

/** Deletions that are kept; of more, every other one is. */
const MAX_KEPT = 4_000

/**
 * Observes whether deletions take ever longer. It compares those that succeeded while nothing else was under way:
 * how long others take depends on what is sent beside them.
 */
export function createDeletionTimes() {
  let alone: { readonly endMs: number; readonly durationMs: number }[] = []
  let lastEndMs = 0
  let seen = 0
  let keptOneIn = 1
  const medians = () =>
    QUARTERS.map((quarter) => {
      const at = (end: number) => Math.floor((end * alone.length) / QUARTERS.length)
      const times = alone.slice(at(quarter), at(quarter + 1)).map(({ durationMs }) => durationMs)
      return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
    })
  return {
    see(exchange: Exchange): void {
      const { action, startedAtMs, durationMs } = exchange
      const endMs = startedAtMs + durationMs
      // It was under way when these were sent.
      while ((alone.at(-1)?.endMs ?? 0) > startedAtMs) alone.pop()
      const isAlone = startedAtMs >= lastEndMs
      lastEndMs = Math.max(lastEndMs, endMs)
      if (!isAlone || action !== 'delete' || !isSuccess(exchange)) return
      seen += 1
      if (seen % keptOneIn !== 0) return
      alone.push({ endMs, durationMs })
      if (alone.length < MAX_KEPT) return
      alone = alone.filter((_, at) => at % 2 === 1)
      keptOneIn *= 2
    },
    observations(): readonly Observation[] {
      if (alone.length < QUARTERS.length * LEAST_OF_A_QUARTER) return []
      const times = medians()
      const [first = 0, last = 0] = [times[0], times.at(-1)]
      const isRising = times.every((ms, at) => at === 0 || ms > (times[at - 1] ?? 0))
      if (!isRising || last < SLOWER * first || last < first + LEAST_SLOWER_MS) return []
      const shown = times.map(seconds).join(', ')
      const text = `those that succeed take ever longer: ${shown} (medians of four parts of the run, of ${alone.length} that were sent alone)`
      return [{ about: 'Deletions', text, count: 1 }]
    },
  }
}
