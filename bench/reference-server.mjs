import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The command line, as it is built. */
export const COMMAND = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/**
 * @typedef {object} Started
 * @property {string} url
 * @property {() => void} stop
 */

/**
 * The reference server in a process of its own, so that it takes no time from whoever is measured.
 *
 * @returns {Promise<Started>}
 */
export async function startReferenceServer() {
  const child = spawn(process.execPath, [COMMAND, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const url = /http:\/\/[\d.:]+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`the reference server said: ${line}`)
  return { url, stop: () => child.kill() }
}

/**
 * The same behind a wire on which every answer takes so much longer.
 *
 * @param {number} latencyMs
 * @returns {Promise<Started>}
 */
export async function startDistantServer(latencyMs) {
  const server = await startReferenceServer()
  const wire = createServer((near) => {
    const far = connect(Number(new URL(server.url).port), '127.0.0.1')
    near.pipe(far)
    far.on('data', (octets) => void setTimeout(() => near.write(octets), latencyMs))
    far.on('close', () => near.destroy()).on('error', () => near.destroy())
    near.on('close', () => far.destroy()).on('error', () => far.destroy())
  })
  await once(wire.listen(0, '127.0.0.1'), 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (wire.address())
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      wire.close()
      server.stop()
    },
  }
}
