import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { json, type ServerRequest } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServer,
  type ReferenceServerOptions,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { createStore } from '../../fixtures/server/store.ts'
import type { Report } from '../../model/report.ts'
import { type Invocation, invoke } from './invoke.ts'
import {
  always,
  forwarding,
  handling,
  pemFile,
  startStub,
  startTlsStub,
  startTunnel,
  withoutProxy,
} from './stub-server.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const ONE_DELETION = ['--only', 'deleted/status']
/** Words for requests of all kinds, on shared and on separate connections, with the configured credentials. */
const ALL_KINDS = ['--only', 'deleted/,not-found/,http/adorned,http/own-answer']

function run(url: string, ...flags: readonly string[]): Promise<Invocation> {
  return invoke('run', '-t', url, '--runs', '5', ...flags)
}

/** Starts a conforming server that keeps what it received, and when (`performance.now()`). */
interface Conforming extends Pick<ReferenceServer, 'url' | 'store'> {
  readonly received: readonly (ServerRequest & { readonly atMs: number })[]
}

async function startConforming(options: ReferenceServerOptions = {}): Promise<Conforming> {
  const received: (ServerRequest & { atMs: number })[] = []
  const keep: Alteration = (handle) => (request) => {
    received.push({ ...request, atMs: performance.now() })
    return handle(request)
  }
  const { alterations = [] } = options
  const server = await startReferenceServer({ ...options, alterations: [...alterations, keep] })
  onTestFinished(() => server.close())
  return { url: server.url, store: server.store, received }
}

describe('TLS', () => {
  const startTlsServer = (certificate: 'loopback' | 'elsewhere') =>
    startTlsStub(certificate, handling(filesApi(createStore())))

  test('trusts the certificate of --ca', async () => {
    const { url } = await startTlsServer('loopback')
    const { code, stdout } = await run(url, ...ALL_KINDS, '--ca', pemFile('loopback'))
    expect(stdout).toMatch(/^Verdict {3}conforming/m)
    expect(code).toBe(0)
  })

  test('trusts any certificate with --insecure', async () => {
    const { url } = await startTlsServer('elsewhere')
    expect(await run(url, ...ALL_KINDS, '--insecure')).toMatchObject({ code: 0, stderr: '' })
  })

  test('refuses a trusted certificate that is for another host', async () => {
    const { url, received } = await startTlsServer('elsewhere')
    const { code, stdout } = await run(url, '--ca', pemFile('elsewhere'))
    expect(stdout).toMatch(/TLS failed: .*ERR_TLS_CERT_ALTNAME_INVALID/)
    expect(code).toBe(3)
    expect(received).toEqual([])
  })

  test('refuses a certificate that another authority vouches for', async () => {
    const { url, received } = await startTlsServer('loopback')
    const { code, stdout } = await run(url, '--ca', pemFile('elsewhere'))
    expect(stdout).toMatch(/TLS failed: .*DEPTH_ZERO_SELF_SIGNED_CERT/)
    expect(code).toBe(3)
    expect(received).toEqual([])
  })
})

describe('proxies', () => {
  test('sends everything for a plain http target through HTTP_PROXY', async () => {
    const target = await startConforming()
    const proxy = await startStub(forwarding())
    vi.stubEnv('HTTP_PROXY', proxy.url)
    expect(await run(target.url, ...ALL_KINDS)).toMatchObject({ code: 0 })
    expect(proxy.received.map((request) => request.target).sort()).toEqual(
      target.received.map((request) => target.url + request.target).sort(),
    )
  })

  test('goes past HTTP_PROXY to a host that NO_PROXY names', async () => {
    const target = await startConforming()
    const proxy = await startStub(forwarding())
    vi.stubEnv('HTTP_PROXY', proxy.url)
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    expect(await run(target.url, ...ONE_DELETION)).toMatchObject({ code: 0 })
    expect(proxy.received).toEqual([])
  })

  test('tunnels through HTTPS_PROXY to an https target, and still checks its certificate', async () => {
    const target = await startTlsStub('loopback', handling(filesApi(createStore())))
    const proxy = await startTunnel()
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    const trusting = await run(target.url, ...ONE_DELETION, '--ca', pemFile('loopback'))
    expect(trusting.stdout).toMatch(/^Verdict {3}conforming/m)
    expect(proxy.received.map((request) => request.target)).toContain(new URL(target.url).host)
    const { code, stdout } = await run(target.url, ...ONE_DELETION)
    expect(stdout).toContain('TLS failed')
    expect(code).toBe(3)
  })

  test('is inconclusive where nothing listens at the proxy', async () => {
    const target = await startConforming()
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1')
    const { code, stdout } = await run(target.url, ...ONE_DELETION)
    expect(stdout).toMatch(/^Verdict {3}inconclusive: .*connection refused/m)
    expect(code).toBe(3)
    expect(target.received).toEqual([])
  })

  test('keeps the embedded reference server out of any proxy', async () => {
    const proxy = await startStub(forwarding())
    vi.stubEnv('HTTP_PROXY', proxy.url)
    expect(await invoke('run', '--runs', '5', ...ONE_DELETION)).toMatchObject({ code: 0 })
    expect(proxy.received).toEqual([])
  })
})

