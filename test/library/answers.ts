import { filesApi } from '../../fixtures/server/files-api.ts'
import { json, type Reply } from '../../fixtures/server/message.ts'
import { createStore } from '../../fixtures/server/store.ts'
import { handling, startStub } from '../cli/stub-server.ts'

/** Answers as documented, and some that are not. */
export const REPLIES = {
  deleted: json(200, { id: 'file-1', object: 'file', deleted: true }),
  'not-found': json(404, { error: { message: 'No such file', type: 'not_found' } }),
  invalid: json(422, { detail: [{ loc: ['path'], msg: 'no id', type: 'id' }] }),
  wrongBody: json(200, { id: 5, object: 'file' }),
  text: { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('gone') },
  teapot: json(418, {}),
  empty: { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(0) },
} as const satisfies Record<string, Reply>

/** Starts a server that gives one of these answers, for one test, and returns its URL. */
export async function urlOf(name: keyof typeof REPLIES): Promise<string> {
  const { url } = await startStub(handling(async () => REPLIES[name]))
  return url
}

/** Starts a server that sends a body of more octets than are read, and returns its URL. */
export async function urlOfLargeBody(): Promise<string> {
  const { url } = await startStub((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('1'.repeat(3 * 1024 * 1024))
  })
  return url
}

/** Starts a server that announces a longer body than it sends, and returns its URL. */
export async function urlOfCutBody(): Promise<string> {
  const { url } = await startStub((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"id":', () => response.destroy())
  })
  return url
}

/** Starts the files API of the reference server, with one file. */
export async function filesApiWithFile(): Promise<{ readonly url: string; readonly id: string }> {
  const store = createStore()
  const content = Buffer.from('{}\n')
  const { id } = store.add({ account: 'everybody', filename: 'a', purpose: 'batch', content })
  const { url } = await startStub(handling(filesApi(store)))
  return { url: `${url}/v1/files`, id }
}
