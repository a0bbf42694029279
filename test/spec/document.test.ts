import { mkdtempSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { listen, type RunningServer } from '../../fixtures/server/listen.ts'
import type { Contract } from '../../model/contract.ts'
import { DocumentError } from '../../model/errors.ts'
import { compileContract } from '../../spec/contract.ts'
import { loadDocument, shippedDocument } from '../../spec/document.ts'
import { pickOperation } from '../../spec/operation.ts'
import type { FetchDocument } from '../../spec/references.ts'
import {
  answered,
  DELETED,
  documentWith,
  INVALID,
  jsonResponse,
  NOT_FOUND,
} from '../harness/made-up.ts'

const noUrl: FetchDocument = () => Promise.reject(new Error('no URL was expected'))

const fetchIt: FetchDocument = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'openapi')
  writeFileSync(path, text)
  return path
}

/** Everything that a contract says, but for where the document came from. */
function said(contract: Contract) {
  const { document, ...rest } = contract
  const roles = ['deleted', 'not-found', 'invalid'] as const
  const bodies = [DELETED, NOT_FOUND, INVALID, {}]
  return {
    ...JSON.parse(JSON.stringify(rest)),
    title: document.title,
    version: document.version,
    roles: roles.map((role) => [contract.statusOf(role), contract.sourceOf(role, 'properties')]),
    judged: roles.flatMap((role) =>
      bodies.map((json) =>
        contract
          .violations(answered({ status: contract.statusOf(role) ?? 0, json }), role)
          .map(({ where, expected, received }) => [where, expected, received]),
      ),
    ),
  }
}

describe('loading a document', () => {
  let yaml: string
  let server: RunningServer

  beforeAll(async () => {
    yaml = await readFile(shippedDocument(), 'utf8')
    server = await listen(async ({ target }) => ({
      status: 200,
      headers: {},
      body: Buffer.from(target === '/json' ? JSON.stringify(parse(yaml)) : yaml),
    }))
  })
  afterAll(() => server.close())

  const contractAt = async (source: string, fetchDocument = noUrl) => {
    const document = await loadDocument(source, fetchDocument)
    return compileContract(document, pickOperation(document))
  }

  it('gives the same contract from a file and from a URL, as YAML and as JSON', async () => {
    const expected = said(await contractAt(shippedDocument()))
    expect(said(await contractAt(file(JSON.stringify(parse(yaml)))))).toEqual(expected)
    expect(said(await contractAt(`${server.url}/yaml`, fetchIt))).toEqual(expected)
    expect(said(await contractAt(`${server.url}/json`, fetchIt))).toEqual(expected)
  })

  it('names the document by its source and the digest of its octets', async () => {
    const url = 'HTTPS://document.invalid/openapi.json'
    const octets = Buffer.from(JSON.stringify(documentWith({ 200: jsonResponse() })))
    expect(await loadDocument(url, async () => octets)).toMatchObject({
      source: url,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      title: 'made up',
      version: '1',
    })
  })

  it('leaves the shipped form as it was, and resolves every reference in the other', async () => {
    const document = await loadDocument(shippedDocument(), noUrl)
    expect(document.shipped).toEqual(parse(yaml))
    expect(JSON.stringify(document.dereferenced)).not.toContain('$ref')
  })

  it('lets errors of the fetching go on as they are', async () => {
    const error = new DocumentError('answered 404')
    await expect(loadDocument('http://a.invalid/', () => Promise.reject(error))).rejects.toBe(error)
  })

  it.each([
    ['Swagger', { swagger: '2.0' }, 'found Swagger 2.0, expected OpenAPI 3.1'],
    ['OpenAPI 3.0', { openapi: '3.0.3' }, 'found OpenAPI 3.0.3, expected OpenAPI 3.1'],
    ['another object', { a: 1 }, 'found no key "openapi", expected OpenAPI 3.1'],
    ['a list', [], 'found a list, expected an OpenAPI object'],
    ['nothing', null, 'found nothing, expected an OpenAPI object'],
    ['an incomplete one', { openapi: '3.1.0', paths: {} }, 'not valid OpenAPI 3.1'],
    [
      'a reference to nowhere',
      documentWith({ 200: jsonResponse({ $ref: '#/components/schemas/Lost' }) }),
      'not valid OpenAPI 3.1',
    ],
  ])('refuses %s in one line that names the document', async (_, value, message) => {
    const source = file(JSON.stringify(value))
    const loading = loadDocument(source, noUrl)
    await expect(loading).rejects.toThrow(DocumentError)
    await expect(loading).rejects.toThrow(message)
    await expect(loading).rejects.toThrow(/^document [^\n]+$/)
    await expect(loading).rejects.toThrow(source)
  })

  it('refuses what is neither YAML nor JSON', async () => {
    await expect(loadDocument(file('a: [1\nb: }'), noUrl)).rejects.toThrow('neither YAML nor JSON')
  })

  it('refuses a file that is not there', async () => {
    const missing = join(file(''), 'missing')
    await expect(loadDocument(missing, noUrl)).rejects.toThrow(DocumentError)
    await expect(loadDocument(`${file('')}-not-there`, noUrl)).rejects.toThrow('no such file')
  })
})
