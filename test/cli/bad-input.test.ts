import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Invocation, invoke } from './invoke.ts'
import { always, closedUrl, startStub, withoutProxy } from './stub-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Writes a file for a test; returns its path. */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Gives a path to nothing. */
const missing = (name: string) => join(folder, 'missing', name)

const SCHEMA = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }

/** Makes a response whose body has a schema. */
const response = (schema: object = SCHEMA) => ({
  description: 'an answer',
  content: { 'application/json': { schema } },
})

const deletion = (
  responses: object = { 200: response(), 404: response() },
  operationId?: string,
) => ({
  delete: {
    ...(operationId === undefined ? {} : { operationId }),
    parameters: [{ name: 'file_id', in: 'path', required: true, schema: { type: 'string' } }],
    responses,
  },
})

const openApi = (paths: object) => ({
  openapi: '3.1.0',
  info: { title: 'Files', version: '1' },
  paths,
})

/** Writes an OpenAPI document with one DELETE of these responses. */
const documentOf = (name: string, responses?: object) =>
  file(name, JSON.stringify(openApi({ '/v1/files/{file_id}': deletion(responses) })))

/** Expects wrong usage: nothing was done, and one line gives the reason and holds each of the words. */
function expectRefusal({ code, stdout, stderr }: Invocation, ...words: readonly string[]): void {
  const lines = stderr.trimEnd().split('\n')
  for (const word of words) expect(lines[0]).toContain(word)
  expect(lines).toHaveLength(1)
  expect(stderr).not.toContain('    at ')
  expect(stdout).toBe('')
  expect(code).toBe(2)
}

/** Command line, and words of its refusal: flag or file, what was found, what is accepted. */
type Refusal = [title: string, words: readonly string[], named: readonly string[]]

const RUN = ['run', '-t', 'http://127.0.0.1:1']

