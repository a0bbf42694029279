import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { documentWith, jsonResponse } from '../harness/made-up.ts'
import { type Invocation, invoke } from './invoke.ts'
import { always, type StubServer, startStub, withoutProxy } from './stub-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'hostile-documents-'))
const own = join(folder, 'own')
mkdirSync(own)
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Writes a file into the folder of the documents, or above; returns its path. */
function file(name: string, content: string | Uint8Array | object): string {
  const path = join(own, name)
  const plain = typeof content === 'string' || content instanceof Uint8Array
  writeFileSync(path, plain ? content : JSON.stringify(content))
  return path
}

const elsewhere = file('../elsewhere.json', { type: 'object' })

const described = (schema: object) => ({ 200: jsonResponse(schema), 404: jsonResponse() })

/** Makes a document whose answer to a deletion has this schema. */
const documentOf = (schema: object, components: object = {}) => ({
  ...documentWith(described(schema)),
  components: { schemas: components },
})

/** Runs against a target that records requests. */
async function run(...words: readonly string[]) {
  const target = await startStub(always(404))
  return { target, invocation: await invoke('run', '-t', target.url, ...words) }
}

/** Expects that nothing was sent, and that one line without escape sequences gives the reason. */
function expectRefusal(
  { target, invocation }: { readonly target: StubServer; readonly invocation: Invocation },
  ...words: readonly string[]
): void {
  const { code, stdout, stderr } = invocation
  for (const word of words) expect(stderr).toContain(word)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
  expect(stderr).toMatch(/^[^\0-\x1f\x7f-\x9f]{1,2000}\n$/)
  expect(stderr).not.toContain('internal error')
  expect(stdout).toBe('')
  expect(target.received).toEqual([])
  expect(code).toBe(2)
}

