import { bareLoop } from './bare-loop.mjs'
import { propertyRun } from './property-run.mjs'
import { startReferenceServer } from './reference-server.mjs'
import { median, perSecond, row } from './table.mjs'

const CASES = 20_000
const ROUNDS = 5
const TARGETS = [
  { concurrency: 16, atLeast: 0.85 },
  { concurrency: 1, atLeast: 0.9 },
]

/** Cases a second of a run, divided by those of a bare loop that sends the same requests to the same server. */
export async function overhead() {
  const server = await startReferenceServer()
  try {
    const rows = []
    for (const { concurrency, atLeast } of TARGETS) {
      // Once for nothing, so that both are compiled.
      const { requests } = await propertyRun({ target: server.url, runs: CASES, concurrency })
      await bareLoop(server.url, requests, concurrency)
      const rounds = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const { spanMs, requests } = await propertyRun({
          target: server.url,
          runs: CASES,
          concurrency,
        })
        rounds.push({ run: spanMs, bare: await bareLoop(server.url, requests, concurrency) })
      }
      const ratio = median(rounds.map(({ run, bare }) => bare / run))
      rows.push(
        row(
          `run, divided by bare loop, concurrency ${concurrency}`,
          `${perSecond(CASES, median(rounds.map(({ run }) => run)))} / ${perSecond(CASES, median(rounds.map(({ bare }) => bare)))}`,
          ratio,
          { atLeast },
        ),
      )
    }
    return rows
  } finally {
    server.stop()
  }
}
