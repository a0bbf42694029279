import { describe, expect, it } from 'vitest'
import { loadDocument } from '../../spec/document.ts'
import { pickOperation } from '../../spec/operation.ts'
import { documentWith, jsonResponse } from '../harness/made-up.ts'

const RESPONSES = { 200: jsonResponse() }

async function pick(document: object, operationId?: string) {
  const url = 'http://document.invalid/'
  return pickOperation(
    await loadDocument(url, async () => Buffer.from(JSON.stringify(document))),
    operationId,
  )
}

function withPaths(...paths: readonly string[]) {
  const items = paths.map((path, at) => {
    const made = documentWith(RESPONSES, path) as { paths: Record<string, { delete: object }> }
    return [path, { delete: { ...made.paths[path]?.delete, operationId: `remove${at}` } }] as const
  })
  return { ...documentWith(RESPONSES), paths: Object.fromEntries(items) }
}

describe('the operation under test', () => {
  it('is described by its path, whatever the path and its parameter are called', async () => {
    expect(await pick(documentWith(RESPONSES, '/api/v2/blobs/{blob-name}'))).toMatchObject({
      pointer: '/paths/~1api~1v2~1blobs~1{blob-name}/delete',
      template: '/api/v2/blobs/{blob-name}',
      collection: '/api/v2/blobs',
      parameter: 'blob-name',
    })
  })

  it('stands beside the other methods of its path', async () => {
    const document = withPaths('/a/{x}')
    Object.assign(document.paths['/a/{x}'] as object, { patch: {}, get: {}, summary: 'A file' })
    expect((await pick(document)).methods).toEqual(['GET', 'DELETE', 'PATCH'])
  })

  it('is the one that is named, where there are several', async () => {
    const { template } = await pick(withPaths('/a/{x}', '/b/{y}'), 'remove1')
    expect(template).toBe('/b/{y}')
  })

  it.each([
    [
      'has to be chosen among several',
      withPaths('/a/{x}', '/b/{y}'),
      undefined,
      '2 DELETE operations found, choose one with --operation: remove0, remove1',
    ],
    [
      'has to exist under its name',
      withPaths('/a/{x}'),
      'other',
      '--operation other: no such DELETE operation in http://document.invalid/; it has: remove0',
    ],
    [
      'has to exist',
      { ...documentWith(RESPONSES), paths: {} },
      undefined,
      'no DELETE operation found',
    ],
    [
      'deletes by one id at the end of its path',
      withPaths('/a/{x}/b'),
      undefined,
      'DELETE /a/{x}/b found, expected a path that ends in its only parameter',
    ],
    [
      'deletes by one id alone',
      withPaths('/a/{x}/{y}'),
      undefined,
      'expected a path that ends in its only parameter',
    ],
  ])('%s', async (_, document, operationId, message) => {
    const parameters = ['x', 'y'].map((name) => ({ name, in: 'path', required: true, schema: {} }))
    const paths = Object.entries(
      (document as { paths: Record<string, { delete: object }> }).paths,
    ).map(([path, item]) => [
      path,
      {
        delete: {
          ...item.delete,
          parameters: parameters.filter(({ name }) => path.includes(`{${name}}`)),
        },
      },
    ])
    const picking = pick({ ...document, paths: Object.fromEntries(paths) }, operationId)
    await expect(picking).rejects.toThrow(message)
  })
})
