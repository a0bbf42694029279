import { createHash, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { changing, withBody } from '../../fixtures/faults/alter.ts'
import { jsonOf, problem, type ServerRequest } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServerOptions,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import type { NewFile } from '../../fixtures/server/store.ts'
import { encodeUpload } from '../../resources/openai-files.ts'
import { USUAL_FORM } from '../../resources/upload-form.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { findingsOf, type Outcome, runAllAgainst } from '../hostile/outcome.ts'

beforeEach(withoutProxy)
afterEach(() => vi.unstubAllEnvs())

/** Contents that people have, so small that a test may have the same. */
const SMALL = [
  '',
  ...Array.from({ length: 256 }, (_, octet) => Buffer.of(octet)),
  ...['\n', '\r\n', '  ', '{}', '{}\n', '[]', '[]\n', 'null', 'test', 'hello', 'Hello, world!\n'],
  '{"custom_id":"1"}\n',
]
const NAMES = ['a', 'test', 'file.jsonl', 'test.jsonl', 'delete-conformance.jsonl', 'n'.repeat(40)]

/** Two thirds of the requests of a run, which come upon no upload of another kind. */
const MANY_ALIKE = ['concurrency/', 'identity/look-alike', 'not-found/odd-name']

/** Runs with every kind of upload that there is. */
function runUploading(url: string): Promise<Outcome> {
  return runAllAgainst(url, ...MANY_ALIKE.flatMap((id) => ['--skip', id]))
}

/** Runs what uploads files of any size: one in four is as small as can be. */
function runWithAnyFile(url: string): Promise<Outcome> {
  return runAllAgainst(url, '--only', 'deleted/any-file,identity/upload-id', '--runs', '100')
}

/** A server that holds files of others. */
interface Crowded {
  readonly url: string
  /** Ids of the files of others, those that others upload meanwhile included. */
  readonly foreign: readonly string[]
  /** Ids of what is there now. */
  there(): readonly string[]
}

async function crowded(
  options: ReferenceServerOptions,
  others: readonly NewFile[] = OTHERS,
): Promise<Crowded> {
  const server = await startReferenceServer(options)
  onTestFinished(() => server.close())
  const foreign = others.map((file) => server.store.add(file).id)
  return {
    url: server.url,
    foreign: [...new Set(foreign)],
    there: () => server.store.list('everybody').map(({ id }) => id),
  }
}

const OTHERS: readonly NewFile[] = [
  ...SMALL.map((content, at) => theirs(`theirs-${at}`, content)),
  ...NAMES.map((name) => theirs(name, `content of ${name}`)),
]

function theirs(filename: string, content: string | Buffer): NewFile {
  return { account: 'everybody', filename, purpose: 'batch', content: Buffer.from(content) }
}

/** Nobody lost a file, and the run left none of its own. */
function expectAsBefore({ there, foreign }: Crowded, { report }: Outcome): void {
  expect(there()).toEqual(foreign)
  expect(report.files.left).toEqual([])
}

function digest(octets: Uint8Array | string): string {
  return createHash('sha256').update(octets).digest('hex')
}

describe('where ids follow from what is uploaded', () => {
  test.each<[what: string, issueId: (file: NewFile) => string]>([
    ['content', ({ content }) => digest(content)],
    ['content, in short', ({ content }) => `file-${digest(content).slice(0, 16)}`],
    ['the name', ({ filename }) => filename],
    ['a hash of the name', ({ filename }) => digest(filename)],
    ['name and content', ({ filename, content }) => digest(`${filename}\0${digest(content)}`)],
  ])('from %s, nobody loses a file, and nothing is violated', async (_, issueId) => {
    const server = await crowded({ issueId })
    const outcome = await runAllAgainst(server.url, '--skip', 'concurrency/')
    expectAsBefore(server, outcome)
    expect(findingsOf(outcome)).toEqual([])
  })
})

/** Which uploads a server answers with the id of somebody else's file. */
interface Mistake {
  readonly when: (upload: {
    readonly nth: number
    readonly bytes: number
    readonly atOnce: number
  }) => boolean
  /** Whether the file that was uploaded is there all the same. */
  readonly keeps?: boolean
}

/** Answers some uploads with a file object of somebody else's. */
function answersForeign({ when, keeps = false }: Mistake): Alteration {
  let [uploads, atOnce] = [0, 0]
  return (handle, store) => async (request) => {
    if (request.method !== 'POST' || !request.target.endsWith('/files')) return handle(request)
    uploads += 1
    const nth = uploads
    atOnce += 1
    try {
      // Of uploads that come in at once, each sees the others.
      await setImmediate()
      if (!when({ nth, atOnce, bytes: fileBytes(request) })) return await handle(request)
      if (keeps) await handle(request)
      const [theirs] = store.list('everybody')
      return await handle({ ...request, method: 'GET', target: `${request.target}/${theirs?.id}` })
    } finally {
      atOnce -= 1
    }
  }
}

function fileBytes({ body }: ServerRequest): number {
  const text = Buffer.from(body).toString('latin1')
  const [, content = ''] = /name="file"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(text) ?? []
  return content.length
}

describe("where an upload is answered with the id of somebody else's file", () => {
  test.each<[when: string, mistake: Mistake, run?: typeof runUploading]>([
    ['always', { when: () => true }],
    ['at first', { when: ({ nth }) => nth === 1 }],
    ['sometimes', { when: ({ nth }) => nth % 7 === 0 }],
    ['once', { when: ({ nth }) => nth === 20 }],
    ['for contents of an octet or two', { when: ({ bytes }) => bytes < 3 }, runWithAnyFile],
    ['for uploads at once', { when: ({ atOnce }) => atOnce > 1 }, runAllAgainst],
    ['sometimes, with the file kept', { when: ({ nth }) => nth % 7 === 0, keeps: true }],
    ['always, with the file kept', { when: () => true, keeps: true }],
  ])('%s, that file stays, and the run says so', async (_, mistake, run = runUploading) => {
    const server = await crowded({ alterations: [answersForeign(mistake)] })
    const outcome = await run(server.url)
    expectAsBefore(server, outcome)
    expect(outcome.code).toBe(1)
    expect(findingsOf(outcome).filter((one) => one.startsWith('failed'))).toEqual([
      expect.stringMatching(
        /^failed identity\/upload-id: \/body\/id: that of a file named "theirs-0"/,
      ),
    ])
  })
})

test("uploads nothing more after three uploads that were answered with somebody else's id", async () => {
  let uploads = 0
  const mistake = answersForeign({
    when: ({ nth }) => {
      uploads = nth
      return true
    },
    keeps: true,
  })
  const server = await crowded({ alterations: [mistake] })
  const outcome = await runAllAgainst(server.url)
  expectAsBefore(server, outcome)
  expect(uploads).toBe(3)
})

/** Reads of a target, by the end of their paths. */
const READS = { retrieve: /\/files\/[^/?]+$/, content: /\/content$/, list: /\/files(\?|$)/ }

/** Offers one read, or two, and no others. */
function offering(...reads: readonly (keyof typeof READS)[]): Alteration {
  return (handle) => async (request) =>
    request.method !== 'GET' || reads.some((one) => READS[one].test(request.target))
      ? handle(request)
      : problem(405, 'no such read', {}, { allow: 'DELETE' })
}

test.each([
  ['a retrieval', offering('retrieve')],
  ['contents', offering('content')],
  ['a list', offering('list')],
])('where there is nothing but %s to show it, a foreign file stays, too', async (_, offered) => {
  const mistake = answersForeign({ when: ({ nth }) => nth % 7 === 0, keeps: true })
  const server = await crowded({ alterations: [mistake, offered] })
  const { report } = await runAllAgainst(server.url)
  expect(server.there()).toEqual(expect.arrayContaining([...server.foreign]))
  const ours = server.there().length - server.foreign.length
  // What cannot be found without a list is named.
  const named = /(\d+) uploads? of which no file is known/.exec(report.files.left.join())?.[1] ?? 0
  expect(Number(named)).toBe(ours)
})

test('contents too small for a run id are not sent where no name shows whose they are', async () => {
  const issueId = ({ content }: NewFile) => digest(content.byteLength < 3 ? content : randomUUID())
  const server = await crowded({ issueId, alterations: [unnamed()] })
  const outcome = await runUploading(server.url)
  expectAsBefore(server, outcome)
  expect(findingsOf(outcome)).toEqual([])
})

test('of two uploads that are answered with one id, both files are removed', async () => {
  let last = ''
  const racing: Alteration = (handle) => async (request) => {
    const reply = await handle(request)
    if (request.method !== 'POST' || !request.target.endsWith('/files')) return reply
    last = String(jsonOf(reply).id)
    await setImmediate()
    return withBody((body) => ({ ...body, id: last }))(reply)
  }
  const server = await crowded({ alterations: [racing] })
  const outcome = await runAllAgainst(server.url)
  expectAsBefore(server, outcome)
  expect(outcome.report.verdict).toBe('non-conforming')
})

/** What a gateway makes of an upload. */
interface Change {
  readonly content?: (content: Buffer) => Buffer
  readonly name?: (name: string) => string
}

/** Uploads through a gateway that changes them. */
function through({ content = (same) => same, name = (same) => same }: Change): Alteration {
  return (handle) => async (request) => {
    if (request.method !== 'POST' || !request.target.endsWith('/files')) return handle(request)
    const form = await new Response(Buffer.from(request.body), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData()
    const file = form.get('file') as File
    const changed = content(Buffer.from(await file.arrayBuffer()))
    const { mediaType, octets } = encodeUpload('gateway', USUAL_FORM, name(file.name), changed)
    return handle({ ...request, headers: { 'content-type': mediaType }, body: octets })
  }
}

const anew = (text: string) => Buffer.from(text, 'utf8')

describe('a file that is changed on its way', () => {
  test.each<[change: string, change: Change]>([
    ['content is packed', { content: (octets) => gzipSync(octets) }],
    ['content is encoded', { content: (octets) => anew(octets.toString('base64')) }],
    ['content ends with a line', { content: (octets) => Buffer.concat([octets, anew('\n')]) }],
    ['content is trimmed', { content: (octets) => anew(octets.toString('utf8').trim()) }],
    ['content is UTF-16', { content: (octets) => Buffer.from(octets.toString('utf8'), 'utf16le') }],
    ['content is thrown away', { content: () => Buffer.of() }],
    ['name gets a prefix', { name: (name) => `2026/11/27/${name}` }],
    ['name is in capitals', { name: (name) => name.toUpperCase() }],
    ['name is cut at 40 characters', { name: (name) => name.slice(0, 40) }],
    ['name is the last part of a path', { name: (name) => name.split(/[\\/]/).at(-1) ?? '' }],
    ['name is cleaned', { name: (name) => name.replaceAll(/[^\w.-]+/g, '_') }],
    ['name is drawn anew', { name: () => `${randomUUID()}.bin` }],
  ])('is ours where its %s', async (_, change) => {
    const server = await crowded({ alterations: [through(change)] })
    const outcome = await runUploading(server.url)
    expectAsBefore(server, outcome)
    expect(findingsOf(outcome)).toEqual([])
    expect(outcome.report.verdict).toBe('conforming')
  })

  test.each<[change: string, change: Change]>([
    ['as it is', {}],
    ['with a prefix', { name: (name) => `2026/11/27/${name}` }],
    ['in capitals', { name: (name) => name.toUpperCase() }],
    ['to 40 characters', { name: (name) => name.slice(0, 40) }],
    ['to the last part of a path', { name: (name) => name.split(/[\\/]/).at(-1) ?? '' }],
  ])('is ours where its name alone shows it, %s', async (_, change) => {
    const named = offering('retrieve', 'list')
    const server = await crowded({ alterations: [through(change), named] })
    const outcome = await runUploading(server.url)
    expectAsBefore(server, outcome)
    expect(findingsOf(outcome)).toEqual([])
  })

  test('is ours where its name is not told', async () => {
    const server = await crowded({ alterations: [unnamed()] })
    const outcome = await runUploading(server.url)
    expectAsBefore(server, outcome)
    expect(findingsOf(outcome)).toEqual([])
  })
})

/** Tells nobody the name of a file. */
function unnamed(): Alteration {
  const told = (key: string, value: unknown) => (key === 'filename' ? undefined : value)
  return changing(
    ({ headers }) => headers['content-type'] === 'application/json',
    withBody((body) => JSON.parse(JSON.stringify(body, told))),
  )
}
