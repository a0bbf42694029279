import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { problem } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { withoutReads } from '../../fixtures/variants/alterations.ts'
import { type LedgerEntry, openLedger } from '../../harness/safety/ledger.ts'
import { stateFolder } from '../../library/run-folder.ts'
import { LEDGER_HEADER } from '../harness/made-up.ts'
import { invoke } from './invoke.ts'
import { always, pemFile, startStub, withoutProxy } from './stub-server.ts'

const { runId } = LEDGER_HEADER

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('CONFORMANCE_TARGET', undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('cleanup', () => {
  it.each([
    ['a ledger', 'ledger.ndjson'],
    ['the folder of --out', ''],
  ])('takes %s', async (_, name) => {
    const server = await serving()
    const folder = ownFolder()
    const id = upload(server, `${runId}.jsonl`)
    ledgerOf(server, join(folder, 'ledger.ndjson'), { event: 'owned', id })
    expect(await invoke('cleanup', join(folder, name), '-t', server.url)).toEqual({
      code: 0,
      stdout: `${server.url}: 1 file to remove, 0 left\n`,
      stderr: '',
    })
    expect(server.store.size).toBe(0)
    expect(existsSync(join(folder, 'ledger.ndjson'))).toBe(false)
  })

  it('removes files of the second account with its token, and leaves them without', async () => {
    const [first, second] = [...ACCOUNTS.keys()]
    vi.stubEnv('CONFORMANCE_TOKEN', first)
    vi.stubEnv('CONFORMANCE_SECOND_TOKEN', undefined)
    const server = await startReferenceServer({ accounts: ACCOUNTS })
    onTestFinished(() => server.close())
    const content = Buffer.from('{}\n')
    const made = { filename: `${runId}.jsonl`, purpose: 'batch', content }
    const own = server.store.add({ ...made, account: 'first' })
    const other = server.store.add({ ...made, account: 'second' })
    const path = join(ownFolder(), 'ledger.ndjson')
    const entries = [
      { event: 'owned', id: own.id },
      { event: 'uploading', upload: 2, by: 'second' },
      { event: 'owned', id: other.id, upload: 2, by: 'second' },
    ] as const
    ledgerOf(server, path, ...entries)
    const without = await invoke('cleanup', path, '-t', server.url)
    expect(without).toMatchObject({ code: 3 })
    expect(without.stdout).toContain(other.id)
    expect(without.stderr).toContain('put its token into CONFORMANCE_SECOND_TOKEN')
    expect(server.store.list('first')).toEqual([])
    expect(server.store.list('second')).toEqual([other])
    vi.stubEnv('CONFORMANCE_SECOND_TOKEN', second)
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.list('second')).toEqual([])
  })

  it('reads what --ca names once, so that it may be a pipe', async () => {
    const server = await serving()
    const folder = ownFolder()
    const id = upload(server, `${runId}.jsonl`)
    ledgerOf(server, join(folder, 'ledger.ndjson'), { event: 'owned', id })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    spawn('sh', ['-c', `cat '${pemFile('loopback')}' > '${pipe}'`])
    const words = ['cleanup', join(folder, 'ledger.ndjson'), '-t', server.url, '--ca', pipe]
    expect(await invoke(...words)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.size).toBe(0)
  })

  it('says that there is nothing to remove for the folder of a run that has left nothing', async () => {
    const folder = ownFolder()
    const { url } = await serving()
    expect(
      await invoke('run', '-t', url, '--only', 'deleted/status', '--out', folder),
    ).toMatchObject({ code: 0 })
    expect(await invoke('cleanup', folder)).toEqual({
      code: 0,
      stdout: `${folder}: nothing to remove, a run that leaves no file behind leaves no ledger\n`,
      stderr: '',
    })
  })

  it.each(['', '{"led', '{"ledger":2,"target":"http://127.0.0.1:1"'])(
    'says so for a ledger that ends within its first line, and removes it: %j',
    async (text) => {
      const path = join(ownFolder(), 'cut.ledger')
      writeFileSync(path, text)
      expect(await invoke('cleanup', path)).toEqual({
        code: 0,
        stdout: `${path}: nothing to remove, the run was stopped before it sent anything\n`,
        stderr: '',
      })
      expect(existsSync(path)).toBe(false)
    },
  )

  it('finds files of the run by their names, which a power cut has taken from its ledger', async () => {
    const server = await serving()
    const path = join(ownFolder(), 'run.ledger')
    const known = upload(server, `${runId}-1.jsonl`)
    upload(server, `${runId}-2.jsonl`)
    const foreign = upload(server, 'another.jsonl')
    ledgerOf(server, path, { event: 'owned', id: known })
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({
      code: 0,
      stdout: `${server.url}: 2 files to remove, 0 left\n`,
    })
    expect(server.store.list('everybody').map(({ id }) => id)).toEqual([foreign])
  })

  it.each([
    ['shows files', []],
    ['shows none', [withoutReads()]],
  ])('names what is still there alone, where a target %s', async (_, alterations) => {
    const kept = new Set<string>()
    const keeping: Alteration = (handle) => async (request) =>
      request.method === 'DELETE' && [...kept].some((id) => request.target.endsWith(id))
        ? problem(403, 'this one stays')
        : handle(request)
    const server = await serving(...alterations, keeping)
    const path = join(ownFolder(), 'run.ledger')
    const [stays, goes, lost, gone, found] = ['stays', 'goes', 'lost', 'gone', 'found'].map(
      (name) => upload(server, `${runId}-${name}.jsonl`),
    ) as [string, string, string, string, string]
    kept.add(stays)
    // One went under another spelling of its id, of which the ledger knows nothing; one with its answer lost.
    for (const id of [gone, lost]) server.store.remove('everybody', id)
    ledgerOf(
      server,
      path,
      ...[stays, goes, lost, gone, found].map((id) => ({ event: 'owned', id }) as const),
      ...[lost, found].map((id) => ({ event: 'deleting', id }) as const),
    )
    expect(await invoke('cleanup', path, '-t', server.url)).toEqual({
      code: 3,
      stdout: `${server.url}: 5 files to remove, 1 left\n  ${stays}\n`,
      stderr: '',
    })
    expect(server.store.list('everybody').map(({ id }) => id)).toEqual([stays])
    kept.clear()
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({
      code: 0,
      stdout: `${server.url}: 1 file to remove, 0 left\n`,
    })
    expect(server.store.size).toBe(0)
  })

  it('removes the evidence that a killed run without a folder has left beside its ledger', async () => {
    const server = await serving()
    const folder = stateFolder() ?? expect.unreachable()
    const evidence = join(folder, `test-${process.pid}.evidence.ndjson`)
    const other = join(folder, `test-${process.pid}-other.evidence.ndjson`)
    const path = join(folder, `test-${process.pid}.ledger`)
    onTestFinished(() => {
      for (const one of [evidence, other, path]) rmSync(one, { force: true })
    })
    ledgerOf(server, path, { event: 'owned', id: upload(server, `${runId}.jsonl`) })
    for (const one of [evidence, other]) writeFileSync(one, '{}\n')
    expect(await invoke('cleanup')).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('evidence'),
    })
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({ code: 0 })
    expect([evidence, other].map((one) => existsSync(one))).toEqual([false, true])
  })
})

