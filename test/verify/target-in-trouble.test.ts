import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Reply } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from '../cli/invoke.ts'
import { folderFor } from './faulty-bundle.ts'

/** The preflight, which takes fewer requests, ends a run that is in trouble. */
const FIRST = 55

/** Answers out of order, and some in a way that ends cases early. */
function troubled(every: number, trouble: (reply: Reply) => Reply | Error): Alteration {
  let count = 0
  return (handle) => async (request) => {
    count += 1
    const nth = count
    await sleep((nth * 7) % 11)
    const reply = await handle(request)
    if (nth % every !== 0 || nth < FIRST) return reply
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

/** Makes one for each run: it counts. */
const TROUBLES: readonly (readonly [string, () => Alteration])[] = [
  ['resets connections', () => troubled(11, () => new Error('reset'))],
  ['ends bodies early', () => troubled(9, (reply) => ({ ...reply, cutAfterBytes: 3 }))],
  ['asks to slow down', () => troubled(7, () => answer(429, { 'retry-after': '0' }))],
  ['refuses credentials now and then', () => troubled(13, () => answer(401))],
  ['fails now and then', () => troubled(8, () => answer(500))],
]

/** Cases of several requests, alone and at once, in all some hundred requests. */
const SOME = ['effect/', 'sequence/', 'not-found/any-string']

test.concurrent.each(
  TROUBLES.flatMap(([name, alterationOf]) =>
    [1, 16].map((concurrency) => ({ name, alterationOf, concurrency })),
  ),
)('a run of $concurrency at once on a target that $name is verified', async (trouble) => {
  const server = await startReferenceServer({ alterations: [trouble.alterationOf()] })
  const folder = join(folderFor('trouble'), 'run')
  const few = ['--runs', '3', '--settle', '10ms', ...SOME.flatMap((id) => ['--only', id])]
  const words = [...few, '--concurrency', `${trouble.concurrency}`]
  const ran = await invoke('run', '-t', server.url, ...words, '--out', folder)
  await server.close()
  expect([1, 3, 0]).toContain(ran.code)
  expect(ran.stdout).toMatch(/[1-9] cases? judged/)
  const verified = await invoke('verify', folder)
  expect(verified.stdout).toMatch(/^verified: /m)
  expect(verified.code).toBe(0)
})
