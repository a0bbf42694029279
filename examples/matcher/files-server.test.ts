// Tests of your own server, which compare its answers with the document:
//
//     npx vitest run --project examples
import 'delete-conformance/vitest'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { loadContract } from 'delete-conformance'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { filesServer } from './files-server.ts'

const contract = await loadContract()
const server = filesServer(['file-1', 'file-2'])
let files: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  files = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/files`
})
afterAll(() => {
  server.close()
})

const remove = (id: string) => fetch(`${files}/${id}`, { method: 'DELETE' })

test('deletes a file once', async () => {
  const first = await remove('file-1')
  await expect(first).toMatchContract(contract, 200)
  // The matcher leaves the body readable.
  expect(await first.json()).toMatchObject({ id: 'file-1' })
  await expect(await remove('file-1')).toMatchContract(contract, 'not-found')
})

test('answers any id as documented', async () => {
  await expect(await remove('no-such-file')).toMatchContract(contract)
})

test('does not accept the error page of a gateway', () => {
  const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' }
  expect(page).not.toMatchContract(contract, 404)
})