describe('cleanup without a ledger', () => {
  it('names three of the ledgers that earlier runs left, and counts the others', async () => {
    const paths = Array.from({ length: 5 }, (_, nth) =>
      join(stateFolder() ?? '', `many-${nth}.ledger`),
    )
    onTestFinished(() => {
      for (const path of paths) rmSync(path, { force: true })
    })
    for (const path of paths) writeFileSync(path, '')
    const { code, stderr } = await invoke('cleanup')
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /: no ledger given; earlier runs left (\S+\.ledger,? ){3}and \d+ more\n$/,
    )
  })
})

describe('cleanup while a run goes on', () => {
  const running = { host: hostname(), pid: process.pid }

  it('refuses, names the process, and leaves files and ledger alone', async () => {
    const server = await serving()
    const path = join(ownFolder(), 'run.ledger')
    const id = upload(server, `${runId}.jsonl`)
    const header = { ...LEDGER_HEADER, target: server.url, process: running }
    const ledger = openLedger(path, header)
    ledger.note({ event: 'owned', id })
    expect(await invoke('cleanup', path)).toEqual({
      code: 2,
      stdout: '',
      stderr: `ledger ${path}: its run is still going on, as process ${process.pid}; it removes its files at its end, and after Ctrl-C or SIGTERM. If that process is another by now, accepted is --force\n`,
    })
    expect(server.store.size).toBe(1)
    expect(await invoke('cleanup', path, '-t', server.url, '--force')).toMatchObject({ code: 0 })
    expect(server.store.size).toBe(0)
  })

  it.each([
    ['has ended, though its process has not', [{ event: 'ended' }], running],
    ['was another machine’s', [], { ...running, host: `not-${hostname()}` }],
    // Where the system shows who has which file open; elsewhere, --force is for this.
    ...(existsSync('/proc/self/fd')
      ? ([['had the number that another process has now', [], { ...running, pid: 1 }]] as const)
      : []),
  ] as const)('does not where the run %s', async (_, entries, process) => {
    const server = await serving()
    const path = join(ownFolder(), 'run.ledger')
    const id = upload(server, `${runId}.jsonl`)
    const ledger = openLedger(path, { ...LEDGER_HEADER, target: server.url, process })
    for (const entry of [{ event: 'owned', id } as const, ...entries]) ledger.note(entry)
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.size).toBe(0)
  })
})