describe('a reference', () => {
  test('out of the folder of the document is refused, and the line names reference and flag', async () => {
    const spec = file('outside.json', documentOf({ $ref: '../elsewhere.json' }))
    expectRefusal(
      await run('--spec', spec),
      spec,
      '$ref "../elsewhere.json"',
      '--allow-remote-refs',
    )
  })

  test('out of it is followed with the flag, its variable and its setting', async () => {
    const spec = file('outside.json', documentOf({ $ref: elsewhere }))
    const list = (...words: readonly string[]) => invoke('requirements', '--spec', spec, ...words)
    expect(await list()).toMatchObject({ code: 2 })
    expect(await list('--allow-remote-refs')).toMatchObject({ code: 0, stderr: '' })
    const config = file('settings.yaml', 'allow-remote-refs: true')
    expect(await list('--config', config)).toMatchObject({ code: 0, stderr: '' })
    vi.stubEnv('CONFORMANCE_ALLOW_REMOTE_REFS', 'true')
    expect(await list()).toMatchObject({ code: 0, stderr: '' })
  })

  test('to a URL of this machine is refused without asking it, and followed with the flag', async () => {
    const other = await startStub(always(200, { type: 'object' }))
    const spec = file('loopback.json', documentOf({ $ref: `${other.url}/schemas.json` }))
    expectRefusal(await run('--spec', spec), `$ref "${other.url}/schemas.json"`)
    expect(other.received).toEqual([])
    const allowed = await invoke('requirements', '--spec', spec, '--allow-remote-refs')
    expect(allowed).toMatchObject({ code: 0, stderr: '' })
    expect(other.received).toHaveLength(1)
  })

  test('from a URL is followed to its own origin, and with the flag to others, but to no file', async () => {
    const other = await startStub(always(200, { type: 'object' }))
    const serving = (schema: object) => startStub(always(200, documentOf(schema)))
    const from = async (schema: object, ...words: readonly string[]) => {
      const { url } = await serving(schema)
      return run('--spec', `${url}/openapi.json`, '--plan', ...words)
    }
    expectRefusal(await from({ $ref: `${other.url}/s.json` }), 'leads to another origin')
    expect(other.received).toEqual([])
    const allowed = await from({ $ref: `${other.url}/s.json` }, '--allow-remote-refs')
    expect(allowed.invocation.code).toBe(0)
    const file = { $ref: `file://${elsewhere}` }
    expectRefusal(await from(file, '--allow-remote-refs'), 'leads from a URL to a file')
  })

  test('is not followed where a redirect would take it', async () => {
    const other = await startStub(always(200, { type: 'object' }))
    const redirecting = await startStub(always(302, {}, { location: `${other.url}/secret` }))
    const spec = file('redirected.json', documentOf({ $ref: `${redirecting.url}/s.json` }))
    const refused = await run('--spec', spec, '--allow-remote-refs')
    expectRefusal(refused, `answered 302 to "${other.url}/secret", expected 200`)
    expect(other.received).toEqual([])
  })

  test.each([
    ['to itself', { $ref: '#/components/schemas/A' }],
    ['to the whole document', { $ref: '#' }],
    ['through a property', { properties: { a: { $ref: '#/components/schemas/A' } } }],
    ['through another', { $ref: '#/components/schemas/B' }],
  ])('that leads in a circle is refused: %s', async (_, schema) => {
    const schemas = { A: schema, B: { items: { $ref: '#/components/schemas/A' } } }
    const spec = file('circle.json', documentOf({ $ref: '#/components/schemas/A' }, schemas))
    expectRefusal(await run('--spec', spec), spec, '$ref "#', 'leads in a circle')
  })

  test('is followed through 10,000 others', async () => {
    const schemas = Array.from({ length: 10_000 }, (_, at) => [
      `A${at}`,
      at === 9_999 ? { type: 'object' } : { $ref: `#/components/schemas/A${at + 1}` },
    ])
    const start = { $ref: '#/components/schemas/A0' }
    const spec = file('chain.json', documentOf(start, Object.fromEntries(schemas)))
    expect(await invoke('requirements', '--spec', spec)).toMatchObject({ code: 0, stderr: '' })
  })

  test('that doubles what it leads to, again and again, is refused', async () => {
    const twice = ($ref: string) => ({ properties: { a: { $ref }, b: { $ref } } })
    const schemas = Array.from({ length: 60 }, (_, at) => [
      `A${at}`,
      at === 59 ? {} : twice(`#/components/schemas/A${at + 1}`),
    ])
    const start = { $ref: '#/components/schemas/A0' }
    const spec = file('bomb.json', documentOf(start, Object.fromEntries(schemas)))
    expectRefusal(await run('--spec', spec), 'more than 3000000 values')
  })

  test('with an escape for the terminal in it is shown without', async () => {
    const spec = file('escape.json', documentOf({ $ref: '../\u001b]0;owned\u0007\u009b2J.json' }))
    expectRefusal(await run('--spec', spec), '$ref', 'u001b', '{9b}')
  })
})

