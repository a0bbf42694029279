/**
 * Line of the table.
 *
 * @typedef {object} Row
 * @property {string} what
 * @property {string} figures - from which `found` follows
 * @property {number} found
 * @property {string} [accepted] - bound, unless the figure is only for the record
 * @property {boolean} [met]
 */

/**
 * @param {string} what
 * @param {string} figures
 * @param {number} found
 * @param {{ atLeast: number } | { atMost: number }} [bound]
 * @returns {Row}
 */
export function row(what, figures, found, bound) {
  if (bound === undefined) return { what, figures, found }
  if ('atLeast' in bound) {
    return { what, figures, found, accepted: `≥ ${bound.atLeast}`, met: found >= bound.atLeast }
  }
  return { what, figures, found, accepted: `≤ ${bound.atMost}`, met: found <= bound.atMost }
}

const WORDS = new Map([
  [undefined, ''],
  [true, 'yes'],
  [false, '**no**'],
])

/** @param {readonly Row[]} rows */
export function markdown(rows) {
  return [
    '| measured | figures | found | to be met | met |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows.map(
      ({ what, figures, found, accepted, met }) =>
        `| ${what} | ${figures} | ${Number(found.toPrecision(3))} | ${accepted ?? ''} | ${WORDS.get(met)} |`,
    ),
  ].join('\n')
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

/**
 * @param {number} count
 * @param {number} ms
 */
export function perSecond(count, ms) {
  return `${Math.round((count / ms) * 1000)}/s`
}