describe('cleanup and the target of its ledger', () => {
  it('asks for the target where there is no terminal, and sends nothing', async () => {
    const { url, received } = await startStub(always(404))
    const path = ledgerAt(url)
    expect(await invoke('cleanup', path)).toEqual({
      code: 2,
      stdout: '',
      stderr: `cleanup: the files of ledger ${path} are on ${url}; credentials go only to a server that you name, accepted is -t URL\n`,
    })
    expect(received).toEqual([])
  })

  it.each(['', '/api', '/API/v2'])(
    'refuses another host than that of the ledger, or another path than %j, and sends nothing to either',
    async (path) => {
      vi.stubEnv('CONFORMANCE_TOKEN', 'a-token-of-mine')
      const [mine, theirs] = [await startStub(always(404)), await startStub(always(404))]
      const ledger = ledgerAt(theirs.url + path)
      for (const named of [mine.url + path, `${theirs.url}/api/v2`]) {
        expect(await invoke('cleanup', ledger, '-t', named)).toEqual({
          code: 2,
          stdout: '',
          stderr: `--target ${named}: the files of ledger ${ledger} are on ${theirs.url}${path}, accepted is that\n`,
        })
      }
      expect([...mine.received, ...theirs.received]).toEqual([])
      expect(existsSync(ledger)).toBe(true)
    },
  )

  it('says nothing of a password in the target that it refuses', async () => {
    const { stderr } = await invoke(
      'cleanup',
      ledgerAt('http://127.0.0.1:1'),
      '-t',
      'http://me:pass-word@127.0.0.1:2',
    )
    expect(stderr).toContain('--target http://127.0.0.1:2: ')
    expect(stderr).not.toContain('pass-word')
  })

  it('takes the same target however it is spelled, and sends it the token', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', 'a-token-of-mine')
    const { url, received } = await startStub(always(404))
    const { port } = new URL(url)
    const spelled = `HTTP://127.0.0.1:${port}/x/../api/`
    await invoke('cleanup', ledgerAt(`${url}/api`), '-t', spelled)
    expect(received.length).toBeGreaterThan(0)
    for (const { target, headers } of received) {
      expect(target).toMatch(/^\/api\/v1\/files/)
      expect(headers.authorization).toBe('Bearer a-token-of-mine')
    }
  })

  it('sends the credentials that stand in the target as it is named', async () => {
    const { url, received } = await startStub(always(404))
    await invoke('cleanup', ledgerAt(url), '-t', url.replace('//', '//me:pass-word@'))
    expect(received[0]?.headers.authorization).toBe('Basic bWU6cGFzcy13b3Jk')
  })

  it('takes the target of CONFORMANCE_TARGET, and says so where it is another one', async () => {
    const server = await serving()
    const path = ledgerAt(server.url)
    vi.stubEnv('CONFORMANCE_TARGET', 'http://127.0.0.1:1')
    expect(await invoke('cleanup', path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(from CONFORMANCE_TARGET)'),
    })
    vi.stubEnv('CONFORMANCE_TARGET', server.url)
    expect(await invoke('cleanup', path)).toMatchObject({ code: 0 })
  })

  it('takes the target of the config file', async () => {
    const server = await serving()
    const config = join(ownFolder(), 'settings.yaml')
    writeFileSync(config, `target: ${server.url}\n`)
    expect(await invoke('cleanup', ledgerAt(server.url), '--config', config)).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('says with which credentials the files were made where it is given none', async () => {
    const { url } = await startStub(always(401))
    const { stderr } = await invoke('cleanup', ledgerAt(url, ['STAGING_TOKEN', 'X-Key']), '-t', url)
    expect(stderr).toBe(
      'no credentials are given, and the files were made with STAGING_TOKEN, X-Key\n',
    )
  })

  it('does not ask with --yes, and sends no credentials then', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', 'a-token-of-mine')
    const { url, received } = await startStub(always(404))
    await invoke('cleanup', ledgerAt(url, []), '--yes', '-H', 'X-Key: another-secret')
    expect(received.length).toBeGreaterThan(0)
    expect(received.filter(({ headers }) => headers.authorization ?? headers['x-key'])).toEqual([])
  })

  it.each([
    ['were made with credentials', ['STAGING_TOKEN'], 'with STAGING_TOKEN'],
    ['are of an older version, which did not say', undefined, 'perhaps with credentials'],
  ] as const)('refuses --yes alone for files that %s', async (_, credentials, made) => {
    vi.stubEnv('CONFORMANCE_TOKEN', 'a-token-of-mine')
    const { url, received } = await startStub(always(404))
    const path = ledgerAt(url, credentials)
    expect(await invoke('cleanup', path, '--yes')).toEqual({
      code: 2,
      stdout: '',
      stderr: `--yes: the files of ledger ${path} were made ${made}; credentials go only to a server that you name, accepted is -t URL\n`,
    })
    expect(received).toEqual([])
  })

  it('says in its help what --yes does', async () => {
    const { stdout } = await invoke('cleanup', '--help')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'without -t: do not ask, and send no credentials; refused if some are needed',
    )
  })

  it('takes a ledger of an older version, from wherever it was kept', async () => {
    const server = await serving()
    const folder = ownFolder()
    chmodSync(folder, 0o777)
    const path = join(folder, '17-4711.ledger')
    const id = upload(server, `${runId}.jsonl`)
    const header = { ...LEDGER_HEADER, target: server.url }
    const lines = [header, { event: 'owned', id, upload: 1 }, { event: 'deleting', id }]
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
    expect(await invoke('cleanup', path, '-t', server.url)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.size).toBe(0)
    expect(existsSync(path)).toBe(false)
  })
})

