import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../../fixtures/server/listen.ts'
import { loadDocument } from '../../spec/document.ts'
import type { References } from '../../spec/references.ts'
import { documentWith, jsonResponse } from '../harness/made-up.ts'

const environment = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
const folder = join(environment, 'of the document')
const below = join(folder, 'below')
mkdirSync(below, { recursive: true })

const OTHER = JSON.stringify({ title: 'what the other file holds' })
const schemas = join(folder, 'schemas.json')
const elsewhere = join(environment, 'elsewhere.json')
writeFileSync(schemas, OTHER)
writeFileSync(join(below, 'schemas.json'), OTHER)
writeFileSync(elsewhere, OTHER)
symlinkSync(elsewhere, join(folder, 'link.json'))
// Begins as the folder of the document does.
mkdirSync(`${folder} not`)
writeFileSync(join(`${folder} not`, 'schemas.json'), OTHER)

const asked: string[] = []
const answer = (title: string) => async (request: { readonly target: string }) => {
  asked.push(request.target)
  return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ title })) }
}
const own = await listen(answer('what its own origin holds'))
const another = await listen(answer('what another origin holds'))

beforeEach(() => {
  asked.length = 0
})
afterAll(async () => {
  await own.close()
  await another.close()
  rmSync(environment, { recursive: true, force: true })
})

const textReferringTo = ($ref: string) =>
  JSON.stringify(documentWith({ 200: jsonResponse({ $ref }) }))

const fetchIt = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())

/** Loads a file with this reference. */
function fromFile(reference: string, references?: References) {
  const path = join(folder, 'openapi.json')
  writeFileSync(path, textReferringTo(reference))
  return loadDocument(path, fetchIt, references)
}

/** Loads a document with this reference from a URL. */
function fromUrl(reference: string, references?: References) {
  const source = `${own.url}/api/openapi.json`
  const fetchDocument = async (url: string) =>
    url === source ? Buffer.from(textReferringTo(reference)) : fetchIt(url)
  return loadDocument(source, fetchDocument, references)
}

const textOf = async (loading: ReturnType<typeof loadDocument>) =>
  JSON.stringify((await loading).dereferenced)

describe('references from a file', () => {
  it.each([
    ['by its name', 'schemas.json'],
    ['by its path', schemas],
    ['by its URL', pathToFileURL(schemas).href],
    ['below', 'below/schemas.json'],
    ['on a detour', '../of%20the%20document/below/../schemas.json'],
  ])('are followed to a file in its folder, %s', async (_, reference) => {
    expect(await textOf(fromFile(reference))).toContain('what the other file holds')
  })

  it.each([
    ['above', '../elsewhere.json'],
    ['by its path', elsewhere],
    ['by its URL', pathToFileURL(elsewhere).href],
    ['in a folder whose name begins alike', '../of the document not/schemas.json'],
    ['behind a link', 'link.json'],
    ['that is not there', '../nowhere.json'],
  ])('are refused to a file outside its folder, %s', async (_, reference) => {
    await expect(fromFile(reference)).rejects.toThrow(
      `$ref ${JSON.stringify(reference)}: leads out of the folder of the document, accepted are files in it and below; --allow-remote-refs allows others`,
    )
  })

  it.each([
    ['above', '../elsewhere.json'],
    ['behind a link', 'link.json'],
  ])('are followed there where they are allowed, %s', async (_, reference) => {
    expect(await textOf(fromFile(reference, 'anywhere'))).toContain('what the other file holds')
  })

  it('are told that a file of its folder is not there, if that folder is reached through a link, too', async () => {
    const link = join(environment, 'link to the folder')
    symlinkSync(folder, link, 'junction')
    writeFileSync(join(link, 'openapi.json'), textReferringTo('none.json'))
    const loading = loadDocument(join(link, 'openapi.json'), fetchIt)
    await expect(loading).rejects.toThrow('$ref "none.json": no such file')
  })

  it('are refused to a URL, whatever name it gives the loopback interface', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      const reference = `${another.url.replace('127.0.0.1', host)}/schemas.json`
      await expect(fromFile(reference)).rejects.toThrow(
        'leads to another origin, accepted are files in its folder and below; --allow-remote-refs',
      )
    }
    expect(asked).toEqual([])
  })

  it('are followed to a URL where they are allowed, but not on to a file', async () => {
    const reference = `${another.url}/schemas.json`
    expect(await textOf(fromFile(reference, 'anywhere'))).toContain('what another origin holds')
    const onward = await listen(async () => ({
      status: 200,
      headers: {},
      body: Buffer.from(JSON.stringify({ $ref: pathToFileURL(schemas).href })),
    }))
    await expect(fromFile(onward.url, 'anywhere')).rejects.toThrow(
      'leads from a URL to a file, accepted are URLs',
    )
    await onward.close()
  })

  it.each(['schemas.json', schemas, pathToFileURL(schemas).href])(
    'are refused where the document has to stand alone: %s',
    async (reference) => {
      await expect(fromFile(reference, 'within')).rejects.toThrow('has to stand alone')
    },
  )

  it('are followed within a document that has to stand alone', async () => {
    expect(await textOf(fromFile('#/info', 'within'))).not.toContain('$ref')
  })

  it.each([
    ['a folder', 'below', 'found a folder'],
    ['nothing', 'nowhere.json', 'no such file'],
    ['a file of another host', 'file://host.invalid/share/a.json', 'a file of another host'],
    ['something else', 'data:application/json,{}', 'leads to neither file nor URL'],
    ['no URL', 'http://[', 'leads nowhere'],
    ['no path', 'a%.json', 'leads nowhere'],
  ])('are refused where they lead to %s', async (_, reference, found) => {
    const loading = fromFile(reference)
    await expect(loading).rejects.toThrow(found)
    await expect(loading).rejects.toThrow(/^document [^\n]+: \$ref "/)
  })
})

