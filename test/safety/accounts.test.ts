import { describe, expect, onTestFinished, test } from 'vitest'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { type FilesApiOptions, filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
import type { ServerRequest } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { createStore, type FileStore, freshId, type IssueId } from '../../fixtures/server/store.ts'
import { run } from '../../library/index.ts'

const KEYS = [...ACCOUNTS.keys()]
const NAMES = [...ACCOUNTS.values()]
/** Files of others in each account. */
const OTHERS = 120

/** Counts ids up, as each account does for itself. */
function counted(): IssueId {
  let last = 0
  return () => {
    last += 1
    return `file-${String(last).padStart(8, '0')}`
  }
}

/**
 * Starts a server that keeps a store for each account, with files of others in both.
 *
 * @param alter - makes it careless
 */
async function startApart(issue: () => IssueId, alter: Alteration = (handle) => handle) {
  const options: FilesApiOptions = { accounts: ACCOUNTS }
  const parts = NAMES.map((account, at) => {
    const store = createStore(issue())
    for (let made = 0; made < OTHERS; made += 1) add(store, account, made)
    const others = store.list(account).map(({ id }) => id)
    return { account, key: KEYS[at], store, others, handle: alter(filesApi(store, options), store) }
  })
  const partOf = ({ headers }: ServerRequest) =>
    parts.find(({ key }) => headers.authorization === `Bearer ${key}`) ?? parts[0]
  const server = await listen(async (request) => {
    const part = partOf(request)
    const reply = await part?.handle(request)
    // Somebody uploads beside the run.
    if (request.method === 'POST' && part !== undefined) {
      part.others.push(add(part.store, part.account, part.others.length))
    }
    return reply ?? { status: 500, headers: {}, body: new Uint8Array() }
  })
  onTestFinished(() => server.close())
  const lost = () =>
    parts.flatMap(({ account, store, others }) =>
      others.filter((id) => store.find(account, id) === undefined).map((id) => `${account} ${id}`),
    )
  const left = () =>
    parts.map(({ account, store, others }) => store.list(account).length - others.length)
  return { url: server.url, lost, left }
}

function add(store: FileStore, account: string, at: number): string {
  const content = Buffer.from(`${at}`)
  return store.add({ account, filename: `theirs-${at}`, purpose: 'batch', content }).id
}

/** Removes before it looks at the token. */
const removesFirst: Alteration = (handle, store) => async (request) => {
  const reply = await handle(request)
  if (request.method === 'DELETE' && reply.status === 401) {
    const id = request.target.slice(request.target.lastIndexOf('/') + 1)
    for (const account of NAMES) store.remove(account, id)
  }
  return reply
}

/** Takes the next file where one is gone, and PATCH for a deletion. */
const takesTheNext: Alteration = (handle, store) => async (request) => {
  const id = request.target.slice(request.target.lastIndexOf('/') + 1)
  if (request.method === 'PATCH' || request.method === 'DELETE') {
    for (const account of NAMES) {
      if (!store.list(account).length) continue
      if (store.find(account, id) !== undefined) continue
      const next = /^file-\d{8}$/.test(id) && store.list(account).find((one) => one.id > id)
      if (next) store.remove(account, next.id)
    }
  }
  if (request.method === 'PATCH') for (const account of NAMES) store.remove(account, id)
  return handle(request)
}

const run2 = (url: string, rest: object = {}) =>
  run({
    target: url,
    token: KEYS[0],
    secondToken: KEYS[1],
    seed: 7,
    runs: 20,
    linger: '20ms',
    settle: '200ms',
    ...rest,
  })

describe('with two accounts', () => {
  test.each([
    ['count for themselves', counted],
    ['draw ids', () => freshId],
  ] as const)(
    'that %s, no file of others is lost in either, and none of the run is left',
    async (_, issue) => {
      const server = await startApart(issue)
      const report = await run2(server.url, { strict: true })
      expect(server.lost()).toEqual([])
      expect(server.left()).toEqual([0, 0])
      expect(
        report.requirements
          .filter(({ verdict }) => ['failed', 'warned', 'inconclusive'].includes(verdict))
          .map(({ id, reason, violations }) => [id, reason, violations[0]]),
      ).toEqual([])
      expect(report.verdict).toBe('conforming')
      expect(report.damage?.listed).toBeGreaterThanOrEqual(2 * OTHERS - OTHERS)
    },
  )

  test.each([
    ['removes before it looks at the token', removesFirst],
    ['takes the next file where one is gone', takesTheNext],
  ] as const)(
    'of a server that counts ids and %s, nothing of others is lost',
    async (_, careless) => {
      const server = await startApart(counted, careless)
      const report = await run2(server.url)
      expect(server.lost()).toEqual([])
      expect(report.verdict).not.toBe('conforming')
    },
  )
})