describe('cleanup of a ledger that another user could have written', () => {
  const isRoot = process.getuid?.() === 0

  it.skipIf(process.getuid === undefined).each([
    ['the group can write to it', 0o620, 'can be written by others (mode 620)'],
    ['others can write to it', 0o602, 'can be written by others (mode 602)'],
  ])('is refused where %s', async (_, mode, reason) => {
    await expectRefused((path) => chmodSync(path, mode), reason)
  })

  it.runIf(isRoot)('is refused where it belongs to another user', async () => {
    await expectRefused(
      (path) => chownSync(path, 12345, 12345),
      'belongs to user 12345, and this is user 0',
    )
  })

  it('is refused where it is a link to one', async () => {
    await expectRefused((path) => {
      renameSync(path, `${path}.moved`)
      symlinkSync(`${path}.moved`, path)
    }, 'is a link')
  })

  it('is refused where it is a link that leads nowhere', async () => {
    await expectRefused((path) => {
      rmSync(path)
      symlinkSync(`${path}.moved`, path)
    }, 'is a link')
  })

  it.skipIf(process.platform === 'win32')('is refused where it never ends', async () => {
    expect(await invoke('cleanup', '/dev/zero')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'ledger /dev/zero: is no file, accepted is a file of your own',
      ),
    })
  })

  /** Expects a refusal of a ledger named by itself or by its folder: nothing is sent, and it stays. */
  async function expectRefused(spoil: (path: string) => void, reason: string): Promise<void> {
    const { url, received } = await startStub(always(404))
    const folder = ownFolder()
    const path = join(folder, 'ledger.ndjson')
    openLedger(path, { ...LEDGER_HEADER, target: url }).note({ event: 'owned', id: 'file-1' })
    writeFileSync(join(folder, 'evidence.ndjson'), '')
    spoil(path)
    for (const word of [path, folder]) {
      expect(await invoke('cleanup', word, '-t', url)).toEqual({
        code: 2,
        stdout: '',
        stderr: `ledger ${path}: ${reason}, accepted is a file of your own that nobody else can write to\n`,
      })
    }
    expect(received).toEqual([])
  }
})

/** Writes a ledger of one unanswered upload. */
function ledgerAt(target: string, credentials?: readonly string[]): string {
  const path = join(ownFolder(), 'run.ledger')
  const header = { ...LEDGER_HEADER, target, ...(credentials && { credentials }) }
  const ledger = openLedger(path, header)
  ledger.note({ event: 'uploading', upload: 1 })
  return path
}

async function serving(...alterations: readonly Alteration[]): Promise<ReferenceServer> {
  const server = await startReferenceServer({ alterations })
  onTestFinished(() => server.close())
  return server
}

function upload({ store }: ReferenceServer, filename: string): string {
  const content = Buffer.from('{}\n')
  return store.add({ account: 'everybody', filename, purpose: 'batch', content }).id
}

function ledgerOf({ url }: ReferenceServer, path: string, ...entries: readonly LedgerEntry[]) {
  const ledger = openLedger(path, { ...LEDGER_HEADER, target: url })
  for (const entry of entries) ledger.note(entry)
}

function ownFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const folder = join(parent, 'bundle')
  mkdirSync(folder)
  return folder
}
