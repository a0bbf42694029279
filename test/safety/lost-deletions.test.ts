import { beforeEach, expect, test } from 'vitest'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import { createStore } from '../../fixtures/server/store.ts'
import { counting } from '../../fixtures/variants/alterations.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { runAgainst } from '../hostile/outcome.ts'
import { inHttp, startSpoiled } from '../hostile/spoiled-server.ts'

beforeEach(withoutProxy)

const isOdd = ({ method, target }: ServerRequest) =>
  ['PATCH', 'PUT'].includes(method) ||
  (method === 'POST' && /\/files\/./.test(target)) ||
  (method === 'DELETE' && /\/\d+(?:\/|%0A|\?.*)$/.test(target))

/**
 * A server whose ids count, where others upload beside the run. For what is odd it deletes the first file from that
 * id on, and ends the connection in the place of an answer.
 */
async function carelessServer() {
  const store = createStore(counting(1_000))
  const others: string[] = []
  const server = await startSpoiled({
    store,
    when: (request) => request.method === 'POST' || isOdd(request),
    spoil: async ({ request, socket, conforming }) => {
      if (!isOdd(request)) {
        const reply = await conforming()
        const file = { account: 'everybody', filename: 'theirs', purpose: 'batch' }
        others.push(store.add({ ...file, content: new Uint8Array() }).id)
        return inHttp(reply)
      }
      const asked = Number(/\/files\/(\d+)/.exec(request.target)?.[1])
      const taken = store.list('everybody').find(({ id }) => Number(id) >= asked)
      if (taken !== undefined) store.remove('everybody', taken.id)
      socket.destroy()
      return undefined
    },
  })
  const lost = () => others.filter((id) => store.find('everybody', id) === undefined)
  return { url: server.url, lost, received: server.received }
}

test.each(['http/trailing-slash', 'http/method-changes-nothing', 'http/adorned'])(
  'what %s has lost with its connection does not go out again, and takes nothing of others',
  async (id) => {
    const server = await carelessServer()
    const { report } = await runAgainst(server.url, '--only', id, '--concurrency', '2')
    expect(server.lost()).toEqual([])
    expect(report.verdict).not.toBe('conforming')
  },
)
