import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run } from 'delete-conformance'

/** Measured property: one deletion a case, of an id of any characters. */
export const PROPERTY = 'not-found/any-string'

/**
 * Lists all other requirements that send requests. Without them, the invariants are left, which judge every
 * answer.
 *
 * @param {string} target
 * @returns {Promise<readonly string[]>}
 */
async function othersThatProbe(target) {
  const { requirements } = await run({ target, runs: 1 })
  const probing = requirements.filter(({ cases }) => cases.unit === 'case')
  return probing.map(({ id }) => id).filter((id) => id !== PROPERTY)
}

/**
 * @typedef {object} SentRequest
 * @property {string} path
 * @property {Record<string, string>} headers
 */

/**
 * @typedef {object} Measured
 * @property {number} spanMs - from the first request of the property to its last answer
 * @property {readonly SentRequest[]} requests - of the property, in the order of their answers
 * @property {number} peakMb - peak memory of the process at the end of the run
 */

/**
 * Runs the property with all invariants, evidence and hash chain included.
 *
 * @param {{ target: string, runs: number, concurrency: number, seed?: number }} options
 * @returns {Promise<Measured>}
 */
export async function propertyRun({ target, runs, concurrency, seed = 7 }) {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-bench-'))
  const out = join(folder, 'out')
  try {
    const skip = await othersThatProbe(target)
    const report = await run({ target, runs, concurrency, seed, skip, out })
    // The run is inconclusive, since it deletes no file. The measured property must have passed.
    const { verdict } = report.requirements.find(({ id }) => id === PROPERTY) ?? {}
    if (verdict !== 'passed') throw new Error(report.reasons.join('; '))
    const peakMb = process.resourceUsage().maxRSS / 1024
    return { ...(await requestsIn(join(out, 'evidence.ndjson'))), peakMb }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} evidence
 * @returns {Promise<Omit<Measured, 'peakMb'>>}
 */
async function requestsIn(evidence) {
  let [begin, end] = [Infinity, 0]
  const requests = []
  for await (const line of createInterface({ input: createReadStream(evidence) })) {
    const { requirement, request, startedAtMs, durationMs } = JSON.parse(line)
    if (requirement !== PROPERTY) continue
    begin = Math.min(begin, startedAtMs)
    end = Math.max(end, startedAtMs + durationMs)
    requests.push({ path: request.target, headers: Object.fromEntries(request.headers) })
  }
  return { spanMs: end - begin, requests }
}
