import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { DocumentError, loadContract } from '../../library/index.ts'
import { closedUrl, startStub, withoutProxy } from '../cli/stub-server.ts'
import { ownFolder } from './running.ts'

const SHIPPED = 'spec/openai-api-swagger.yaml'

beforeEach(withoutProxy)

test('loads the contract of the shipped document', async () => {
  const contract = await loadContract()
  expect(contract).toMatchObject({
    method: 'DELETE',
    template: '/v1/files/{file_id}',
    responses: ['200', '404', '422'],
    document: { source: SHIPPED, shipped: true },
  })
})

test('loads a file by its path and by its URL', async () => {
  const path = join(ownFolder(), 'a document.yaml')
  copyFileSync(SHIPPED, path)
  for (const source of [path, pathToFileURL(path), pathToFileURL(path).href]) {
    expect((await loadContract(source)).document).toMatchObject({ source: path, shipped: true })
  }
})

test('loads a document from a web server', async () => {
  const document = { ...OPEN_API, paths: { '/v1/files/{file_id}': deletion('remove') } }
  const { url } = await startStub((_, response) => response.end(JSON.stringify(document)))
  const contract = await loadContract(new URL('/openapi.json', url))
  expect(contract.document.source).toBe(`${url}/openapi.json`)
  expect(contract.operationId).toBe('remove')
})

test('chooses one of several operations', async () => {
  const path = join(ownFolder(), 'several.json')
  const paths = {
    '/v1/files/{file_id}': deletion('deleteFile'),
    '/v1/models/{model}': deletion('deleteModel', 'model'),
  }
  writeFileSync(path, JSON.stringify({ ...OPEN_API, paths }))
  await expect(loadContract(path)).rejects.toThrow('2 DELETE operations found')
  const contract = await loadContract(path, { operation: 'deleteModel' })
  expect(contract.template).toBe('/v1/models/{model}')
})

test('follows references out of the folder of a document where it is told to', async () => {
  const folder = ownFolder()
  const path = join(folder, 'own', 'openapi.json')
  mkdirSync(join(folder, 'own'))
  writeFileSync(join(folder, 'shared.json'), JSON.stringify(deletion('deleteFile')))
  const paths = { '/v1/files/{file_id}': { $ref: '../shared.json' } }
  writeFileSync(path, JSON.stringify({ ...OPEN_API, paths }))
  await expect(loadContract(path)).rejects.toThrow('leads out of the folder of the document')
  const contract = await loadContract(path, { allowRemoteRefs: true })
  expect(contract.operationId).toBe('deleteFile')
})

test.each([
  ['a file that is not there', '/no/such/file.yaml', 'no such file'],
  ['a file that is no OpenAPI', 'package.json', 'no key "openapi"'],
  ['a URL of another machine’s file', 'file://elsewhere/openapi.yaml', 'document file://elsewhere'],
  ['a password in a URL', 'http://user:s3cr3t@127.0.0.1/openapi', 'found user information'],
])('refuses %s', async (_, source, message) => {
  const refusal = await loadContract(source).catch((error: unknown) => error as Error)
  expect(refusal).toBeInstanceOf(DocumentError)
  expect((refusal as Error).message).toContain(message)
  expect((refusal as Error).message).not.toContain('s3cr3t')
})

test('says why a document cannot be fetched', async () => {
  await expect(loadContract(`${await closedUrl()}/openapi.json`)).rejects.toThrow(
    /cannot be fetched: connection refused/,
  )
})

const OPEN_API = { openapi: '3.1.0', info: { title: 'Files', version: '1' } }

function deletion(operationId: string, name = 'file_id') {
  const content = { 'application/json': { schema: { type: 'object' } } }
  const parameters = [{ name, in: 'path', required: true, schema: { type: 'string' } }]
  const responses = { 200: { description: 'deleted', content } }
  return { delete: { operationId, parameters, responses } }
}
