import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { both, intercepting } from '../../fixtures/faults/alter.ts'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
import { deletedReply, json, problem } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { createStore, freshId, type IssueId } from '../../fixtures/server/store.ts'
import { run, UsageError } from '../../library/index.ts'

const ACCOUNT = 'somebody'
const OTHERS = 120

function counted(): IssueId {
  let last = 0
  return () => {
    last += 1
    return `file-${String(last).padStart(24, '0')}`
  }
}

/** Starts a server with files of others, and keeps the requests that it is sent. */
async function startFull(issue: IssueId, alter: Alteration = (handle) => handle) {
  const store = createStore(issue)
  for (let made = 0; made < OTHERS; made += 1) {
    const content = Buffer.from(`${made}`)
    store.add({ account: ACCOUNT, filename: `theirs-${made}`, purpose: 'batch', content })
  }
  const others = store.list(ACCOUNT).map(({ id }) => id)
  const handle = alter(filesApi(store, { accounts: new Map([['their-long-key', ACCOUNT]]) }), store)
  const sent: { readonly method: string; readonly segment: string }[] = []
  const server = await listen(async (request) => {
    const { method, target } = request
    sent.push({ method, segment: target.slice(target.lastIndexOf('/') + 1) })
    return handle(request)
  })
  onTestFinished(() => server.close())
  const living = () => store.list(ACCOUNT).map(({ id }) => id)
  return { url: server.url, sent, others, living }
}

const readOnly = (target: string, rest: object = {}) =>
  run({ target, token: 'their-long-key', readOnly: true, seed: 7, runs: 20, ...rest })

