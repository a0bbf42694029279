import { propertyRun } from './property-run.mjs'
import { startReferenceServer } from './reference-server.mjs'
import { median, row } from './table.mjs'

const LATENCY_MS = 20
const CASES = 1_000
const CONCURRENCY = 16
const ROUNDS = 5

/** Measures the time of a run on a distant target, divided by the time of the wire. */
export async function latency() {
  const server = await startReferenceServer(LATENCY_MS)
  try {
    const least = (CASES / CONCURRENCY) * LATENCY_MS
    const rounds = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const { spanMs } = await propertyRun({
        target: server.url,
        runs: CASES,
        concurrency: CONCURRENCY,
      })
      rounds.push(spanMs)
    }
    const spanMs = median(rounds)
    const what = `${CASES} cases, ${LATENCY_MS} ms an answer, concurrency ${CONCURRENCY}, divided by ${least} ms`
    return [row(what, `${Math.round(spanMs)} ms`, spanMs / least, { atMost: 1.15 })]
  } finally {
    server.stop()
  }
}
