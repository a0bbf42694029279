import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
import { createStore } from '../../fixtures/server/store.ts'
import { loadContract, run } from '../../library/index.ts'
import { formats } from '../../reporters/formats.ts'
import { requestsOn } from '../hostile/raw-requests.ts'
import { foundIn, SPELLINGS, secret } from '../hostile/spelled.ts'
import { invoke } from './invoke.ts'
import { closedUrl, startStub, withoutProxy } from './stub-server.ts'

let folder: string
beforeEach(() => {
  withoutProxy()
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-credentials-'))
  vi.stubEnv('GITHUB_STEP_SUMMARY', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** Place in an answer for received credentials, and whether the answer can still be used. */
interface Place {
  readonly harmless: boolean
  answer(told: Buffer, status: number, body: Buffer): Buffer
}

const octets = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))
const line = (told: Buffer) =>
  Buffer.from(told.toString('latin1').replaceAll(/[\r\n]+/g, ''), 'latin1')
const framed = (head: Buffer, body: Buffer) =>
  octets(head, `content-length: ${body.length}\r\n\r\n`, body)
const json = 'content-type: application/json\r\n'

const PLACES: Readonly<Record<string, Place>> = {
  'status text': {
    harmless: true,
    answer: (told, status, body) =>
      framed(octets(`HTTP/1.1 ${status} `, line(told), `\r\n${json}`), body),
  },
  'a field': {
    harmless: true,
    answer: (told, status, body) =>
      framed(octets(`HTTP/1.1 ${status} OK\r\n${json}x-told: `, line(told), '\r\n'), body),
  },
  'the name of a field': {
    harmless: true,
    answer: (told, status, body) =>
      framed(
        octets(
          `HTTP/1.1 ${status} OK\r\n${json}x-${told.toString('latin1').replaceAll(/[^!#$%&'*+.^_`|~\w-]/g, '')}: 1\r\n`,
        ),
        body,
      ),
  },
  'a JSON body': {
    harmless: true,
    answer: (told, status, body) => {
      const extra = `,"told":${JSON.stringify(told.toString('utf8'))}}`
      return framed(
        octets(`HTTP/1.1 ${status} OK\r\n${json}`),
        octets(body.toString().replace(/\}$/, () => extra)),
      )
    },
  },
  'a trailer': {
    harmless: true,
    answer: (told, status, body) =>
      octets(
        `HTTP/1.1 ${status} OK\r\n${json}transfer-encoding: chunked\r\n\r\n`,
        `${body.length.toString(16)}\r\n`,
        body,
        '\r\n0\r\nx-told: ',
        line(told),
        '\r\n\r\n',
      ),
  },
  'a page of errors': {
    harmless: false,
    answer: (told) =>
      framed(
        octets('HTTP/1.1 418 No\r\ncontent-type: text/html\r\n'),
        octets('<p title="', told, '">'),
      ),
  },
  'where a redirect leads': {
    harmless: false,
    answer: (told) =>
      framed(octets('HTTP/1.1 307 There\r\nlocation: /there?x=', line(told), '\r\n'), octets('')),
  },
  'a coding': {
    harmless: false,
    answer: (told) =>
      framed(
        octets('HTTP/1.1 404 No\r\ncontent-encoding: a,b,c,d,e,', line(told), '\r\n'),
        octets('{}'),
      ),
  },
  'a status line that is none': {
    harmless: false,
    answer: (told) => octets('HTTP/1.1 ', line(told), '\r\n\r\n'),
  },
}

/** Sends back all secrets, in each answer in another spelling and place; fails unless all were used. */
async function startTelltale(told: readonly string[]): Promise<string> {
  const handle = filesApi(createStore())
  const all = Buffer.from(told.join(' | '))
  const answers = (places: readonly Place[]) => {
    const schedule = Object.values(SPELLINGS).flatMap((spell) =>
      places.map((place) => ({ place, octets: spell(all) })),
    )
    let next = 0
    onTestFinished(() => expect(next).toBeGreaterThanOrEqual(schedule.length))
    return (status: number, body: Buffer) => {
      const turn = schedule[next++ % schedule.length]
      return turn?.place.answer(turn.octets, status, body) ?? ''
    }
  }
  const places = Object.values(PLACES)
  const [harmless, any] = [answers(places.filter((place) => place.harmless)), answers(places)]
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    requestsOn(socket, async (request) => {
      const target = request.target.replace(/^http:\/\/[^/]*/, '')
      const { status, body } = await handle({ ...request, target })
      const answer = request.method === 'DELETE' && status === 404 ? any : harmless
      socket.write(answer(status, Buffer.from(body)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

const SOME = ['--only', 'deleted/,not-found/,documented/', '--runs', '60', '--settle', '1ms']

/** Collects everything that runs with these words print and write, with reports of every format. */
async function everythingOf(...words: readonly string[]): Promise<Buffer> {
  const out = join(folder, 'run')
  const reports = formats.flatMap(({ name }) => ['--report', `${name}=${join(folder, name)}`])
  const ran = await invoke('run', ...words, ...SOME, '--out', out, ...reports)
  const verified = await invoke('verify', out)
  expect(verified.stdout).toContain('\nverified: ')
  const replayed = await invoke(
    'run',
    ...words,
    '--seed',
    '1',
    '--replay',
    'not-found/any-string:0',
  )
  const files = [folder, out].flatMap((path) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(path, name))),
  )
  const printed = [ran, verified, replayed].map(({ stdout, stderr }) =>
    Buffer.from(stdout + stderr),
  )
  const everything = Buffer.concat(
    [...files, ...printed].flatMap((one) => [one, Buffer.from('\0')]),
  )
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  expect(everything.toString('latin1').split('[credential]').length).toBeGreaterThan(100)
  return everything
}

/** Number of encodings that reports add to what a server has spelled in JSON or HTML. */
const LAYERS = 3

describe('however a server spells it and wherever it says it, no run shows', () => {
  test('a token or what is secret in a header field', async () => {
    const secrets = fc.record({
      token: secret(),
      second: secret(),
      cookie: secret(),
      quoted: secret(),
      own: secret(),
    })
    await fc.assert(
      fc.asyncProperty(secrets, async (given) => {
        const cookie = given.cookie.replaceAll(/[;"\\%]/g, '-')
        const quoted = given.quoted.replaceAll(/["\\%]/g, '-')
        const told = [given.token, given.second, cookie, quoted, given.own]
        const fields = [
          `Cookie: session=${cookie}; lang=en`,
          `Proxy-Authorization: Token  token="${quoted}", realm="files"`,
          `X-Own: ${given.own}`,
        ].flatMap((field) => ['-H', field])
        const host = await startTelltale(told)
        vi.stubEnv('CONFORMANCE_TOKEN', given.token)
        vi.stubEnv('CONFORMANCE_SECOND_TOKEN', given.second)
        const everything = await everythingOf(
          '-t',
          `http://${host}`,
          ...fields,
          '--secret-header',
          'X-Own',
        )
        expect(foundIn(everything, told, LAYERS)).toEqual([])
      }),
      { numRuns: 2 },
    )
  }, 180_000)

  test('a password in a URL, beyond ASCII, too', async () => {
    await fc.assert(
      fc.asyncProperty(secret('äé€ '), async (password) => {
        const host = await startTelltale([password])
        const url = `http://user:${encodeURIComponent(password)}@${host}`
        expect(foundIn(await everythingOf('-t', url), [password], LAYERS)).toEqual([])
      }),
      { numRuns: 1 },
    )
  }, 180_000)

  test('a password of a proxy', async () => {
    const [password = ''] = fc.sample(secret('ä'), 1)
    const host = await startTelltale([password])
    vi.stubEnv('HTTP_PROXY', `http://user:${encodeURIComponent(password)}@${host}`)
    const everything = await everythingOf('-t', 'http://target.invalid')
    expect(foundIn(everything, [password], LAYERS)).toEqual([])
  }, 60_000)

  test('a token to a program: in the report, while it goes on, and in what is thrown', async () => {
    const [token = ''] = fc.sample(secret(), 1)
    const host = await startTelltale([token])
    const said: unknown[] = []
    const options = { target: `http://${host}`, token, runs: 200, only: ['deleted/', 'not-found/'] }
    said.push(await run({ ...options, onProgress: (progress) => said.push(progress) }))
    for (const spell of Object.values(SPELLINGS)) {
      const told = spell(Buffer.from(token)).toString()
      const files = () => Promise.reject(new Error(told))
      said.push(await run({ ...options, only: ['deleted/status'], files }))
      const onProgress = () => {
        throw Object.assign(new Error(told, { cause: new Error(told) }), { told })
      }
      said.push(inspect(await run({ ...options, onProgress }).catch((error: unknown) => error)))
    }
    const text = JSON.stringify(said)
    expect(text).toContain('[credential]')
    expect(foundIn(Buffer.from(text), [token], LAYERS)).toEqual([])
  }, 60_000)
})

