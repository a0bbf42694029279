import { describe, expect, onTestFinished, test } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
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
      await readOnly(server.url)
      expect(server.living()).toEqual(server.others)
    },
  )

  test('stops where a deletion of what nobody has is answered with success', async () => {
    const server = await startFull(freshId, (handle, store) => async (request) => {
      const oldest = store.list(ACCOUNT)[0]
      if (request.method !== 'DELETE' || oldest === undefined) return handle(request)
      store.remove(ACCOUNT, oldest.id)
      const body = JSON.stringify({ id: 'x', object: 'file', deleted: true })
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(body),
      }
    })
    const report = await readOnly(server.url)
    expect(server.sent.filter(({ method }) => method === 'DELETE').length).toBeLessThanOrEqual(2)
    expect(report.verdict).toBe('non-conforming')
    expect(report.requirements.find(({ id }) => id === 'not-found/never-issued')?.verdict).toBe(
      'failed',
    )
    expect(report.damage?.gone.length).toBeGreaterThan(0)
  })

  test.each([
    ['files on a target that does not matter', { disposable: true }],
    ['files that are given', { files: ['file-of-mine'] }],
  ])('is refused beside %s', async (_, rest) => {
    const { url } = await startFull(freshId)
    await expect(readOnly(url, rest)).rejects.toThrow(UsageError)
  })
})
