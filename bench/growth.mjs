import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startReferenceServer } from './reference-server.mjs'
import { median, row } from './table.mjs'

const CASES = [1_000, 10_000, 100_000]
const ROUNDS = 3
const MEASURED_RUN = fileURLToPath(new URL('./measured-run.mjs', import.meta.url))

/** Measures time and memory of runs with more and more cases, each in its own process. */
export async function growth() {
  const server = await startReferenceServer()
  try {
    const sizes = []
    for (const cases of CASES) {
      const rounds = []
      for (let round = 0; round < ROUNDS; round += 1)
        rounds.push(await measuredRun(server.url, cases))
      const spanMs = median(rounds.map((one) => one.spanMs))
      const peakMb = median(rounds.map((one) => one.peakMb))
      sizes.push({ cases, spanMs, peakMb })
    }
    const [small, middle, large] =
      /** @type {[typeof sizes[0], typeof sizes[0], typeof sizes[0]]} */ (sizes)
    const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`
    return [
      row(
        `time for ${large.cases} cases, divided by ten times that for ${middle.cases}`,
        `${seconds(large.spanMs)} / 10 × ${seconds(middle.spanMs)}`,
        large.spanMs / middle.spanMs / 10,
        { atMost: 1.1 },
      ),
      row(
        `peak memory at ${large.cases} cases, over that at ${small.cases}, MB`,
        `${sizes.map(({ peakMb }) => Math.round(peakMb)).join(', ')} MB`,
        large.peakMb - small.peakMb,
        { atMost: 60 },
      ),
    ]
  } finally {
    server.stop()
  }
}

/**
 * @param {string} url
 * @param {number} cases
 * @returns {Promise<{ spanMs: number, peakMb: number }>}
 */
async function measuredRun(url, cases) {
  const child = fork(MEASURED_RUN, [url, String(cases)])
  const [measured] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (typeof measured !== 'object')
    throw new Error(`a run of ${cases} cases ended with ${measured}`)
  return measured
}
