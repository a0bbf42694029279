/*
 * Starts the reference server with a delay of MS milliseconds before each answer:
 * node bench/delayed-server.mjs MS
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { startReferenceServer } from '../dist/fixtures/server/reference-server.js'

const latencyMs = Number(process.argv[2])
const { url } = await startReferenceServer({
  alterations: [
    (handle) => async (request) => {
      await sleep(latencyMs)
      return handle(request)
    },
  ],
})
console.log(url)
