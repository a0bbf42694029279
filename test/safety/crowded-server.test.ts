import { afterEach, expect, test } from 'vitest'
import { encodeUpload } from '../../resources/openai-files.ts'
import { USUAL_FORM } from '../../resources/upload-form.ts'
import { type CrowdedServer, type CrowdOptions, startCrowdedServer } from './crowded-server.ts'
import { exactLookup, lookupNamed } from './lookups.ts'
import { schemeNamed } from './schemes.ts'

const servers: CrowdedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function crowded(options: Partial<CrowdOptions> = {}) {
  const scheme = schemeNamed('decimal-from-1')
  const server = await startCrowdedServer({
    scheme,
    lookup: exactLookup,
    seed: 1,
    foreign: 10,
    ...options,
  })
  servers.push(server)
  const ask = (method: string, path: string, init: RequestInit = {}) =>
    fetch(`${server.url}/v1/files${path}`, { method, ...init })
  const upload = async (content: string, token?: string): Promise<string> => {
    const { mediaType, octets } = encodeUpload('boundary', USUAL_FORM, 'a', Buffer.from(content))
    const headers = {
      'content-type': mediaType,
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const answer = await ask('POST', '', { headers, body: Buffer.from(octets) })
    return ((await answer.json()) as { id: string }).id
  }
  const remove = async (segment: string, init?: RequestInit) =>
    (await ask('DELETE', `/${segment}`, init)).status
  return { server, upload, remove, ask }
}

test('files of others are told from those of the run by who made them', async () => {
  const { server, upload, remove } = await crowded()
  const id = await upload('a')
  expect(id).toBe('11')
  expect(await remove(id)).toBe(200)
  expect(await remove('3')).toBe(200)
  expect(await remove('nobody')).toBe(404)
  expect(await remove(id)).toBe(404)
  expect(server.counts()).toEqual({
    foreign: 15,
    lost: ['3'],
    requests: 5,
    negativeRequests: 3,
    nearMisses: 2,
    culprits: ['3'],
  })
})

test('others upload after each file of the run', async () => {
  const { upload, server } = await crowded()
  expect([await upload('a'), await upload('b')]).toEqual(['11', '17'])
  expect(server.counts().foreign).toBe(20)
})

test('others upload after every second file of the run where there is little traffic', async () => {
  const { upload, server } = await crowded({ traffic: 'quiet' })
  const ids = [await upload('a'), await upload('b'), await upload('c')]
  expect(ids).toEqual(['11', '12', '14'])
  expect(server.counts().foreign).toBe(11)
})

test('a lookup deletes all that it finds', async () => {
  const { server, remove } = await crowded({ lookup: lookupNamed('like') })
  expect(await remove('%25')).toBe(200)
  expect(server.counts().lost).toHaveLength(10)
})

test('a file of the same content is that of whoever made it first', async () => {
  const { server, upload, remove } = await crowded({ scheme: schemeNamed('sha256') })
  const id = await upload('')
  expect(server.counts().foreign).toBe(10)
  expect(await remove(id)).toBe(200)
  expect(server.counts().lost).toEqual([id])
})

test('each account has files of others, out of reach of the other', async () => {
  const { server, upload, remove } = await crowded({ accounts: true })
  const headers = { authorization: 'Bearer second-account-key' }
  const id = await upload('a', 'first-account-key')
  expect(await remove(id, { headers })).toBe(404)
  expect(await remove('1', { headers })).toBe(404)
  expect(await remove('2', { headers })).toBe(200)
  expect(await remove('4')).toBe(401)
  expect(server.counts().lost).toEqual(['2'])
})

test('files that are provided are the run’s', async () => {
  const { server, remove } = await crowded()
  const ids = server.makeOwn(3)
  for (const id of ids) expect(await remove(id)).toBe(200)
  expect(server.counts()).toMatchObject({ lost: [], negativeRequests: 0, foreign: 25 })
})

test('five thousand files are listed page by page', async () => {
  const { ask } = await crowded({ foreign: 5_000 })
  const page = (await (await ask('GET', '?limit=100&after=4000')).json()) as {
    data: { id: string }[]
  }
  expect(page.data[0]?.id).toBe('3999')
})

test('an override of the method deletes', async () => {
  const { server, ask } = await crowded({ lookup: lookupNamed('override-header') })
  await ask('POST', '/3', { headers: { 'x-http-method-override': 'DELETE' } })
  expect(server.counts().lost).toEqual(['3'])
})