describe('a document of a size without end', () => {
  test('is refused by its size: 50 MB of YAML', async () => {
    const spec = file('large.yaml', '')
    truncateSync(spec, 50_000_000)
    expectRefusal(await run('--spec', spec), 'found 50000000 octets', 'at most 8388608')
  })

  test('is refused while it comes, and its connection ended: a body that never ends', async () => {
    let tellEnded = () => {}
    const ended = new Promise<void>((resolve) => {
      tellEnded = resolve
    })
    const endless = await startStub((request, response) => {
      request.resume()
      response.writeHead(200).on('close', tellEnded)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
      }
      response.on('drain', more)
      more()
    })
    expectRefusal(await run('--spec', endless.url), 'more than 8388608 octets found')
    await ended
  })

  test.runIf(process.platform === 'linux')('is refused where it is a device', async () => {
    expectRefusal(await run('--spec', '/dev/zero'), '/dev/zero: found no regular file')
  })

  test('is refused where it is a folder', async () => {
    expectRefusal(await run('--spec', own), 'found a folder')
  })

  test.runIf(process.platform !== 'win32')(
    'is read from a pipe, and refused there as well',
    async () => {
      const pipe = join(own, 'pipe')
      execFileSync('mkfifo', [pipe])
      const good = file('good.json', documentOf({ type: 'object' }))
      spawn('sh', ['-c', `cat '${good}' > '${pipe}'`])
      expect(await invoke('requirements', '--spec', pipe)).toMatchObject({ code: 0, stderr: '' })
      const writer = spawn('sh', ['-c', `yes > '${pipe}'`], { stdio: 'ignore' })
      const over = new Promise((resolve) => writer.once('exit', resolve))
      expectRefusal(await run('--spec', pipe), 'found more than 8388608 octets')
      await over
    },
  )

  test('with 10,000 operations is read, and a message names some of them', async () => {
    const { paths } = documentWith(described({ type: 'object' })) as {
      paths: Record<string, object>
    }
    const [item] = Object.values(paths) as [{ delete: object }]
    const many = Array.from({ length: 10_000 }, (_, at) => [
      `/v1/things${at}/{file_id}`,
      { delete: { ...item.delete, operationId: `remove${at}` } },
    ])
    const spec = file('many.json', { ...documentOf({}), paths: Object.fromEntries(many) })
    expectRefusal(await run('--spec', spec), 'remove19, and 9980 more')
    expectRefusal(await run('--spec', spec, '--operation', 'lost'), 'remove19, and 9980 more')
    const found = await invoke('requirements', '--spec', spec, '--operation', 'remove9999')
    expect(found).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('the text of a document', () => {
  const bomb = (item: (name: string) => string) =>
    ['openapi: 3.1.0', 'x0: &x0 {k: v}']
      .concat(Array.from({ length: 40 }, (_, at) => `x${at + 1}: &x${at + 1} ${item(`*x${at}`)}`))
      .join('\n')

  test.each([
    ['aliases that multiply', bomb((one) => `[${one}, ${one}]`), 'more than 3000000 values'],
    ['aliases that multiply in maps', bomb((one) => `{a: ${one}, b: ${one}}`), 'more than 3000000'],
    [
      'aliases that multiply under <<',
      bomb((one) => `{<<: [${one}, ${one}]}`),
      'more than 3000000',
    ],
    ['aliases as names', bomb((one) => `{? ${one} : ${one}}`), 'neither YAML nor JSON'],
    ['lists nested 60,000 deep', `openapi: ${'['.repeat(60_000)}`, 'line 1: found more than 200'],
    ['keys nested 60,000 deep', '? '.repeat(60_000), 'line 1: found more than 200 levels'],
    [
      'JSON nested 100,000 deep',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      '200 levels',
    ],
    ['a name twice', '{"openapi": "3.1.0", "openapi": "3.0.0"}', '"openapi" a second time'],
    [
      'a name that is none',
      '{"openapi": "3.1.0", "__proto__": {}}',
      '"__proto__", accepted is any',
    ],
    ['NUL', 'openapi: 3.1.0\0', 'line 1: found a control character U+0000'],
    ['UTF-16', Buffer.from('openapi: 3.1.0', 'utf16le'), 'found a control character U+0000'],
    ['UTF-16 with its mark', Buffer.from('\ufeffopenapi: 3.1.0', 'utf16le'), 'found no UTF-8'],
    ['a tag', 'openapi: !include /etc/hostname', 'Unresolved tag: !include'],
    ['several documents', 'openapi: 3.1.0\n---\nopenapi: 3.1.0', 'found a second document'],
    ['tabs', 'openapi: 3.1.0\ninfo:\n\ttitle: a', 'line 3: neither YAML nor JSON: Tabs'],
    ['nothing', '', 'found nothing, expected an OpenAPI object'],
  ])('is refused with %s', async (_, text, found) => {
    const spec = file('text.yaml', text)
    expectRefusal(await run('--spec', spec), spec, found)
  })

  test('is taken with a byte order mark, and with names that objects have', async () => {
    const schemas = { constructor: { type: 'object' }, toString: {}, hasOwnProperty: {} }
    const document = documentOf({ $ref: '#/components/schemas/constructor' }, schemas)
    const spec = file('marked.json', `\ufeff${JSON.stringify(document)}`)
    expect(await invoke('requirements', '--spec', spec)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('what a document says of its operation', () => {
  test.each([
    ['a thousand parameters', Array.from({ length: 1_000 }, (_, at) => `/{p${at}}`).join('')],
    ['a line end', '/v1/files\r\nX-Injected: yes/{file_id}'],
    ['a space', '/v1/my files/{file_id}'],
    ['a query', '/v1/files?x=/{file_id}'],
    ['letters beyond ASCII', '/v1/døk/{file_id}'],
  ])('is refused where its path has %s', async (_, path) => {
    const { paths } = documentWith(described({})) as { paths: Record<string, object> }
    const [
      {
        delete: { parameters: _none, ...operation },
      },
    ] = Object.values(paths) as [{ delete: { parameters: unknown } }]
    const spec = file('path.json', { ...documentOf({}), paths: { [path]: { delete: operation } } })
    expectRefusal(await run('--spec', spec), 'expected a path that ends in its only parameter')
  })

  test('is refused where its path would fill every report', async () => {
    const spec = file('long.json', {
      ...documentWith(described({}), `/${'v'.repeat(100_000)}/{file_id}`),
    })
    expectRefusal(await run('--spec', spec), 'has 100011 characters, accepted are 1000')
  })

  test('is refused where its schemas take too long to compile', async () => {
    const spec = file('wide.json', documentOf({ allOf: Array(40_000).fill({ type: 'object' }) }))
    expectRefusal(await run('--spec', spec), 'more than 50000 values, the limit')
  })

  test('shows a title without escapes, and not all of a long one', async () => {
    const document = documentWith(described({})) as { info: object }
    const title = `\u001b]0;owned\u0007\u202e${'long '.repeat(200_000)}`
    const spec = file('title.json', { ...document, info: { ...document.info, title } })
    const out = join(own, 'run')
    const { invocation } = await run('--spec', spec, '--only', 'deleted/', '--out', out)
    expect(invocation.stdout).toContain('\\u{1b}]0;owned\\u{7}\\u{202e}long')
    expect(invocation.stdout).not.toContain('\u001b')
    expect(invocation.stdout.length).toBeLessThan(20_000)
  })
})

describe('a pattern that backtracks without end', () => {
  // Every deletion is answered alike, so that the time is spent once.
  const note = `${'a'.repeat(50)}!`
  const answering = () =>
    startStub((request, response) => {
      const id = { DELETE: undefined, POST: `file-${Math.random()}` }[request.method ?? '']
      const shown = id ?? request.url?.split('/').at(3)
      const isDeletion = request.method === 'DELETE'
      always(200, isDeletion ? { note } : { id: shown, object: 'file' })(request, response)
    })
  const schema = { properties: { note: { type: 'string', pattern: '^(a+)+$' } } }
  const reason =
    'the body cannot be judged: the pattern "^(a+)+$" of its schema backtracks without end on it (stopped after 1 s)'

  test('makes inconclusive what it keeps from being judged, and nothing else, and verifies', async () => {
    const spec = file('pattern.json', documentOf(schema))
    const target = await answering()
    const out = join(own, 'pattern')
    const few = ['--runs', '2', '--only', 'deleted/body,deleted/status', '--settle', '1ms']
    const ran = await invoke('run', '-t', target.url, '--spec', spec, ...few, '--out', out)
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain(reason)
    expect(ran.code).toBe(3)
    const verified = await invoke('verify', out)
    expect(verified.stdout).toContain('all the same')
    expect(verified).toMatchObject({ code: 0 })
  })
  test('makes those inconclusive that watch, in shards and when they are merged, too', async () => {
    const spec = file('pattern.json', documentOf(schema))
    const target = await answering()
    const [out, merged] = [join(own, 'shard'), join(own, 'merged')]
    const few = ['--runs', '2', '--only', 'deleted/status,documented/', '--settle', '1ms']
    const shard = ['--shard', '1/1', '--seed', '1', '--out', out]
    const ran = await invoke('run', '-t', target.url, '--spec', spec, ...few, ...shard)
    expect(ran.stdout).toContain(reason)
    const joined = await invoke('merge', out, '--out', merged)
    expect(joined.stdout).toContain(reason)
    const { requirements } = JSON.parse(readFileSync(join(merged, 'report.json'), 'utf8')) as {
      requirements: { id: string; verdict: string; cases: { inconclusive: number } }[]
    }
    const body = requirements.find(({ id }) => id === 'documented/body')
    expect(body).toMatchObject({ verdict: 'inconclusive', reason })
    expect(body?.cases.inconclusive).toBeGreaterThan(0)
    expect(await invoke('verify', merged)).toMatchObject({ code: 0 })
  })
})
