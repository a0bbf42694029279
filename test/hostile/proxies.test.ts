import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import { createStore } from '../../fixtures/server/store.ts'
import {
  always,
  closedUrl,
  forwarding,
  handling,
  type Respond,
  startStub,
  startTlsStub,
  withoutProxy,
} from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst, WATCHED } from './outcome.ts'
import { http, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

/** The page with which a proxy says that it does not reach a server. */
const page =
  (status: number): Respond =>
  (request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>ERR_CONNECT_FAIL</html>')
  }

test.each([407, 502, 503, 504])(
  'is inconclusive about a target that a proxy answers for with %i',
  async (status) => {
    const proxy = await startStub(page(status))
    vi.stubEnv('HTTP_PROXY', proxy.url)
    const outcome = await runAgainst('http://target.invalid', ...WATCHED)
    expectUndecided(outcome, /proxy/i)
    expect(outcome.report.reasons.join()).toContain(String(status))
  },
)

test('is inconclusive about single answers that may be those of a proxy', async () => {
  const { url } = await startStub(handling(filesApi(createStore())))
  let requests = 0
  const forward = forwarding()
  const proxy = await startStub((request, response) => {
    requests += 1
    return requests % 20 === 0 ? page(502)(request, response) : forward(request, response)
  })
  vi.stubEnv('HTTP_PROXY', proxy.url)
  const outcome = await runAgainst(url, ...WATCHED)
  expectUndecided(outcome, /502 came through a proxy \(HTTP_PROXY\), and may be its own answer/)
})

test.each([407, 502, 503])(
  'is inconclusive about a target to which a proxy opens no tunnel, and answers %i',
  async (status) => {
    const { url, received } = await startTlsStub('loopback', always(200))
    const proxy = await startSpoiled({ when: () => true, spoil: () => http(status, {}) })
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    const outcome = await runAgainst(url, '--insecure')
    expectUndecided(outcome, new RegExp(`not reached through the proxy: .*${status}`))
    expect(received).toEqual([])
    expect(proxy.received[0]?.method).toBe('CONNECT')
  },
)

test('is inconclusive where nothing listens in the place of the proxy', async () => {
  vi.stubEnv('HTTP_PROXY', await closedUrl())
  expectUndecided(await runAgainst('http://target.invalid'), /connection refused/)
})

test.each([500, 418])(
  'judges a %i that came through a proxy: it is the target’s',
  async (status) => {
    const { url } = await startStub(page(status))
    const proxy = await startStub(forwarding())
    vi.stubEnv('HTTP_PROXY', proxy.url)
    expect((await runAgainst(url, ...WATCHED)).report.verdict).toBe('non-conforming')
  },
)

test.each([502, 504])('judges a %i of the target itself, past the proxy', async (status) => {
  const { url } = await startStub(page(status))
  vi.stubEnv('HTTP_PROXY', await closedUrl())
  vi.stubEnv('NO_PROXY', '127.0.0.1')
  const outcome = await runAgainst(url, ...WATCHED)
  expect(outcome.of('not-found/never-issued').violations[0]?.received).toBe(String(status))
})