describe('a document that holds a credential', () => {
  const token = 'canary-token/+=1'
  const shipped = readFileSync(
    new URL('../../spec/openai-api-swagger.yaml', import.meta.url),
    'utf8',
  )

  test.each(Object.entries(SPELLINGS))('is refused: %s', async (_, spell) => {
    vi.stubEnv('CONFORMANCE_TOKEN', token)
    const told = spell(Buffer.from(token)).toString()
    const spec = join(folder, 'openapi.json')
    const out = join(folder, 'run')
    for (const text of [
      `${shipped}\nx-told: ${JSON.stringify(told)}\n`,
      `openapi: ${JSON.stringify(told)}`,
    ]) {
      writeFileSync(spec, text)
      const refused = await invoke('run', '-t', await closedUrl(), '--spec', spec, '--out', out)
      expect(refused.code).toBe(2)
      expect(refused.stderr).toMatch(
        /holds a credential of this run|found OpenAPI .*\[credential\]/,
      )
      expect(foundIn(Buffer.from(refused.stdout + refused.stderr), [token])).toEqual([])
      expect(existsSync(out)).toBe(false)
    }
  })

  test('is refused where another file holds it, which it refers to', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', token)
    writeFileSync(
      join(folder, 'other.json'),
      JSON.stringify({ type: 'object', properties: { id: { const: token } } }),
    )
    const responses = {
      200: { description: '', content: { 'application/json': { schema: { $ref: 'other.json' } } } },
    }
    const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
    const document = {
      openapi: '3.1.0',
      info: { title: 'a', version: '1' },
      paths: { '/v1/files/{id}': { delete: { parameters, responses } } },
    }
    const spec = join(folder, 'openapi.json')
    writeFileSync(spec, JSON.stringify(document))
    const refused = await invoke('run', '-t', await closedUrl(), '--spec', spec)
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('--spec: holds a credential')
    const contract = await loadContract(spec)
    await expect(run({ target: await closedUrl(), token, contract })).rejects.toThrow(
      'contract: holds a credential',
    )
  })
})

