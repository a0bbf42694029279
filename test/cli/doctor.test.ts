import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { both, intercepting } from '../../fixtures/faults/alter.ts'
import { ACCOUNTS, EVERYBODY } from '../../fixtures/server/accounts.ts'
import { type FilesApiOptions, filesApi } from '../../fixtures/server/files-api.ts'
import { deletedReply, json, problem } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { createStore, type IssueId } from '../../fixtures/server/store.ts'
import {
  assistantsAlone,
  counting,
  listOfPurpose,
  restarting,
  withoutReads,
  withoutUploads,
} from '../../fixtures/variants/alterations.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import { invoke } from './invoke.ts'
import { always, closedUrl, handling, startStub, withoutProxy } from './stub-server.ts'

const [KEY = '', SECOND = ''] = ACCOUNTS.keys()

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', undefined)
})
afterEach(() => vi.unstubAllEnvs())

interface Started extends FilesApiOptions {
  readonly alter?: Alteration
  readonly issue?: IssueId
  /** Files of others that are there. */
  readonly others?: number
}

/** Starts the reference server, altered, and counts its requests and files. */
async function started({
  alter = (handle) => handle,
  issue,
  others = 0,
  ...options
}: Started = {}) {
  const store = createStore(issue)
  const account = [...(options.accounts?.values() ?? [EVERYBODY])][0] ?? ''
  for (let made = 0; made < others; made += 1) {
    store.add({ account, filename: `theirs-${made}`, purpose: 'batch', content: Buffer.from('x') })
  }
  const theirs = store.list(account).map(({ id }) => id)
  const { url, received } = await startStub(handling(alter(filesApi(store, options), store)))
  const living = () => store.list(account).map(({ id }) => id)
  return { url, received, living, theirs }
}

async function diagnosed(url: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await invoke('doctor', '-t', url, '--format', 'json', ...flags)
  expect(stderr).toBe('')
  const diagnosis = JSON.parse(stdout) as Diagnosis
  const outcomes = Object.fromEntries(diagnosis.checks.map(({ name, outcome }) => [name, outcome]))
  return { code, diagnosis, outcomes }
}

