// The reference server as a process that can be watched: prints its URL and tokens, tells the sampler how
// many files it keeps, and ends, with their number, when its standard input does.
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