test.each<[string, readonly string[]]>([
  ['--target', ['-t', 'http://127.0.0.1:1/%63anary-token']],
  ['--challenge', ['--challenge', 'x-canary-token']],
  ['--out', ['--out', 'canary-token']],
  ['--files', ['--files', 'ids:ids.txt']],
])('a credential in %s, which reports show, is refused', async (flag, words) => {
  vi.stubEnv('CONFORMANCE_TOKEN', 'canary-token')
  const given = words.map((word) => word.replace('ids.txt', join(folder, 'ids.txt')))
  writeFileSync(join(folder, 'ids.txt'), 'file-1\nfile-canary-token\n')
  const refused = await invoke('run', '-t', await closedUrl(), ...given)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain(`${flag}: holds a credential of this run`)
  expect(refused.stderr).not.toContain('canary-token')
})

describe('a secret that is too short', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['CONFORMANCE_TOKEN', [], { CONFORMANCE_TOKEN: 'q7tok' }],
    ['STAGING', ['--token-env', 'STAGING'], { STAGING: 'q7tok' }],
    ['CONFORMANCE_SECOND_TOKEN', [], { CONFORMANCE_SECOND_TOKEN: 'q7tok' }],
    ['--target', ['-t', 'http://user:q7tok@127.0.0.1:1'], {}],
    ['--target', ['-t', 'http://q7tok@127.0.0.1:1'], {}],
    ['HTTPS_PROXY', [], { HTTPS_PROXY: 'http://user:q7tok@127.0.0.1:1' }],
    ['--header cookie', ['-H', 'Cookie: session=q7tok; theme=dark'], {}],
    ['--header authorization', ['-H', 'Authorization: Token token="q7tok"'], {}],
    [
      '--header authorization',
      ['-H', `Authorization: Basic ${Buffer.from('user:q7tok').toString('base64')}`],
      {},
    ],
    ['--header proxy-authorization', ['-H', 'Proxy-Authorization: Bearer   q7tok'], {}],
    ['--header x-api-key', ['-H', 'X-Api-Key: q7tok'], {}],
    ['--header x-own', ['-H', 'X-Own: q7tok', '--secret-header', 'X-Own'], {}],
  ])('in %s is refused, and not printed', async (source, words, variables) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    const refused = await invoke('run', '-t', await closedUrl(), ...words)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(`${source}: found a secret that is too short`)
    expect(refused.stderr).not.toContain('q7tok')
  })

  test.each<[string, readonly string[]]>([
    ['beside a long one in a cookie', ['-H', 'Cookie: lang=en; session=q7-long-enough']],
    ['of seven characters with digits', ['-H', 'X-Api-Key: sk-1234']],
    ['in a field that is named after a port', ['-H', 'X-Portkey-Provider: openai']],
    ['in a field that is no secret', ['-H', 'X-Tenant: 7', '-H', 'X-Api-Version: 2']],
    ['in a field that may be none', ['-H', 'X-Key-Version: 2']],
    ['behind a key in the place of a name', ['-t', 'http://q7-long-enough:x@127.0.0.1:1']],
    ['in a field without a value', ['-H', 'Cookie:']],
  ])('%s is not', async (_, words) => {
    const { stderr, code } = await invoke('run', '-t', await closedUrl(), ...words)
    expect([stderr, code]).toEqual(['', 3])
  })
})