describe('a read-only run', () => {
  test.each([
    ['draws its ids', () => freshId],
    ['counts its ids', counted],
  ] as const)(
    'uploads nothing, asks to delete nothing that is there, and reads no file of a server that %s',
    async (_, issue) => {
      const server = await startFull(issue())
      const report = await readOnly(server.url)
      expect(server.living()).toEqual(server.others)
      const methods = new Set(server.sent.map(({ method }) => method))
      expect([...methods].sort()).toEqual(['DELETE', 'GET'])
      expect(server.sent.filter(({ segment }) => server.others.includes(segment))).toEqual([])
      expect(report.verdict).toBe('conforming')
      expect(report.selection.selected).toBeLessThan(report.selection.catalogue)
    },
  )

  test('learns from the list how ids are made, and names none of them', async () => {
    const [drawn, counts] = [await startFull(freshId), await startFull(counted())]
    const report = await readOnly(drawn.url)
    expect(report.ids?.guessable).toBe(false)
    expect(report.ids?.finding[0]).toMatch(/bits that nobody can guess$/)
    expect((await readOnly(counts.url)).ids?.guessable).toBe(true)
    expect(drawn.others.filter((id) => JSON.stringify(report).includes(id))).toEqual([])
  })

  test.each([
    [
      'a part of one',
      (ids: readonly string[], sought: string) =>
        ids.filter((id) => sought !== '' && id.includes(sought)),
    ],
    [
      'one that begins so',
      (ids: readonly string[], sought: string) =>
        ids.filter((id) => id.startsWith(sought.slice(0, 20))),
    ],
    [
      'a pattern',
      (ids: readonly string[], sought: string) => (/^[*%_?.]+$/.test(sought) ? ids : []),
    ],
  ] as const)(
    'loses nothing on a server that counts ids and takes an id for %s',
    async (_, takes) => {
      const server = await startFull(counted(), (handle, store) => async (request) => {
        const sought = decodeURIComponent(request.target.slice(request.target.lastIndexOf('/') + 1))
        if (request.method === 'DELETE') {
          for (const id of takes(
            store.list(ACCOUNT).map((one) => one.id),
            sought,
          ))
            store.remove(ACCOUNT, id)
        }
        return handle(request)
      })
      const report = await readOnly(server.url)
      expect(report.observed[404]).toBeGreaterThan(0)
      expect(server.living()).toEqual(server.others)
    },
  )

  /** Takes what a segment begins with, is split into, or holds in digits, where no id is exactly that. */
  const careless = (ids: readonly string[], sought: string) => {
    const parts = [...sought.split(/[^0-9A-Za-z]+/), ...(sought.match(/\d+/g) ?? [])]
    const found = ids.find((id) => sought.startsWith(id) || parts.includes(id))
    return ids.includes(sought) ? sought : found
  }
  const carelessly: Alteration = (handle, store) => async (request) => {
    const sought = decodeURIComponent(request.target.slice(request.target.lastIndexOf('/') + 1))
    const ids = store.list(ACCOUNT).map(({ id }) => id)
    const found = request.method === 'DELETE' ? careless(ids, sought) : undefined
    if (found !== undefined) store.remove(ACCOUNT, found)
    return handle(request)
  }
  /** Short numbers among a thousand ids that nobody can guess. */
  const mixed = (): IssueId => {
    let made = 0
    return () => {
      made += 1
      return made % 24 === 0 ? String(made / 24) : randomUUID()
    }
  }
  const shortNumbers = (): IssueId => {
    let made = 0
    return () => String(++made)
  }
  const hidingItsList: Alteration = (handle, store) =>
    intercepting(({ method, target }) =>
      method === 'GET' && target.includes('files?')
        ? json(200, { object: 'list', data: [] })
        : undefined,
    )(handle, store)
  const refusingItsList: Alteration = (handle, store) =>
    intercepting(({ method }) => (method === 'GET' ? problem(403, 'Not for you.') : undefined))(
      handle,
      store,
    )
  const named = (): IssueId => {
    const names = ['readme.txt', 'constructor', 'toString', 'null', 'undefined']
    let made = 0
    return () => names[made++] ?? `${made}.txt`
  }

  test.each<[string, () => IssueId, Alteration]>([
    ['has short numbers among many ids', mixed, carelessly],
    ['shows none of its short numbers', shortNumbers, both(carelessly, hidingItsList)],
    ['lets nobody read its list of short numbers', shortNumbers, both(carelessly, refusingItsList)],
    ['names its files', named, carelessly],
  ])('loses nothing on a careless server that %s', async (_, issue, alter) => {
    const server = await startFull(issue(), alter)
    for (const seed of [1, 2, 3]) await readOnly(server.url, { seed })
    expect(server.living()).toEqual(server.others)
  })

  test('shows no part of an id of others', async () => {
    let made = 1_764_300_000
    const server = await startFull(() => `alpha-${made++}`)
    const report = await readOnly(server.url)
    expect(JSON.stringify(report)).not.toMatch(/alpha|17643/)
    expect(report.ids?.finding).toEqual(['numbers behind a word: guessable'])
  })

  test.each<[string, number]>([
    ['answers 404', 404],
    ['answers 500', 500],
    ['answers 503', 503],
    ['says so', 200],
  ])(
    'stops after the first deletion on a server that takes the newest and %s',
    async (_, status) => {
      const server = await startFull(freshId, (handle, store) => async (request) => {
        const newest = store.list(ACCOUNT).at(-1)
        if (request.method !== 'DELETE' || newest === undefined) return handle(request)
        store.remove(ACCOUNT, newest.id)
        return status === 200 ? deletedReply(newest.id) : problem(status, 'No.')
      })
      const report = await readOnly(server.url)
      expect(server.others.length - server.living().length).toBe(1)
      expect(report.verdict).toBe('inconclusive')
      expect(report.damage?.gone).toHaveLength(1)
    },
  )

  test('finds with two deletions that a server says it deleted what nobody has', async () => {
    const server = await startFull(
      freshId,
      (handle) => async (request) =>
        request.method === 'DELETE' ? deletedReply('x') : handle(request),
    )
    const report = await readOnly(server.url)
    expect(server.sent.filter(({ method }) => method === 'DELETE')).toHaveLength(2)
    expect(report.verdict).toBe('non-conforming')
    const { verdict } = report.requirements.find(({ id }) => id === 'not-found/never-issued') ?? {}
    expect(verdict).toBe('failed')
  })

  test.each([
    ['files on a target that does not matter', { disposable: true }],
    ['files that are given', { files: ['file-of-mine'] }],
  ])('is refused beside %s', async (_, rest) => {
    const { url } = await startFull(freshId)
    await expect(readOnly(url, rest)).rejects.toThrow(UsageError)
  })
})
