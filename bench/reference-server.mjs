import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Built command line. */
export const COMMAND = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

const DELAYED = fileURLToPath(new URL('./delayed-server.mjs', import.meta.url))

/**
 * Starts the reference server in its own process, so that it takes no time from the measured one.
 *
 * @param {number} [latencyMs] - delay that it adds to each answer
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startReferenceServer(latencyMs) {
  const words = latencyMs === undefined ? [COMMAND, 'serve'] : [DELAYED, String(latencyMs)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const url = /http:\/\/[\d.:]+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`the reference server said: ${line}`)
  return { url, stop: () => child.kill() }
}
