/**
 * Sample of both processes at one time.
 *
 * @typedef {object} Row
 * @property {number} seconds - since the start
 * @property {number} cases
 * @property {number} rss - of the run, octets
 * @property {number} heap - of the run, octets, after garbage collection
 * @property {number} sockets - of the run
 * @property {number} listeners - of the run's process object
 * @property {number} serverSockets
 * @property {number} serverFiles
 */

const MIB = 1024 * 1024

/**
 * Memory that a run may keep for each case: the ids of its files and the ids that it made up, because it
 * sends DELETE to no others. A case has two or three, of 24 to 64 characters, each in a map.
 */
export const KEPT_BYTES_A_CASE = 640
/** Growth that the run does not cause. */
const HEAP_NOISE_BYTES = 8 * MIB
const RSS_NOISE_BYTES = 96 * MIB
/** Least number of samples in a quarter. */
const FEWEST = 3

/**
 * Compares the last quarter of a run with the second one. In the first quarter, code is compiled and pools
 * fill up. Uses medians, since a sample may fall on a large body.
 *
 * @param {readonly Row[]} rows
 * @returns {readonly string[]} each value that is not flat
 */
export function growth(rows) {
  const second = quarter(rows, 1)
  const last = quarter(rows, 3)
  if (second.length < FEWEST) return ['too few samples to tell: take more runs, or samples']
  const median = (/** @type {readonly Row[]} */ some, /** @type {keyof Row} */ name) =>
    some.map((row) => row[name]).sort((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0
  const more = (/** @type {keyof Row} */ name) => median(last, name) - median(second, name)
  const kept = KEPT_BYTES_A_CASE * more('cases')
  const found = []
  const tooMuch = (/** @type {'heap' | 'rss'} */ name, /** @type {number} */ allowed) => {
    if (more(name) <= allowed) return
    const each = Math.round(more(name) / Math.max(1, more('cases')))
    found.push(
      `${name} grew by ${inMiB(more(name))} MiB, ${each} octets a case; allowed are ${inMiB(allowed)} MiB`,
    )
  }
  tooMuch('heap', kept + HEAP_NOISE_BYTES)
  tooMuch('rss', kept + RSS_NOISE_BYTES)
  for (const name of /** @type {const} */ (['sockets', 'serverSockets', 'listeners'])) {
    const most = Math.max(...second.map((row) => row[name]))
    const later = median(last, name)
    if (later > most) found.push(`${name}: ${later}, after at most ${most} before`)
  }
  return found
}

/**
 * @param {readonly Row[]} rows
 * @param {number} which
 */
function quarter(rows, which) {
  const part = rows.length / 4
  return rows.slice(Math.floor(which * part), Math.floor((which + 1) * part))
}

/** @param {number} bytes */
export function inMiB(bytes) {
  return Math.round(bytes / MIB)
}
