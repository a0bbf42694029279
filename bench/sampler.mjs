// Loaded with `node --import` into a process that is watched: tells on file descriptor 3, now and then,
// what it holds. A process outside cannot see the heap, nor a heap from which what is dead was removed.
import { writeSync } from 'node:fs'

const SAMPLES_FD = 3
const everyMs = Number(process.env.SAMPLE_EVERY_MS)

/** @type {() => Readonly<Record<string, number>>} */
let more = () => ({})

/**
 * Has something else told with each sample.
 *
 * @param {() => Readonly<Record<string, number>>} tell
 */
export function alsoTell(tell) {
  more = tell
}

const sample = () => {
  // With --expose-gc: without it, how much is dead by chance would hide how much is kept.
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
