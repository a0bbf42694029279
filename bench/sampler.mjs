// Writes samples of this process to file descriptor 3. Loaded with `node --import`, because another process
// cannot see the heap, let alone collect garbage in it first.
import { writeSync } from 'node:fs'

const SAMPLES_FD = 3
const everyMs = Number(process.env.SAMPLE_EVERY_MS)

/** @type {() => Readonly<Record<string, number>>} */
let more = () => ({})

/**
 * Adds values to each sample.
 *
 * @param {() => Readonly<Record<string, number>>} tell
 */
export function alsoTell(tell) {
  more = tell
}

const sample = () => {
  // Needs --expose-gc. Otherwise garbage would hide how much memory is in use.
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  /** @type {Record<string, number>} */
  const open = {}
  for (const kind of process.getActiveResourcesInfo()) open[kind] = (open[kind] ?? 0) + 1
  const listeners = process
    .eventNames()
    .reduce((sum, name) => sum + process.listenerCount(/** @type {string} */ (name)), 0)
  writeSync(SAMPLES_FD, `${JSON.stringify({ rss, heapUsed, open, listeners, ...more() })}\n`)
}

setInterval(sample, everyMs).unref()
