/**
 * What was seen of both processes at one time.
 *
 * @typedef {object} Row
 * @property {number} seconds - since the beginning
 * @property {number} cases
 * @property {number} rss - of the run, octets
 * @property {number} heap - of the run, octets, what is dead removed
 * @property {number} sockets - of the run
 * @property {number} listeners - of the run's process object
 * @property {number} serverSockets
 * @property {number} serverFiles
 */

const MIB = 1024 * 1024

/**
 * What a run may keep of each case: the ids of its files, to which alone it may send DELETE, and ids that
 * it has made up. A case has two or three of them, of 24 to 64 characters, in a map each.
 */
export const KEPT_BYTES_A_CASE = 640
/** Memory of the process beside its heap moves by this much for no reason of ours. */
const HEAP_NOISE_BYTES = 8 * MIB
const RSS_NOISE_BYTES = 96 * MIB
/** Samples in a quarter. */
const FEWEST = 3

/**
 * Holds the last quarter of a run against its second one; in the first, code is compiled and pools are
 * filled. Medians, since a sample may fall on a large body.
 *
 * @param {readonly Row[]} rows
 * @returns {readonly string[]} what is not flat
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
