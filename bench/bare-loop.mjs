import { Pool } from 'undici'

/**
 * Sends requests, reads the bodies and does nothing else. A run is compared with this.
 *
 * @param {string} url
 * @param {readonly import('./property-run.mjs').SentRequest[]} requests
 * @param {number} concurrency
 * @returns {Promise<number>} milliseconds from the first request to the last answer
 */
export async function bareLoop(url, requests, concurrency) {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 })
  const left = requests.values()
  const worker = async () => {
    for (const { path, headers } of left) {
      const { body } = await pool.request({ method: 'DELETE', path, headers })
      await body.text()
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const spanMs = performance.now() - begin
  await pool.close()
  return spanMs
}
