import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Reply } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from '../cli/invoke.ts'
import { folderFor } from './faulty-bundle.ts'

/** Answers out of order, and some in a way that ends cases early. */
function troubled(every: number, trouble: (reply: Reply) => Reply | Error): Alteration {
  let count = 0
  return (handle) => async (request) => {
    count += 1
    const nth = count
    await sleep((nth * 7) % 11)
    const reply = await handle(request)
    if (nth % every !== 0 || nth < every * 2) return reply
    const troubledReply = trouble(reply)
    if (troubledReply instanceof Error) throw troubledReply
    return troubledReply
  }
}

const answer = (status: number, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  headers,
  body: new Uint8Array(),
})

const TROUBLES: readonly (readonly [string, Alteration])[] = [
  ['resets connections', troubled(41, () => new Error('reset'))],
  ['ends bodies early', troubled(37, (reply) => ({ ...reply, cutAfterBytes: 3 }))],
  ['asks to slow down', troubled(29, () => answer(429, { 'retry-after': '0' }))],
  ['refuses credentials now and then', troubled(43, () => answer(401))],
  ['fails now and then', troubled(31, () => answer(500))],
]

test.each(
  TROUBLES.flatMap(([name, alteration]) =>
    [1, 16].map((concurrency) => ({ name, alteration, concurrency })),
  ),
)('a run of $concurrency at once on a target that $name is verified', async (trouble) => {
  const server = await startReferenceServer({ alterations: [trouble.alteration] })
  const folder = join(folderFor('trouble'), 'run')
  const words = ['--runs', '10', '--settle', '100ms', '--concurrency', `${trouble.concurrency}`]
  const ran = await invoke('run', '-t', server.url, ...words, '--out', folder)
  await server.close()
  expect([1, 3, 0]).toContain(ran.code)
  const verified = await invoke('verify', folder)
  expect(verified.stdout).toMatch(/^verified: /m)
  expect(verified.code).toBe(0)
})