describe('doctor', () => {
  test('finds that a server can be tested, and says with which command', async () => {
    const { url, received } = await started()
    const { code, stdout, stderr } = await invoke('doctor', '-t', url)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ {2}yes takes files +POST \/v1\/files answered 200$/m)
    expect(stdout).toMatch(/^ {2}yes which is then gone +GET \/v1\/files\/… answered 404$/m)
    expect(stdout).toMatch(/^ {2}security\/token-needed, \S+ and 2 more: needs auth/m)
    expect(stdout).toContain(`Next      delete-conformance run -t ${url}\n`)
    expect(stdout).toContain(`Sent      ${received.length} requests; 1 file made, all deleted\n`)
  })

  /** Makes no file, and gives the id of one that is there. */
  const answersWithAnother: Alteration = (handle, store) => async (request) =>
    request.method === 'POST' ? json(200, { id: store.list(EVERYBODY)[0]?.id }) : handle(request)
  const isBusy = intercepting(() => problem(503, 'Later.'))
  const onlyLists = intercepting(({ method, target }) =>
    method === 'GET' && target.startsWith('/v1/files/') ? problem(404, 'Not here.') : undefined,
  )
  const refusesDeletion = intercepting(({ method }) =>
    method === 'DELETE' ? problem(405, 'Not here.') : undefined,
  )
  test.each<[string, Started, (readonly string[])?]>([
    ['conforms', {}],
    ['has two accounts', { accounts: ACCOUNTS }],
    ['takes one form of uploads', { alter: assistantsAlone() }],
    ['wants a purpose for its list', { alter: both(listOfPurpose(), assistantsAlone()) }],
    ['counts its ids', { issue: counting(1) }],
    ['holds files of others', { others: 50 }],
    ['counts its ids and holds files of others', { issue: counting(1), others: 50 }],
    ['has no reads', { alter: withoutReads() }],
    ['has no uploads', { alter: withoutUploads() }],
    ['drops connections', { alter: restarting(5) }],
    ['has no deletion', { alter: refusesDeletion }],
    ['is busy', { alter: isBusy }],
    ['is only read', { others: 5 }, ['--read-only']],
    ['answers uploads with files of others', { others: 5, alter: answersWithAnother }],
    [
      'answers uploads with files of others, which it does not show',
      { others: 5, alter: both(answersWithAnother, onlyLists) },
    ],
  ])(
    'sends at most twelve requests to a server that %s, and touches nothing of others',
    async (_, options, flags = []) => {
      const server = await started(options)
      if (options.accounts !== undefined) {
        vi.stubEnv('CONFORMANCE_TOKEN', KEY)
        vi.stubEnv('CONFORMANCE_SECOND_TOKEN', SECOND)
      }
      const { diagnosis } = await diagnosed(server.url, ...flags)
      expect(server.received.length).toBeLessThanOrEqual(12)
      expect(diagnosis.requests).toBe(server.received.length)
      expect(server.living()).toEqual(expect.arrayContaining(server.theirs))
      // Of what was not answered for good, nobody knows.
      const isUnknown = options.alter === isBusy
      const stayed = server.living().length - server.theirs.length
      expect(stayed).toBe(options.alter === refusesDeletion ? 1 : 0)
      expect(diagnosis.files.left).toHaveLength(isUnknown ? 1 : stayed)
    },
  )

  test('deletes nothing that an upload was answered with and others could own, and says so', async () => {
    // Its list has more pages, and nothing can be read.
    const another: Alteration = (handle, store) => async (request) =>
      request.method === 'POST' ? json(200, { id: store.list(EVERYBODY)[0]?.id }) : handle(request)
    const server = await started({ others: 150, alter: both(another, onlyLists) })
    const { code, outcomes, diagnosis } = await diagnosed(server.url)
    expect(server.living()).toEqual(server.theirs)
    expect({ code, outcome: outcomes.upload }).toEqual({ code: 3, outcome: 'no' })
    expect(diagnosis.files).toEqual({ created: 0, left: [] })
  })

  test('stops after a deletion that took a file of others, and says so', async () => {
    const takesOldest: Alteration = (handle, store) => async (request) => {
      if (request.method !== 'DELETE') return handle(request)
      const oldest = store.list(EVERYBODY).find(({ filename }) => filename.startsWith('theirs'))
      if (oldest !== undefined) store.remove(EVERYBODY, oldest.id)
      return deletedReply(oldest?.id ?? '')
    }
    const server = await started({ others: 3, alter: takesOldest })
    const { code, stdout } = await invoke('doctor', '-t', server.url)
    expect(code).toBe(3)
    expect(stdout).toMatch(/no {2}and nothing else +1 of 3 listed files are gone/)
    expect(server.received.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
    expect(stdout).toMatch(/^Sent .* left behind: /m)
  })

  test('removes what a refused upload has stored all the same', async () => {
    const storesRefused: Alteration = (handle) => async (request) => {
      const reply = await handle(request)
      return request.method === 'POST' ? problem(400, 'Not this one.') : reply
    }
    const server = await started({ alter: storesRefused })
    const { code, diagnosis } = await diagnosed(server.url)
    expect(code).toBe(3)
    expect(server.received.length).toBeLessThanOrEqual(12)
    expect(server.living()).toHaveLength(diagnosis.files.left.length)
  })

  test('finds a second token of the same account, and files that are not there', async () => {
    const one = new Map([...ACCOUNTS.keys()].map((key) => [key, 'one'] as const))
    vi.stubEnv('CONFORMANCE_TOKEN', KEY)
    vi.stubEnv('CONFORMANCE_SECOND_TOKEN', SECOND)
    const shared = await started({ accounts: one })
    const { outcomes } = await diagnosed(shared.url)
    expect(outcomes['second-account']).toBe('no')
    const ids = join(mkdtempSync(join(tmpdir(), 'doctor-')), 'ids.txt')
    writeFileSync(ids, 'file-that-is-not-there\n')
    const { code } = await diagnosed((await started()).url, '--files', `ids:${ids}`)
    expect(code).toBe(3)
  })

  test('names the flags that a run needs, too', async () => {
    vi.stubEnv('STAGING', KEY)
    const { url } = await started({ accounts: ACCOUNTS })
    const { stdout } = await invoke(
      'doctor',
      '-t',
      url,
      '--token-env',
      'STAGING',
      '-H',
      'X-Tenant: 7',
    )
    expect(stdout).toContain(
      `\nNext      delete-conformance run -t ${url} --token-env STAGING -H "x-tenant: $X_TENANT"\n`,
    )
  })

  test('sees from the files of others whether ids can be guessed', async () => {
    const [drawn, counted] = [
      await started({ others: 20 }),
      await started({ issue: counting(1), others: 20 }),
    ]
    expect((await diagnosed(drawn.url)).outcomes.ids).toBe('yes')
    const { outcomes, diagnosis } = await diagnosed(counted.url)
    expect(outcomes.ids).toBe('no')
    expect(diagnosis.checks.at(-1)?.advice).toContain('--disposable')
  })

  test.each<[string, Started, RegExp]>([
    [
      'asks for a token',
      { accounts: ACCOUNTS },
      /put a token into CONFORMANCE_TOKEN, or add a header field with -H/,
    ],
    ['has no uploads', { alter: withoutUploads() }, /--files ids:FILE or --files command:CMD/],
    ['has no deletion', { alter: refusesDeletion }, /see whether this is the path of the document/],
  ])('says what to set for a server that %s, and fails with 3', async (_, options, advice) => {
    const { url } = await started(options)
    const { code, stdout } = await invoke('doctor', '-t', url)
    expect(code).toBe(3)
    expect(stdout).toMatch(/^Verdict {3}not ready$/m)
    expect(stdout.match(/^Next .*/m)?.[0]).toMatch(advice)
    expect(stdout.trimEnd()).toMatch(/; then again: delete-conformance doctor -t \S+$/)
  })

  test('asks a server once that does not answer, or lets nobody in', async () => {
    const { code, diagnosis } = await diagnosed(await closedUrl())
    expect(code).toBe(3)
    expect(diagnosis.requests).toBe(1)
    expect(diagnosis.checks).toEqual([
      {
        name: 'answers',
        outcome: 'no',
        found: expect.stringContaining('connection refused'),
        advice: 'start the server, or correct -t',
      },
    ])
    const closed = await startStub(always(403))
    vi.stubEnv('CONFORMANCE_TOKEN', 'a-token-that-it-does-not-know')
    expect((await diagnosed(closed.url)).outcomes).toEqual({ answers: 'yes', credentials: 'no' })
    expect(closed.received).toHaveLength(2)
  })

  test('says that a server speaks no TLS', async () => {
    const { url } = await started()
    const { stdout } = await invoke('doctor', '-t', url.replace('http:', 'https:'))
    expect(stdout).toContain('TLS failed: the server speaks plain HTTP; try http:// (')
    expect(stdout).toMatch(
      /^Next {6}if the server speaks plain HTTP, use http:\/\/; .*; then again/m,
    )
  })
})

test('a base URL that ends as the path of the document begins is refused, with the right one', async () => {
  const { url, received } = await started()
  for (const path of ['/v1', '/v1/', '/v1/files']) {
    const { code, stderr } = await invoke('run', '-t', url + path)
    expect(code).toBe(2)
    expect(stderr).toMatch(new RegExp(`^--target ${url}/v1.*; accepted is ${url}\n$`))
  }
  expect(received).toHaveLength(0)
})
