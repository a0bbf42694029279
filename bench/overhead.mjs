import { bareLoop } from './bare-loop.mjs'
import { propertyRun } from './property-run.mjs'
import { startReferenceServer } from './reference-server.mjs'
import { median, perSecond, row } from './table.mjs'

const ROUNDS = 5

/**
 * @typedef {object} Comparison
 * @property {number} cases
 * @property {number} concurrency
 * @property {number} [latencyMs] - delay that the server adds to each answer
 * @property {{ atLeast: number }} [bound]
 */

/** @type {readonly Comparison[]} */
const COMPARISONS = [
  { cases: 20_000, concurrency: 16, bound: { atLeast: 0.85 } },
  { cases: 20_000, concurrency: 1, bound: { atLeast: 0.9 } },
  { cases: 10_000, concurrency: 16, latencyMs: 2 },
  { cases: 10_000, concurrency: 16, latencyMs: 5 },
  { cases: 1_000, concurrency: 1, latencyMs: 5 },
]

/** Divides the cases a second of a run by those of a bare loop with the same requests and server. */
export async function overhead() {
  const rows = []
  for (const comparison of COMPARISONS) rows.push(await compared(comparison))
  return rows
}

/** @param {Comparison} comparison */
async function compared({ cases, concurrency, latencyMs, bound }) {
  const server = await startReferenceServer(latencyMs)
  const target = server.url
  try {
    const rounds = []
    // The first round does not count: it compiles both.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { spanMs, requests } = await propertyRun({ target, runs: cases, concurrency })
      rounds.push({ run: spanMs, bare: await bareLoop(target, requests, concurrency) })
    }
    const counted = rounds.slice(1)
    const run = median(counted.map(({ run }) => run))
    const bare = median(counted.map(({ bare }) => bare))
    const ratio = median(counted.map(({ run, bare }) => bare / run))
    const distance = latencyMs === undefined ? '' : `, ${latencyMs} ms an answer`
    const what = `run, divided by bare loop, concurrency ${concurrency}${distance}`
    return row(what, `${perSecond(cases, run)} / ${perSecond(cases, bare)}`, ratio, bound)
  } finally {
    server.stop()
  }
}
