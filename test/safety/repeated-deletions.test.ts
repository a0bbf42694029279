import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { json, type ServerRequest } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { counting } from '../../fixtures/variants/alterations.ts'
import { invoke } from '../cli/invoke.ts'
import { withoutProxy } from '../cli/stub-server.ts'

beforeEach(withoutProxy)

/** A server whose ids count, and which says of what is gone that it has deleted it once more. */
async function runOn(others: number, ...more: readonly Alteration[]) {
  const deletions: string[] = []
  const forgetful: Alteration = (handle) => async (request: ServerRequest) => {
    if (request.method !== 'DELETE') return handle(request)
    const reply = await handle(request)
    deletions.push(request.target)
    const isOfId = /\/\d+$/.test(request.target)
    return isOfId && reply.status === 404
      ? json(200, { id: request.target.split('/').at(-1), object: 'file', deleted: true })
      : reply
  }
  const server = await startReferenceServer({
    issueId: counting(1),
    alterations: [forgetful, ...more],
  })
  onTestFinished(() => server.close())
  for (let at = 0; at < others; at += 1) {
    const content = Buffer.from(`theirs ${at}`)
    server.store.add({ account: 'everybody', filename: `theirs-${at}`, purpose: 'batch', content })
  }
  const { code, stdout } = await invoke(
    'run',
    '-t',
    server.url,
    '--runs',
    '5',
    '--skip',
    'concurrency/',
  )
  expect(server.store.size).toBe(others)
  const repeated = deletions.filter((target, at) => deletions.indexOf(target) < at)
  return { code, stdout, repeated: repeated.filter((target) => /\/\d+$/.test(target)) }
}

const withoutList: Alteration = (handle) => async (request) =>
  request.method === 'GET' && /\/files(?:\?|$)/.test(request.target)
    ? json(501, {})
    : handle(request)

test('an id that counts is deleted a second time where nobody has a file that could be taken for it', async () => {
  const { code, stdout, repeated } = await runOn(0)
  expect(repeated.length).toBeGreaterThan(5)
  expect(stdout).toContain('FAILED not-found/already-deleted')
  expect(code).toBe(1)
})

test.each<[string, number, readonly Alteration[]]>([
  ['where others have files that a careless lookup could take', 50, []],
  ['where no list shows what others have', 0, [withoutList]],
])('an id that counts is not deleted a second time %s', async (_, others, alterations) => {
  const { stdout, repeated } = await runOn(others, ...alterations)
  expect(repeated).toEqual([])
  expect(stdout).toMatch(/not-found\/already-deleted.*: .* not safe to send here/)
})

test('what the list still shows is not deleted a second time where a read shows another file in its place', async () => {
  const made = new Map<string, unknown>()
  const careless: Alteration = (handle, store) => async (request) => {
    const reply = await handle(request)
    const body = () => JSON.parse(Buffer.from(reply.body).toString('utf8')) as { id: string }
    if (request.method === 'POST' && reply.status === 200) made.set(body().id, body())
    const [path = ''] = request.target.split('?')
    if (request.method === 'GET' && path.endsWith('/files')) {
      const theirs = store.list('everybody').filter(({ id }) => !made.has(id))
      return json(200, { object: 'list', data: [...theirs, ...made.values()], has_more: false })
    }
    const id = path.split('/').at(-1) ?? ''
    const theirs = store.list('everybody').find((file) => !made.has(file.id))
    if (!made.has(id) || reply.status !== 404 || theirs === undefined) return reply
    if (request.method === 'GET') return json(200, { ...theirs, content: undefined })
    store.remove('everybody', theirs.id)
    return json(200, { id, object: 'file', deleted: true })
  }
  const server = await startReferenceServer({ issueId: counting(1), alterations: [careless] })
  onTestFinished(() => server.close())
  for (let at = 0; at < 20; at += 1) {
    const content = Buffer.from(`theirs ${at}`)
    server.store.add({ account: 'everybody', filename: `theirs-${at}`, purpose: 'batch', content })
  }
  await invoke('run', '-t', server.url, '--runs', '5', '--settle', '1ms', '--skip', 'concurrency/')
  expect(server.store.list('everybody').filter(({ id }) => !made.has(id))).toHaveLength(20)
})
