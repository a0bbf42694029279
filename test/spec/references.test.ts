import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { listen } from '../../fixtures/server/listen.ts'
import { loadDocument } from '../../spec/document.ts'
import { documentWith, jsonResponse } from '../harness/made-up.ts'

const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
const schemas = join(folder, 'schemas.json')
writeFileSync(schemas, JSON.stringify({ title: 'what the other file holds' }))

let asked = 0
const other = await listen(async () => {
  asked += 1
  return { status: 200, headers: {}, body: Buffer.from('{"title": "what the other URL holds"}') }
})

afterAll(async () => {
  await other.close()
  rmSync(folder, { recursive: true, force: true })
})

const textReferringTo = ($ref: string) =>
  JSON.stringify(documentWith({ 200: jsonResponse({ $ref }) }))

/** Loads a file with this reference. */
function fromFile(reference: string, ...rest: readonly 'within'[]) {
  const path = join(folder, 'openapi.json')
  writeFileSync(path, textReferringTo(reference))
  return loadDocument(path, () => Promise.reject(new Error('no URL was expected')), ...rest)
}

/** Loads a document with this reference from a URL. */
function fromUrl(reference: string) {
  return loadDocument(`${other.url}/openapi.json`, async () =>
    Buffer.from(textReferringTo(reference)),
  )
}

describe('references to others', () => {
  it.each([
    ['by its name', 'schemas.json'],
    ['by its path', schemas],
    ['by its URL', pathToFileURL(schemas).href],
  ])('are followed from a file to a file %s', async (_, reference) => {
    const { dereferenced } = await fromFile(reference)
    expect(JSON.stringify(dereferenced)).toContain('what the other file holds')
  })

  it('are refused from a URL to an address inside, which only this machine may reach', async () => {
    asked = 0
    await expect(fromUrl(`${other.url}/schemas.json`)).rejects.toThrow('not valid OpenAPI 3.1')
    expect(asked).toBe(0)
  })

  it('are refused from a URL to a file, since whoever serves it may not read the files here', async () => {
    await expect(fromUrl(pathToFileURL(schemas).href)).rejects.toThrow('not valid OpenAPI 3.1')
  })

  it('are refused from a file to a URL, since nobody asked for the network', async () => {
    asked = 0
    // Another name of the loopback interface, which the parser does not know for one.
    const url = `${other.url.replace('127.0.0.1', '0.0.0.0')}/schemas.json`
    await expect(fromFile(url)).rejects.toThrow('not valid OpenAPI 3.1')
    expect(asked).toBe(0)
  })

  it.each([
    ['by its name', 'schemas.json'],
    ['by its path', schemas],
    ['by its URL', pathToFileURL(schemas).href],
  ])('are refused to a file %s where the document has to stand alone', async (_, reference) => {
    await expect(fromFile(reference, 'within')).rejects.toThrow('not valid OpenAPI 3.1')
  })

  it('are followed within a document that has to stand alone', async () => {
    const { dereferenced } = await fromFile('#/info', 'within')
    expect(JSON.stringify(dereferenced)).not.toContain('$ref')
  })
})
