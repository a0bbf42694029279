import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Report } from '../../model/report.ts'
import type { RunVerdict } from '../../model/verdict.ts'
import { type Invocation, invoke } from './invoke.ts'
import { always, closedUrl, startStub, startTlsStub, withoutProxy } from './stub-server.ts'

const TOKEN = 'token-that-nobody-may-read'
/** One year, in seconds: too long to wait. */
const A_YEAR = String(365 * 24 * 60 * 60)

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Run, and its files in the folder of `--out`. */
interface Outcome extends Invocation {
  readonly report: Report
  /** Everything that was printed or written. */
  readonly everything: string
}

/** Runs all requirements against a target, with a report. */
async function run(url: string, ...flags: readonly string[]): Promise<Outcome> {
  const out = mkdtempSync(join(tmpdir(), 'targets-in-trouble-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  const invocation = await invoke(
    'run',
    '-t',
    url,
    '--runs',
    '5',
    '--settle',
    '1ms',
    '--out',
    out,
    ...flags,
  )
  const { stdout, stderr } = invocation
  expect(existsSync(join(out, 'report.json')), stderr).toBe(true)
  const files = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))
  return {
    ...invocation,
    report: JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report,
    everything: [stdout, stderr, ...files].join('\n'),
  }
}

/** Expects the reason in the line of the verdict and in the report, and no crash. */
function expectVerdict(
  { code, stdout, stderr, report }: Outcome,
  verdict: RunVerdict,
  reason: RegExp,
): void {
  const line = stdout.split('\n').find((one) => one.startsWith('Verdict ')) ?? ''
  expect(line).toContain(`${verdict}: `)
  expect(line).toMatch(reason)
  expect(report.verdict).toBe(verdict)
  expect(report.reasons.join('; ')).toMatch(reason)
  expect(stdout + stderr).not.toContain('    at ')
  expect(stderr).toBe('')
  expect(code).toBe(verdict === 'non-conforming' ? 1 : 3)
  const last = stdout.trimEnd().split('\n').at(-1)
  if (code === 3) expect(last).toMatch(/^Next {6}.*delete-conformance \S+ .*-t /)
}

const documentedNotFound = { error: { message: 'No such file', type: 'invalid_request_error' } }

interface Unreachable {
  readonly start: () => Promise<string>
  readonly flags?: readonly string[]
  readonly reason: RegExp
}

test.each<[target: string, Unreachable]>([
  [
    'a port on which nothing listens',
    { start: closedUrl, reason: /connection refused \(ECONNREFUSED\)/ },
  ],
  [
    'a host name that does not resolve',
    {
      start: async () => 'http://nohost.invalid',
      reason: /the host name cannot be resolved \(\w+\)/,
    },
  ],
  [
    'a certificate that nobody vouches for',
    {
      start: async () => (await startTlsStub('loopback', always(200))).url,
      reason: /TLS failed: self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    },
  ],
  [
    'a server that speaks no TLS where https was asked for',
    {
      start: async () => (await startStub(always(200))).url.replace('http:', 'https:'),
      reason: /TLS failed/,
    },
  ],
  [
    'a server that accepts and never answers',
    {
      start: async () => (await startStub(() => undefined)).url,
      flags: ['--timeout', '200ms'],
      reason: /no answer within 200 ms/,
    },
  ],
  [
    'a server that resets every connection',
    {
      start: async () => (await startStub(({ socket }) => socket.resetAndDestroy())).url,
      reason: /the connection ended without an answer \(ECONNRESET\)/,
    },
  ],
])('is inconclusive about %s, and says why', async (_, { start, flags = [], reason }) => {
  const outcome = await run(await start(), ...flags)
  expectVerdict(outcome, 'inconclusive', reason)
  expect(outcome.report.requirements.map(({ verdict }) => verdict)).not.toContain('passed')
  expect(outcome.report.observed).toEqual({})
})

test.each([401, 403])(
  'is inconclusive about a target that answers %i to everything, and asks for a token',
  async (status) => {
    const { url } = await startStub(always(status))
    const reason = new RegExp(
      `answered ${status}: no credentials are configured: .*CONFORMANCE_TOKEN`,
    )
    const outcome = await run(url)
    expectVerdict(outcome, 'inconclusive', reason)
    expect(outcome.stdout).toMatch(
      new RegExp(
        `^Answers   none to a tested deletion; to other requests \\d+ with ${status}$`,
        'm',
      ),
    )
  },
)

