import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LEDGER_FOLDER } from '../../cli/run-folder.ts'
import { problem } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { withoutReads } from '../../fixtures/variants/alterations.ts'
import { type LedgerEntry, openLedger } from '../../harness/ledger.ts'
import { LEDGER_HEADER } from '../harness/made-up.ts'
import { invoke } from './invoke.ts'

const { mark } = LEDGER_HEADER

describe('cleanup', () => {
  it.each([
    ['a ledger', 'ledger.ndjson'],
    ['the folder of --out', ''],
  ])('takes %s', async (_, name) => {
    const server = await serving()
    const folder = ownFolder()
    const id = upload(server, `${mark}.jsonl`)
    ledgerOf(server, join(folder, 'ledger.ndjson'), { event: 'owned', id })
    expect(await invoke('cleanup', join(folder, name))).toEqual({
      code: 0,
      stdout: `${server.url}: 1 file to remove, 0 left\n`,
      stderr: '',
    })
    expect(server.store.size).toBe(0)
    expect(existsSync(join(folder, 'ledger.ndjson'))).toBe(false)
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

  it.each(['', '{"led', '{"ledger":1,"target":"http://127.0.0.1:1"'])(
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
    const known = upload(server, `${mark}-1.jsonl`)
    upload(server, `${mark}-2.jsonl`)
    const foreign = upload(server, 'another.jsonl')
    ledgerOf(server, path, { event: 'owned', id: known })
    expect(await invoke('cleanup', path)).toMatchObject({
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
      (name) => upload(server, `${mark}-${name}.jsonl`),
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
    expect(await invoke('cleanup', path)).toEqual({
      code: 3,
      stdout: `${server.url}: 5 files to remove, 1 left\n  ${stays}\n`,
      stderr: '',
    })
    expect(server.store.list('everybody').map(({ id }) => id)).toEqual([stays])
    kept.clear()
    expect(await invoke('cleanup', path)).toMatchObject({
      code: 0,
      stdout: `${server.url}: 1 file to remove, 0 left\n`,
    })
    expect(server.store.size).toBe(0)
  })

  it('removes the evidence that a killed run without a folder has left beside its ledger', async () => {
    const server = await serving()
    const evidence = join(LEDGER_FOLDER, `test-${process.pid}.evidence.ndjson`)
    const other = join(LEDGER_FOLDER, `test-${process.pid}-other.evidence.ndjson`)
    const path = join(LEDGER_FOLDER, `test-${process.pid}.ledger`)
    onTestFinished(() => {
      for (const one of [evidence, other, path]) rmSync(one, { force: true })
    })
    ledgerOf(server, path, { event: 'owned', id: upload(server, `${mark}.jsonl`) })
    for (const one of [evidence, other]) writeFileSync(one, '{}\n')
    expect(await invoke('cleanup')).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('evidence'),
    })
    expect(await invoke('cleanup', path)).toMatchObject({ code: 0 })
    expect([evidence, other].map((one) => existsSync(one))).toEqual([false, true])
  })
})

describe('cleanup while a run goes on', () => {
  const running = { host: hostname(), pid: process.pid }

  it('refuses, names the process, and leaves files and ledger alone', async () => {
    const server = await serving()
    const path = join(ownFolder(), 'run.ledger')
    const id = upload(server, `${mark}.jsonl`)
    const header = { ...LEDGER_HEADER, target: server.url, process: running }
    const ledger = openLedger(path, header)
    ledger.note({ event: 'owned', id })
    expect(await invoke('cleanup', path)).toEqual({
      code: 2,
      stdout: '',
      stderr: `ledger ${path}: its run is still going on, as process ${process.pid}; it removes its files at its end, and after Ctrl-C or SIGTERM. If that process is another by now, accepted is --force\n`,
    })
    expect(server.store.size).toBe(1)
    expect(await invoke('cleanup', path, '--force')).toMatchObject({ code: 0 })
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
    const id = upload(server, `${mark}.jsonl`)
    const ledger = openLedger(path, { ...LEDGER_HEADER, target: server.url, process })
    for (const entry of [{ event: 'owned', id } as const, ...entries]) ledger.note(entry)
    expect(await invoke('cleanup', path)).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.size).toBe(0)
  })
})

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
