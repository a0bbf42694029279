// Starts a server, tests it, and prints the violated requirements:
//
//     node examples/library/violations.js
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { run } from 'delete-conformance'
import { forgetfulServer } from './forgetful-server.js'

const server = forgetfulServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
assert(address !== null && typeof address === 'object')

const report = await run({
  target: `http://127.0.0.1:${address.port}`,
  only: ['deleted/', 'not-found/'],
  runs: 20,
})
server.close()

console.log(`${report.target.url} is ${report.verdict}`)
const violated = report.requirements.filter(({ verdict }) => verdict === 'failed')
for (const { id, title, violations } of violated) {
  console.log(`${id}: not true that the server ${title}`)
  for (const { where, expected, received } of violations) {
    console.log(`  ${where}: expected ${expected}, received ${received}`)
  }
}

// In your own program: process.exitCode = report.verdict === 'conforming' ? 0 : 1
assert.deepEqual(
  violated.map(({ id }) => id),
  ['not-found/already-deleted'],
)