test.each([401, 403])(
  'is inconclusive about a target that answers %i to a token, and never shows the token',
  async (status) => {
    vi.stubEnv('CONFORMANCE_TOKEN', TOKEN)
    const { url, received } = await startStub(always(status, { you: `sent ${TOKEN}` }))
    const outcome = await run(url)
    const reason = new RegExp(`answered ${status}: the credentials .*CONFORMANCE_TOKEN.*accepted`)
    expectVerdict(outcome, 'inconclusive', reason)
    expect(received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
    expect(outcome.everything).not.toContain(TOKEN)
  },
)

test.each<[secret: string, given: { env?: string; userInfo?: string; flags?: readonly string[] }]>([
  ['a token', { env: TOKEN }],
  ['a field of -H', { flags: ['-H', `X-Api-Key: ${TOKEN}`] }],
  ['a token in a field of -H', { flags: ['-H', `Authorization: Bearer ${TOKEN}`] }],
  ['a password in the URL', { userInfo: `user:${TOKEN}@` }],
])('never shows %s that a violating target sends back', async (_, given) => {
  const { env, userInfo = '', flags = [] } = given
  vi.stubEnv('CONFORMANCE_TOKEN', env)
  const { url } = await startStub(always(418, { you: `sent ${TOKEN}` }, { 'x-echo': TOKEN }))
  const outcome = await run(url.replace('//', `//${userInfo}`), ...flags)
  expect(outcome.code).toBe(1)
  expect(outcome.everything.includes(TOKEN)).toBe(false)
})

test('is inconclusive about a stub that answers everything with the documented 404', async () => {
  const { url } = await startStub(always(404, documentedNotFound))
  const outcome = await run(url)
  expectVerdict(outcome, 'inconclusive', /no file could be uploaded: POST \/v1\/files answered 404/)
  expect(outcome.report.totals.failed).toBe(0)
})

test('finds a stub non-conforming that answers everything with a documented deletion', async () => {
  const { url } = await startStub(always(200, { id: 'x', object: 'file', deleted: true }))
  const outcome = await run(url)
  expectVerdict(outcome, 'non-conforming', /MUSTs are violated/)
  const failed = outcome.report.requirements.filter(({ verdict }) => verdict === 'failed')
  expect(failed.map(({ id }) => id)).toContain('effect/not-retrievable')
})

test('finds a target non-conforming that answers 500 to everything', async () => {
  const { url } = await startStub(always(500))
  const outcome = await run(url)
  expectVerdict(outcome, 'non-conforming', /1 MUST is violated/)
  const failed = outcome.report.requirements.filter(({ verdict }) => verdict === 'failed')
  expect(failed.map(({ id }) => id)).toEqual(['not-found/never-issued'])
})

test.each([429, 503])(
  'does not wait for a target that answers %i and asks for a year of patience',
  { timeout: 30_000 },
  async (status) => {
    const { url } = await startStub(always(status, {}, { 'retry-after': A_YEAR }))
    const reason = new RegExp(`answered ${status} after 1 attempt`)
    const outcome = await run(url)
    expectVerdict(outcome, 'inconclusive', reason)
    expect(outcome.stdout).toMatch(
      new RegExp(
        `^Answers   none to a tested deletion; to other requests \\d+ with ${status}$`,
        'm',
      ),
    )
  },
)

test('counts the time that a target was waited for', async () => {
  const { url } = await startStub(() => undefined)
  const { report } = await run(url, '--timeout', '200ms')
  expect(report.durationMs).toBeGreaterThanOrEqual(190)
})

test('a second token that is not accepted leaves undecided what needs another account', async () => {
  const server = await startReferenceServer({ accounts: new Map([[TOKEN, 'one']]) })
  onTestFinished(server.close)
  vi.stubEnv('CONFORMANCE_TOKEN', TOKEN)
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', 'an-expired-token-of-another')
  const outcome = await run(server.url, '--only', 'security/own-files-only')
  expectVerdict(outcome, 'inconclusive', /the second token is answered 401/)
})