test('a file whose id holds a credential is not taken for one with another id', async () => {
  vi.stubEnv('CONFORMANCE_TOKEN', 'canary-token')
  const { url, received } = await startStub((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: `canary-token-${received.length}` }))
  })
  const { code, stdout } = await invoke('run', '-t', url, '--only', 'deleted/status')
  expect(code).toBe(3)
  expect(stdout).toContain('without an "id" that can be asked for')
  expect(received.filter(({ target }) => /canary|credential/.test(target))).toEqual([])
})

test('--secret-header is refused where no such field is given, and not printed', async () => {
  const words = [
    '-t',
    await closedUrl(),
    '-H',
    'X-Own: canary-field',
    '--secret-header',
    'canary-field',
  ]
  const refused = await invoke('run', ...words)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--secret-header: found a name that no field of --header has')
  expect(refused.stderr).not.toContain('canary-field')
})

test('a password in the URL of the document is refused and not printed', async () => {
  const refused = await invoke('run', '--spec', 'http://user:canary-word@127.0.0.1/openapi')
  expect(refused.code).toBe(2)
  expect(refused.stdout + refused.stderr).not.toContain('canary')
})

test('a password in a URL without its flag is refused and not printed', async () => {
  const refused = await invoke('run', 'http://user:canary-word@127.0.0.1')
  expect(refused.stderr).toContain('-t URL')
  expect(refused.code).toBe(2)
  expect(refused.stdout + refused.stderr).not.toContain('canary')
})

test('a token where the name of its variable should be is refused and not printed', async () => {
  const refused = await invoke('run', '--token-env', 'canary-"token')
  expect(refused.code).toBe(2)
  expect(refused.stdout + refused.stderr).not.toContain('canary')
})

test('a command of --files is not in the report: it may hold one', async () => {
  const out = join(folder, 'run')
  await invoke('run', '--only', 'deleted/status', '--files', 'command:true canary', '--out', out)
  expect(readFileSync(join(out, 'report.json'), 'utf8')).not.toContain('canary')
})

test('tokens that nearly fit are nowhere written, though the server sends them back', async () => {
  const token = 'Zq7-4kfTh1sIsTheRightOne'
  vi.stubEnv('CONFORMANCE_TOKEN', token)
  const store = createStore()
  const handle = filesApi(store, { accounts: new Map([[token, 'first']]) })
  const told = new Set<string>()
  const server = await listen(async (request) => {
    const reply = await handle(request)
    const { authorization = '' } = request.headers
    told.add(authorization)
    const body = Buffer.from(reply.body)
      .toString()
      .replace(/"message":"/, `$&${authorization} `)
    return reply.status === 401 ? { ...reply, body: Buffer.from(body) } : reply
  })
  onTestFinished(() => server.close())
  const out = join(folder, 'out')
  const only = ['--only', 'security/', '--report', 'html,har-all,junit', '--out', out]
  const { stdout, stderr } = await invoke('run', '-t', server.url, ...only)
  for (const near of [
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token.slice(1)}`,
    `Token ${token}`,
  ]) {
    expect(told).toContain(near)
  }
  const written = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))
  for (const text of [stdout, stderr, ...written]) {
    expect(text.toLowerCase()).not.toContain(token.slice(1, -1).toLowerCase())
  }
  expect(written.join()).toContain('[credential]')
})
