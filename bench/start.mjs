import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { COMMAND } from './reference-server.mjs'
import { median, row } from './table.mjs'

const ROUNDS = 11

/** Measures the time to the first request and to the end of the help, each in a new process. */
export async function start() {
  let requested = () => {}
  const server = createServer((_, response) => {
    requested()
    response.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const times = {
    node: /** @type {number[]} */ ([]),
    help: /** @type {number[]} */ ([]),
    request: /** @type {number[]} */ ([]),
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    times.node.push(await timeOf(['-e', '0']))
    times.help.push(await timeOf([COMMAND, '--help']))
    const begin = performance.now()
    requested = () => {
      requested = () => {}
      times.request.push(performance.now() - begin)
    }
    await timeOf([COMMAND, '-t', `http://127.0.0.1:${port}`, '--only', 'deleted/status'])
  }
  server.close()
  const [node, help, request] = [median(times.node), median(times.help), median(times.request)]
  const bare = `Node alone ${Math.round(node)} ms`
  return [
    row('command to first request, seconds', bare, request / 1000, { atMost: 0.7 }),
    row('`--help`, seconds', bare, help / 1000, { atMost: 0.15 }),
  ]
}

/** @param {readonly string[]} words */
async function timeOf(words) {
  const begin = performance.now()
  const child = spawn(process.execPath, words, { stdio: 'ignore' })
  await once(child, 'close')
  return performance.now() - begin
}