describe('the document', () => {
  const spec = (path: string, ...flags: readonly string[]) => [
    'requirements',
    '--spec',
    path,
    ...flags,
  ]
  const noFile = missing('openapi.yaml')
  const notYaml = file('not.yaml', 'openapi: 3.1.0: 1')
  const notJson = file('not.json', '{"openapi": "3.1.0", "paths": [')
  const text = file('text.yaml', 'just some words')
  const otherYaml = file('other.yaml', 'services:\n  web:\n    image: nginx\n')
  const openApi30 = file('3.0.json', JSON.stringify({ ...openApi({}), openapi: '3.0.3' }))
  const swagger = file('2.0.json', JSON.stringify({ swagger: '2.0', info: {}, paths: {} }))
  const incomplete = file('incomplete.json', JSON.stringify({ openapi: '3.1.0', paths: {} }))
  const nowhere = documentOf('nowhere.json', {
    200: response({ $ref: '#/components/schemas/Nowhere' }),
  })
  const noSuchFile = documentOf('no-such-file.json', {
    200: response({ $ref: './no-such-schema.yaml' }),
  })
  const one = file(
    'one.json',
    JSON.stringify(openApi({ '/v1/files/{file_id}': deletion(undefined, 'deleteFile') })),
  )
  const several = file(
    'several.json',
    JSON.stringify(
      openApi({
        '/v1/files/{file_id}': deletion(undefined, 'deleteFile'),
        '/v1/models/{file_id}': deletion(undefined, 'deleteModel'),
      }),
    ),
  )
  const noDelete = file('no-delete.json', JSON.stringify(openApi({})))
  const noSuccess = documentOf('no-success.json', { 404: response() })
  const badPattern = documentOf('pattern.json', {
    200: response({ ...SCHEMA, properties: { id: { type: 'string', pattern: '(' } } }),
  })
  const unknownKeyword = documentOf('keyword.json', {
    200: response({ ...SCHEMA, requird: ['id'] }),
  })
  const unknownFormat = documentOf('format.json', {
    200: response({ ...SCHEMA, properties: { id: { type: 'string', format: 'fileid' } } }),
  })
  const schemaOf200 =
    '/paths/~1v1~1files~1{file_id}/delete/responses/200/content/application~1json/schema'

  test('accepts the document from which the others of this file are made', async () => {
    const { code, stderr } = await invoke(...spec(documentOf('good.json')))
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test.each<Refusal>([
    ['is refused where there is no such file', spec(noFile), [noFile, 'no such file', '--spec']],
    ['is refused where it is no file', spec(folder), [folder, 'found a folder', '--spec']],
    ['is refused where it is no YAML', spec(notYaml), [notYaml, 'neither YAML nor JSON']],
    ['is refused where it is no JSON', spec(notJson), [notJson, 'neither YAML nor JSON']],
    ['is refused where it is mere text', spec(text), [text, 'a string', 'OpenAPI']],
    ['is refused where it is no OpenAPI', spec(otherYaml), [otherYaml, 'no key "openapi"', '3.1']],
    [
      'is refused where it is OpenAPI 3.0',
      spec(openApi30),
      [openApi30, 'found OpenAPI 3.0.3', '3.1'],
    ],
    ['is refused where it is Swagger 2.0', spec(swagger), [swagger, 'found Swagger 2.0', '3.1']],
    [
      'is refused where it is not valid',
      spec(incomplete),
      [incomplete, 'not valid OpenAPI 3.1', 'info'],
    ],
    [
      'is refused where a $ref leads to nowhere',
      spec(nowhere),
      [nowhere, '#/components/schemas/Nowhere'],
    ],
    [
      'is refused where a $ref leads to a file that is not there',
      spec(noSuchFile),
      [noSuchFile, 'no-such-schema.yaml'],
    ],
    [
      'is refused where it has no such operation',
      spec(one, '--operation', 'removeFile'),
      ['--operation removeFile', one, 'deleteFile'],
    ],
    [
      'is refused where it has several deletions and none is chosen',
      spec(several),
      [several, '2 DELETE operations', '--operation', 'deleteFile, deleteModel'],
    ],
    ['is refused where it has no deletion', spec(noDelete), [noDelete, 'no DELETE operation']],
    [
      'is refused where it documents no success',
      spec(noSuccess),
      [noSuccess, 'no 2xx', '404', '/delete/responses'],
    ],
    [
      'is refused where a schema cannot be compiled',
      spec(badPattern),
      [badPattern, schemaOf200, 'Invalid regular expression'],
    ],
    [
      'is refused where a schema has an unknown keyword',
      spec(unknownKeyword),
      [unknownKeyword, schemaOf200, 'unknown keyword: "requird"'],
    ],
    [
      'is refused where a schema has an unknown format',
      spec(unknownFormat),
      [unknownFormat, schemaOf200, '"fileid"'],
    ],
  ])('%s', async (_, words, named) => {
    expectRefusal(await invoke(...words), ...named)
  })

  test('is refused by run as it is by requirements', async () => {
    expectRefusal(await invoke(...RUN, '--spec', noFile), noFile, 'no such file', '--spec')
  })

  test('is refused where its URL cannot be reached', async () => {
    const url = `${await closedUrl()}/openapi.json`
    expectRefusal(await invoke(...spec(url)), url, 'cannot be fetched', 'connection refused')
  })

  test('is refused where its URL does not answer 200', async () => {
    const { url } = await startStub(always(404))
    expectRefusal(await invoke(...spec(url)), url, 'answered 404', 'expected 200')
  })
})

describe('a flag of run', () => {
  const aFile = file('a-file', 'not a folder')
  const full = join(folder, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'report.json'), '{}')
  const noIds = file('no-ids.txt', '\n\n')
  const twice = file('twice.txt', 'file-1\nfile-2\nfile-1\n')
  const noPem = file('no.pem', 'no certificate')
  const accepted = 'http(s)://host[:port][/path]'

  test.each<Refusal>([
    [
      '--target is refused without a scheme',
      ['-t', 'example.com'],
      ['--target', 'no scheme', accepted],
    ],
    [
      '--target is refused where a host and port have no scheme',
      ['-t', 'localhost:8080'],
      ['--target', 'no scheme', accepted],
    ],
    [
      '--target is refused with a query',
      ['-t', 'http://127.0.0.1:1/?page=1'],
      ['--target', 'a query', accepted],
    ],
    [
      '--target is refused with a fragment',
      ['-t', 'http://127.0.0.1:1/#top'],
      ['--target', 'a fragment', accepted],
    ],
    [
      '--target is refused where it is ftp:',
      ['-t', 'ftp://example.com/files'],
      ['--target', 'the scheme ftp:', accepted],
    ],
    [
      '--target is refused where its port is none',
      ['-t', 'http://127.0.0.1:99999'],
      ['--target', 'no URL', accepted],
    ],
    ['that is unknown is refused by name', ['--colour'], ["'--colour'"]],
    [
      'that is misspelt is refused in one line, with the one that is meant',
      ['--onyl', 'deleted/'],
      ["'--onyl'", '--only'],
    ],
    ['that lacks its value is refused by name', ['--runs'], ['--runs', 'argument missing']],
    ['--runs is refused where it is 0', ['--runs', '0'], ['--runs', "'0'", 'from 1 to']],
    ['--runs is refused where it is no number', ['--runs', 'abc'], ['--runs', "'abc'", 'from 1']],
    [
      '--timeout is refused where it is no duration',
      ['--timeout', 'soon'],
      ['--timeout', "'soon'", '500ms, 5s, 2m'],
    ],
    ['--timeout is refused where it is 0', ['--timeout', '0s'], ['--timeout', "'0s'", '1ms']],
    ['--rate is refused where it is no rate', ['--rate', '5/h'], ['--rate', "'5/h'", '50/s']],
    ['--rate is refused where it is 0', ['--rate', '0'], ['--rate', "'0'", '50/s']],
    ['--seed is refused where it is no number', ['--seed', 'dice'], ['--seed', "'dice'", 'from 0']],
    [
      '--seed is refused where it has more than 64 bits',
      ['--seed', '18446744073709551616'],
      ['--seed', "'18446744073709551616'", 'to 18446744073709551615'],
    ],
    [
      '--concurrency is refused where it is 0',
      ['--concurrency', '0'],
      ['--concurrency', "'0'", 'from 1 to 256'],
    ],
    [
      '--expect-status is refused where it is no status',
      ['--expect-status', 'teapot'],
      ['--expect-status', "'teapot'", '200 to 599'],
    ],
    ['--only is refused where it names nothing', ['--only', 'nope/'], ['--only nope/', 'deleted/']],
    ['--skip is refused where it names nothing', ['--skip', 'nope/'], ['--skip nope/', 'deleted/']],
    [
      '--skip is refused where it leaves nothing',
      ['--only', 'deleted/', '--skip', 'deleted/'],
      ['--only', '--skip', 'no requirement'],
    ],
    [
      '--out is refused where it cannot be written',
      ['--out', join(aFile, 'out')],
      ['--out', aFile, 'ENOTDIR', 'new or empty folder'],
    ],
    [
      '--out is refused where it is a file',
      ['--out', aFile],
      ['--out', aFile, 'EEXIST', 'new or empty folder'],
    ],
    [
      '--out is refused where it holds something',
      ['--out', full],
      ['--out', full, 'report.json', 'new or empty folder'],
    ],
    [
      '--files is refused where it names no source',
      ['--files', 'nonsense'],
      ['--files nonsense', 'upload, ids:FILE, command:CMD and none'],
    ],
    [
      '--files is refused where ids: names no file',
      ['--files', 'ids:'],
      ['--files ids:', 'ids:FILE'],
    ],
    [
      '--files is refused where the file of ids is not there',
      ['--files', `ids:${missing('ids.txt')}`],
      ['--files', missing('ids.txt'), 'no such file', 'one id a line'],
    ],
    [
      '--files is refused where the file of ids is empty',
      ['--files', `ids:${noIds}`],
      ['--files', noIds, 'no id', 'one id a line'],
    ],
    [
      '--files is refused where the file of ids has one twice',
      ['--files', `ids:${twice}`],
      ['--files', twice, '"file-1"', 'twice'],
    ],
    [
      '--ca is refused where the file is not there',
      ['--ca', missing('ca.pem')],
      ['--ca', missing('ca.pem'), 'no such file', 'PEM certificates'],
    ],
    [
      '--ca is refused where the file holds no certificate',
      ['--ca', noPem],
      ['--ca', noPem, 'no PEM certificate'],
    ],
  ])('%s', async (_, words, named) => {
    expectRefusal(await invoke(...RUN, ...words), ...named)
  })

  test('--token-env is refused where the variable is not set', async () => {
    vi.stubEnv('NO_SUCH_TOKEN', undefined)
    const refused = await invoke(...RUN, '--token-env', 'NO_SUCH_TOKEN')
    expectRefusal(refused, '--token-env NO_SUCH_TOKEN', 'not set')
  })

  test('--token-env is refused without --target as well where the variable is not set', async () => {
    vi.stubEnv('NO_SUCH_TOKEN', undefined)
    const refused = await invoke('run', '--only', 'deleted/status', '--token-env', 'NO_SUCH_TOKEN')
    expectRefusal(refused, '--token-env NO_SUCH_TOKEN', 'not set')
  })

  test('is refused in a variable as it is on the command line', async () => {
    vi.stubEnv('CONFORMANCE_RUNS', 'abc')
    expectRefusal(await invoke(...RUN), 'CONFORMANCE_RUNS', "'abc'", 'from 1 to')
  })

  test('--out is refused where an earlier run has written there', async () => {
    const words = ['run', '--only', 'deleted/status', '--out', join(folder, 'twice')]
    expect(await invoke(...words)).toMatchObject({ code: 0 })
    const report = readFileSync(join(folder, 'twice', 'report.json'), 'utf8')
    expectRefusal(await invoke(...words), '--out', 'SHA256SUMS', 'new or empty folder')
    expect(readFileSync(join(folder, 'twice', 'report.json'), 'utf8')).toBe(report)
  })
})

describe('a secret', () => {
  const SECRET = 's3cr3t'

  test.each<Refusal>([
    ['in a header field without a name', ['-H', SECRET], ['--header', '"Name: value"']],
    ['in a header field with a bad name', ['-H', `Bad Name: ${SECRET}`], ['--header', '"Name']],
    ['in a header field of our own', ['-H', `Host: ${SECRET}`], ['--header Host']],
    [
      'in a header field with a line feed',
      ['-H', `X-Key: a\nInjected: ${SECRET}`],
      ['--header', '"Name: value"'],
    ],
    [
      'in a header field with characters that none can carry',
      ['-H', `X-Key: ключ ${SECRET}`],
      ['--header'],
    ],
    ['in a header field with a control character', ['-H', `X-Key: \u0001${SECRET}`], ['--header']],
    ['in a target without a scheme', ['-t', `user:${SECRET}@example.com`], ['--target', 'scheme']],
    ['in an ftp: target', ['-t', `ftp://user:${SECRET}@example.com`], ['--target', 'ftp:']],
    [
      'with an @ in an ftp: target',
      ['-t', `ftp://user:p@${SECRET}@example.com`],
      ['--target', 'ftp:'],
    ],
    [
      'with a slash in a target',
      ['-t', `http://user:p/${SECRET}@example.com`],
      ['--target', 'accepted is http'],
    ],
    [
      'in a target whose port is none',
      ['-t', `http://user:${SECRET}@127.0.0.1:99999`],
      ['--target', 'accepted is http'],
    ],
    [
      'in the query of a target',
      ['-t', `http://127.0.0.1:1/?api_key=${SECRET}`],
      ['--target', 'a query'],
    ],
  ])('%s is refused without being printed', async (_, words, named) => {
    const refused = await invoke(...RUN, ...words)
    expect(refused.stdout + refused.stderr).not.toContain(SECRET)
    expectRefusal(refused, ...named)
  })

  test('in a token that no header field can carry is refused without being printed', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', `${SECRET} ${SECRET}`)
    const refused = await invoke(...RUN)
    expect(refused.stdout + refused.stderr).not.toContain(SECRET)
    expectRefusal(refused, 'CONFORMANCE_TOKEN', 'white space')
  })

  test('beside another one is refused without being printed', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', SECRET)
    const refused = await invoke('run', '-t', `http://user:${SECRET}@127.0.0.1:1`)
    expect(refused.stdout + refused.stderr).not.toContain(SECRET)
    expectRefusal(refused, '--target', 'CONFORMANCE_TOKEN', 'one of them')
  })
})