describe('references from a URL', () => {
  it.each([
    ['relative', '../schemas.json'],
    ['with its origin', `${own.url}/schemas.json`],
  ])('are followed to the same origin, %s', async (_, reference) => {
    expect(await textOf(fromUrl(reference))).toContain('what its own origin holds')
    expect(asked).toEqual(['/schemas.json'])
  })

  it('are refused to another origin, another port of this machine included', async () => {
    await expect(fromUrl(`${another.url}/schemas.json`)).rejects.toThrow(
      `leads to another origin, accepted are URLs of ${own.url}; --allow-remote-refs allows others`,
    )
    expect(asked).toEqual([])
  })

  it('are followed to another origin where they are allowed', async () => {
    const loading = fromUrl(`${another.url}/schemas.json`, 'anywhere')
    expect(await textOf(loading)).toContain('what another origin holds')
  })

  it('are refused to a file, allowed or not, since whoever serves it may not read the files here', async () => {
    for (const references of ['nearby', 'anywhere'] as const) {
      await expect(fromUrl(pathToFileURL(schemas).href, references)).rejects.toThrow(
        'leads from a URL to a file, accepted are URLs',
      )
    }
  })
})

describe('what a document refers to', () => {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(value))

  it('is bounded in number', async () => {
    for (let at = 0; at < 101; at += 1) write(`part-${at}.json`, { $ref: `part-${at + 1}.json` })
    await expect(fromFile('part-0.json')).rejects.toThrow('found more than 100 other files')
  })

  it('is bounded in size, each and all', async () => {
    writeFileSync(join(folder, 'large.json'), Buffer.alloc(8 * 1024 * 1024 + 1, 0x20))
    await expect(fromFile('large.json')).rejects.toThrow(
      'found 8388609 octets; accepted is a file of at most 8388608',
    )
    const padding = ' '.repeat(7 * 1024 * 1024)
    for (let at = 0; at < 6; at += 1) {
      const text = JSON.stringify({ $ref: `padded-${at + 1}.json` })
      writeFileSync(join(folder, `padded-${at}.json`), text + padding)
    }
    await expect(fromFile('padded-0.json')).rejects.toThrow('more than 33554432 octets in other')
  })

  it('is held to the rules of the document itself, and named where it breaks them', async () => {
    writeFileSync(join(folder, 'twice.json'), '{"a": 1,\n"a": 2}')
    await expect(fromFile('twice.json')).rejects.toThrow(
      'twice.json: line 2: found the name "a" a second time in one object',
    )
  })

  it('is read once, and its own references lead on from where it stands', async () => {
    write('below/onward.json', { type: 'object', properties: { a: { $ref: 'schemas.json' } } })
    write('both.json', { allOf: [{ $ref: 'below/onward.json' }, { $ref: 'below/onward.json' }] })
    const { dereferenced } = await fromFile('both.json')
    expect(JSON.stringify(dereferenced).match(/what the other file holds/g)).toHaveLength(2)
  })

  it('is refused where two files refer to one another', async () => {
    write('one.json', { properties: { other: { $ref: 'two.json' } } })
    write('two.json', { properties: { one: { $ref: 'one.json' } } })
    await expect(fromFile('one.json')).rejects.toThrow('leads in a circle, which cannot be tested')
  })
})
