import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { listen } from '../../fixtures/server/listen.ts'
import type { Handle } from '../../fixtures/server/message.ts'
import { createStore } from '../../fixtures/server/store.ts'
import { formats } from '../../reporters/formats.ts'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

/** Each stands for a secret of its own channel, with characters that are spelled otherwise in JSON and URLs. */
const CANARIES = {
  token: 'canary-token"/+=1',
  second: 'canary-second\\2',
  field: 'canary-field<3>',
  password: 'canary-password&4',
  proxy: 'canary-proxy%5',
}

let folder: string
beforeEach(() => {
  withoutProxy()
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-credentials-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** Deletes as it should, and says everything that it was told: in header, body, JSON, URL, plain text. */
function reflecting(): Handle {
  const handle = filesApi(createStore())
  return async (request) => {
    const path = request.target.replace(/^http:\/\/[^/]*/, '')
    const reply = await handle({ ...request, target: path })
    const told = JSON.stringify(request.headers)
    const authorization = String(request.headers.authorization ?? '')
    const decoded = Buffer.from(
      String(request.headers['proxy-authorization'] ?? authorization).replace(/^Basic /, ''),
      'base64',
    ).toString('latin1')
    const body = Buffer.from(reply.body).toString('utf8')
    const isJson = reply.headers['content-type'] === 'application/json'
    const extra = JSON.stringify({
      told,
      authorization,
      decoded,
      url: encodeURIComponent(authorization),
      base64: Buffer.from(authorization.replace(/^Bearer /, '')).toString('base64'),
    })
    return {
      ...reply,
      // Fails, so that reports show it.
      status: request.method === 'DELETE' && reply.status === 404 ? 418 : reply.status,
      headers: {
        ...reply.headers,
        'x-told': authorization,
        'x-told-key': String(request.headers['x-api-key'] ?? ''),
      },
      body: isJson ? Buffer.from(`${body.slice(0, -1)},"told":${extra}}`) : reply.body,
    }
  }
}

/** Everything that a run has printed and written, reports of every format among it. */
async function everythingOf(...words: readonly string[]): Promise<string> {
  const out = join(folder, 'run')
  const reports = formats.flatMap(({ name }) => ['--report', `${name}=${join(folder, name)}`])
  const ran = await invoke('run', ...words, '--runs', '3', '--out', out, ...reports)
  const verified = await invoke('verify', out)
  expect(verified.code).toBe(0)
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
      .map(({ name }) => readFileSync(join(path, name), 'latin1')),
  )
  const printed = [ran, verified, replayed].flatMap(({ stdout, stderr }) => [stdout, stderr])
  const everything = [...files, ...printed].join('\n')
  expect(everything).toContain('[credential]')
  return everything
}

/** What of a secret stands in a text, in any of its spellings. */
function leaked(text: string, secret: string): readonly string[] {
  const spellings = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(0, -4),
    /^canary-\w+/.exec(secret)?.[0] ?? secret,
  ]
  return spellings.filter((spelling) => text.includes(spelling))
}

test('no token and no header field is found in anything that a run prints or writes', async () => {
  const server = await listen(reflecting())
  vi.stubEnv('CONFORMANCE_TOKEN', CANARIES.token)
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', CANARIES.second)
  const words = ['-t', server.url, '-H', `X-Api-Key: ${CANARIES.field}`]
  const everything = await everythingOf(...words)
  for (const secret of [CANARIES.token, CANARIES.second, CANARIES.field]) {
    expect(leaked(everything, secret)).toEqual([])
  }
  await server.close()
})

test('no password of a URL is', async () => {
  const server = await listen(reflecting())
  const url = server.url.replace('//', `//user:${encodeURIComponent(CANARIES.password)}@`)
  expect(leaked(await everythingOf('-t', url), CANARIES.password)).toEqual([])
  await server.close()
})

test('no password of a proxy is', async () => {
  const proxy = await listen(reflecting())
  const url = proxy.url.replace('//', `//user:${encodeURIComponent(CANARIES.proxy)}@`)
  vi.stubEnv('HTTP_PROXY', url)
  expect(leaked(await everythingOf('-t', 'http://target.invalid'), CANARIES.proxy)).toEqual([])
  await proxy.close()
})

test('a password in the URL of the document is refused and not printed', async () => {
  const refused = await invoke(
    'run',
    '--spec',
    `http://user:${CANARIES.password}@127.0.0.1/openapi`,
  )
  expect(refused.code).toBe(2)
  expect(leaked(refused.stdout + refused.stderr, CANARIES.password)).toEqual([])
})

test('a password in a URL without its flag is refused and not printed', async () => {
  const refused = await invoke('run', `http://user:${CANARIES.password}@127.0.0.1`)
  expect(refused.stderr).toContain('-t URL')
  expect(refused.code).toBe(2)
  expect(leaked(refused.stdout + refused.stderr, CANARIES.password)).toEqual([])
})

test('a token where the name of its variable should be is refused and not printed', async () => {
  const refused = await invoke('run', '--token-env', CANARIES.token)
  expect(refused.code).toBe(2)
  expect(leaked(refused.stdout + refused.stderr, CANARIES.token)).toEqual([])
})

test('a command of --files is not in the report: it may hold one', async () => {
  const out = join(folder, 'run')
  const command = `command:printf ${CANARIES.field}`
  await invoke('run', '--only', 'deleted/status', '--files', command, '--out', out)
  expect(leaked(readFileSync(join(out, 'report.json'), 'utf8'), CANARIES.field)).toEqual([])
})
