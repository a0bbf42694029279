// Starts the reference server in a process that can be watched. It prints its URL and tokens, and reports the
// number of its files to the sampler. When its standard input ends, it prints that number and ends.
import { ACCOUNTS } from '../dist/fixtures/server/accounts.js'
import { startReferenceServer } from '../dist/fixtures/server/reference-server.js'
import { alsoTell } from './sampler.mjs'

const server = await startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
alsoTell(() => ({ files: server.store.size }))
process.stdout.write(`${server.url} ${[...ACCOUNTS.keys()].join(' ')}\n`)
process.stdin.resume().once('end', async () => {
  await server.close()
  process.stdout.write(`${server.store.size}\n`)
})