describe('a command', () => {
  const header = {
    ledger: 2,
    target: 'http://127.0.0.1:1',
    collection: '/v1/files',
    runId: 'ghijklmnopqrstuv',
    started: '2026-01-01T00:00:00.000Z',
  }
  const ledger = (name: string, ...lines: readonly unknown[]) =>
    file(name, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const notes = file('notes.txt', 'buy milk\n')
  const otherJson = file('other.ndjson', '{"level":"info"}\n')
  const noTarget = ledger('no-target.ledger', { ledger: 2 })
  const noEvent = ledger('no-event.ledger', header, null)
  const noId = ledger('no-id.ledger', header, { event: 'owned', id: 5 })

  test.each<Refusal>([
    ['that is unknown is refused by name', ['frobnicate'], ['frobnicate', 'cleanup']],
    ['with a word too many is refused', ['run', 'extra'], ['run', 'extra']],
    [
      'of the catalogue is refused in a format that is none',
      ['requirements', '--format', 'xml'],
      ['--format', "'xml'", 'text, markdown, json'],
    ],
    [
      'to serve is refused on a port that is none',
      ['serve', '--port', '99999'],
      ['--port', "'99999'", 'from 0 to 65535'],
    ],
    [
      'to serve names a fault that is unknown, and the one that is meant',
      ['serve', '--fault', 'still-list'],
      ['--fault still-list: unknown fault; did you mean still-listed?'],
    ],
    [
      'to serve names the list of faults if none is meant',
      ['serve', '--fault', 'marzipan'],
      ['--fault marzipan: unknown fault; "delete-conformance serve --list" lists all'],
    ],
    ['to clean up is refused without a ledger', ['cleanup'], ['cleanup', 'no ledger given']],
    [
      'to clean up is refused where the ledger is not there',
      ['cleanup', missing('run.ledger')],
      [missing('run.ledger'), 'there is none', 'a run that leaves no file behind removes'],
    ],
    [
      'to clean up is refused where the file is no JSON',
      ['cleanup', notes],
      [notes, 'line 1 is no JSON'],
    ],
    [
      'to clean up is refused where the folder is no run’s',
      ['cleanup', folder],
      [folder, 'ledger.ndjson', "the folder of a run's --out"],
    ],
    [
      'to clean up is refused where the file is another one',
      ['cleanup', otherJson],
      [otherJson, 'line 1 is not the beginning of a ledger'],
    ],
    ['to clean up is refused where the ledger has no target', ['cleanup', noTarget], [noTarget]],
    ['to clean up is refused where a line is no event', ['cleanup', noEvent], [noEvent, 'line 2']],
    ['to clean up is refused where an id is no string', ['cleanup', noId], [noId, 'line 2']],
  ])('%s', async (_, words, named) => {
    expectRefusal(await invoke(...words), ...named)
  })
})