describe('what goes with every request', () => {
  test.each(['/api', '/api/', '/a%2Fb/c~d'])('keeps the base path %s', async (path) => {
    const basePath = path.replace(/\/$/, '')
    const target = await startConforming({ basePath })
    expect(await run(target.url + path, ...ALL_KINDS)).toMatchObject({ code: 0 })
    const elsewhere = target.received.filter(
      (request) => !request.target.startsWith(`${basePath}/v1/files`),
    )
    expect(elsewhere).toEqual([])
  })

  test('adds the header fields of -H to every request', async () => {
    const target = await startConforming()
    const flags = ['-H', 'X-Tenant: blue, green', '-H', 'X-Trace:7']
    const { code, stdout, stderr } = await run(target.url, ...ALL_KINDS, ...flags)
    expect(code).toBe(0)
    expect(new Set(target.received.map(({ headers }) => headers['x-tenant']))).toEqual(
      new Set(['blue, green']),
    )
    expect(new Set(target.received.map(({ headers }) => headers['x-trace']))).toEqual(
      new Set(['7']),
    )
    expect(stdout + stderr).not.toContain('blue, green')
  })

  test('sends the User-Agent of -H in the place of its own, which is verified by its name alone', async () => {
    const target = await startConforming()
    const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-agent-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const out = join(folder, 'run')
    const agent = ['-H', 'User-Agent: curl/8.5.0', '--out', out]
    expect(await run(target.url, ...ALL_KINDS, ...agent)).toMatchObject({ code: 0 })
    const agents = target.received.map(({ headers }) => headers['user-agent'])
    expect(new Set(agents)).toEqual(new Set(['curl/8.5.0']))
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    expect(report.target).toMatchObject({ headerNames: ['user-agent'], authenticated: false })
  })

  test('sends the token of CONFORMANCE_TOKEN as a bearer token', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', 'key-of-alice')
    const target = await startConforming({ accounts: new Map([['key-of-alice', 'alice']]) })
    const { code, stdout, stderr } = await run(target.url, ...ALL_KINDS)
    expect(code).toBe(0)
    expect(authorizations(target)).toEqual(new Set(['Bearer key-of-alice']))
    expect(stdout + stderr).not.toContain('key-of-alice')
  })

  test('sends the token of the variable that --token-env names, and not the other', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', 'key-of-alice')
    vi.stubEnv('STAGING_KEY', 'key-of-bob')
    const target = await startConforming({ accounts: new Map([['key-of-bob', 'bob']]) })
    const invocation = await run(target.url, ...ONE_DELETION, '--token-env', 'STAGING_KEY')
    expect(invocation).toMatchObject({ code: 0 })
    expect(authorizations(target)).toEqual(new Set(['Bearer key-of-bob']))
  })

  test('sends user information of the URL as Basic credentials, and never prints it', async () => {
    const target = await startConforming()
    const url = target.url.replace('//', '//alice:s3cr%40t-word@')
    const { code, stdout, stderr } = await run(url, ...ALL_KINDS)
    const credentials = Buffer.from('alice:s3cr@t-word').toString('base64')
    expect(code).toBe(0)
    expect(authorizations(target)).toEqual(new Set([`Basic ${credentials}`]))
    for (const secret of ['s3cr%40t', 's3cr@t', credentials]) {
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  test('never prints user information of the URL where something is violated', async () => {
    const { url } = await startStub(always(418, { error: 'teapot' }))
    const { code, stdout, stderr } = await run(url.replace('//', '//alice:s3cr%40t-word@'))
    expect(code).toBe(1)
    expect(stdout + stderr).not.toMatch(/s3cr(%40|@)t|alice/)
  })
})

function authorizations({ received }: Conforming): ReadonlySet<string | undefined> {
  return new Set(received.map(({ headers }) => headers.authorization))
}

test.each([301, 302, 303, 307, 308])('never follows a %i to another place', async (status) => {
  const elsewhere = await startStub(always(200, { id: 'x', object: 'file', deleted: true }))
  const redirect = json(status, {}, { location: `${elsewhere.url}/v1/files/x` })
  const target = await startConforming({
    alterations: [
      (handle) => async (request) => (request.method === 'DELETE' ? redirect : handle(request)),
    ],
  })
  const { code, stdout } = await run(target.url, '--only', 'deleted/,not-found/')
  expect(elsewhere.received).toEqual([])
  expect(stdout).toContain(`received  ${status}`)
  expect(code).toBe(1)
})

describe('pace', () => {
  test('sends no faster than --rate', async () => {
    const target = await startConforming()
    const flags = ['--only', 'not-found/never-issued', '--files', 'none']
    // What is imported by the first run takes no part in the time of the second.
    await run(target.url, ...flags)
    const before = target.received.length
    const startMs = performance.now()
    expect(await run(target.url, ...flags, '--rate', '10/s')).toMatchObject({ code: 0 })
    const arrivals = target.received.slice(before)
    expect(arrivals.length).toBeGreaterThanOrEqual(4)
    // Counted from the start of the run: the first request itself may arrive late.
    const spanMs = (arrivals.at(-1)?.atMs ?? 0) - startMs
    expect(spanMs).toBeGreaterThanOrEqual((arrivals.length - 1) * 100)
  })

  test('has one request under way with --concurrency 1', async () => {
    let underWay = 0
    let most = 0
    const counting: Alteration = (handle) => async (request) => {
      underWay += 1
      most = Math.max(most, underWay)
      // Time for another to arrive.
      await new Promise(setImmediate)
      const reply = await handle(request)
      underWay -= 1
      return reply
    }
    const target = await startConforming({ alterations: [counting] })
    expect(await run(target.url, ...ALL_KINDS, '--concurrency', '1')).toMatchObject({ code: 0 })
    expect(most).toBe(1)
  })

  test('has as many requests under way as --concurrency says', async () => {
    let deletions = 0
    let release: (value?: unknown) => void
    const three = new Promise((resolve) => {
      release = resolve
    })
    const together: Alteration = (handle) => async (request) => {
      if (request.method === 'DELETE') deletions += 1
      // The first request checks that the target answers; the next three wait for one another.
      if (deletions === 4) release()
      if (request.method === 'DELETE' && deletions > 1) await three
      return handle(request)
    }
    const target = await startConforming({ alterations: [together] })
    const flags = ['--only', 'not-found/never-issued', '--files', 'none', '--timeout', '5s']
    expect(await run(target.url, ...flags, '--concurrency', '3')).toMatchObject({ code: 0 })
  })
})

describe('patience', () => {
  test('sends again what was answered 429, and still conforms', async () => {
    const refused = new Set<string>()
    const target = await startConforming({
      alterations: [
        (handle) => async (request) => {
          const key = `${request.method} ${request.target}`
          if (refused.has(key)) return handle(request)
          refused.add(key)
          return json(429, {}, { 'retry-after': '0' })
        },
      ],
    })
    const { code, stdout } = await run(target.url, ...ALL_KINDS)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Verdict {3}conforming/m)
    expect(stdout).not.toMatch(/^Observed .*429/m)
    expect(target.store.size).toBe(0)
  })

  test.each([
    [429, 'in seconds', '1', 1000],
    [503, 'in seconds', '1', 1000],
    [429, 'by a date that is past', new Date(0).toUTCString(), 0],
  ])('waits as long as a %i asks for %s', async (status, _, wait, leastMs) => {
    let answers = 0
    const target = await startConforming({
      alterations: [
        (handle) => async (request) => {
          answers += 1
          return answers === 1 ? json(status, {}, { 'retry-after': wait }) : handle(request)
        },
      ],
    })
    expect(await run(target.url, ...ONE_DELETION)).toMatchObject({ code: 0 })
    const [first, second] = target.received
    expect(second?.target).toBe(first?.target)
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(leastMs)
  })

  /** Answers 409 to the first deletion of each file. */
  const busyAtFirst = (): { readonly busy: ReadonlySet<string>; readonly alter: Alteration } => {
    const busy = new Set<string>()
    const alter: Alteration = (handle, store) => async (request) => {
      const id = request.target.split('/').at(-1) ?? ''
      const there = request.method === 'DELETE' && store.find('everybody', id) !== undefined
      if (!there || busy.has(id)) return handle(request)
      busy.add(id)
      return json(409, { error: { message: 'still processing', type: 'conflict' } })
    }
    return { busy, alter }
  }

  test.each(['deleted/,not-found/', 'http/own-answer'])(
    'deletes again what was still being processed (409) right after its upload, of %s',
    async (only) => {
      const { busy, alter } = busyAtFirst()
      const target = await startConforming({ alterations: [alter] })
      const { code, stdout } = await run(target.url, '--only', only)
      expect(stdout).toMatch(/^Verdict {3}conforming/m)
      expect(stdout).not.toMatch(/^Observed .*409/m)
      expect(code).toBe(0)
      expect(busy.size).toBeGreaterThan(1)
    },
  )

  test('makes Node warn of nothing while many requests wait', async () => {
    const warnings: string[] = []
    const keep = ({ message }: Error) => warnings.push(message)
    process.on('warning', keep)
    onTestFinished(() => {
      process.off('warning', keep)
    })
    const target = await startConforming({ alterations: [busyAtFirst().alter] })
    await run(target.url, '--only', 'deleted/any-file', '--runs', '20')
    expect(warnings).toEqual([])
  })

  test('leaves no file behind where the last ones are still being processed (409)', async () => {
    const target = await startConforming({ alterations: [busyAtFirst().alter] })
    const { stdout } = await run(target.url, ...ONE_DELETION)
    expect(stdout).toMatch(/^Files .*none left behind/m)
    expect(target.store.size).toBe(0)
  })
})
