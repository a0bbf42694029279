import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { problem, type ServerRequest } from '../../fixtures/server/message.ts'
import {
  type Alteration,
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { readEvidence } from '../../harness/evidence/evidence-file.ts'
import { validators } from '../../harness/gate/report-file.ts'
import { runIdOf } from '../../harness/run/seed.ts'
import { readLedger } from '../../harness/safety/ledger.ts'
import { invoke } from '../cli/invoke.ts'
import { type AtEnd, ledgerOf, ownFolder, start } from './command-line.ts'
import {
  type Held,
  type HoldingBack,
  holdBack,
  isDeletionOfCase,
  isDeletionOfFile,
  isUpload,
  isUploadOfCase,
} from './holding-back.ts'

/** Time limit that no answer exceeds: the test decides when answers come. */
const PATIENT = ['--timeout', '60m', '--settle', '1ms']
/** Words for cases that upload and delete a file, many at once. */
const WITH_FILES = ['--only', 'deleted/any-file']

describe('a run that is asked to stop', () => {
  it.each([
    { signal: 'SIGINT', what: 'uploads', when: isUploadOfCase, carriedOut: true },
    { signal: 'SIGTERM', what: 'deletions', when: isDeletionOfCase, carriedOut: false },
  ] as const)('removes its files after $signal in the middle of $what', async (held) => {
    // Arrange
    const { server, holding } = await serverThatHoldsBack({ ...held, count: 5 })
    const foreign = addForeignFiles(server)
    const run = start(ownFolder(), ['run', '-t', server.url, ...PATIENT, ...WITH_FILES])
    await holding.reached
    expect(server.store.size).toBeGreaterThan(foreign.length)

    // Act
    run.kill(held.signal)
    await run.says('interrupted: removing the files of this run')
    holding.release()
    const ending = await run.ended

    // Assert
    expect(ending).toMatchObject({ code: 130, signal: undefined })
    expect(ending.stderr).toContain('interrupted; no file was left behind')
    expect(ending.stdout).not.toContain('Verdict')
    expect(idsIn(server)).toEqual(foreign)
    expect(existsSync(ledgerOf(ending))).toBe(false)
  })

  it('leaves the evidence of what was sent, its chain intact, and nothing that looks like a verdict', async () => {
    const held = { when: isDeletionOfCase, carriedOut: false, count: 5 }
    const { server, holding } = await serverThatHoldsBack(held)
    const folder = ownFolder()
    const words = ['-t', server.url, ...PATIENT, ...WITH_FILES, '--out', 'bundle']
    const run = start(folder, ['run', ...words])
    await holding.reached
    run.kill('SIGINT')
    await run.says('interrupted: removing the files of this run')
    holding.release()
    expect(await run.ended).toMatchObject({ code: 130 })

    const broken: number[] = []
    const path = join(folder, 'bundle', 'evidence.ndjson')
    const reader = readEvidence(path, validators().isLine, (line) => broken.push(line))
    while (reader.next() !== undefined);
    expect(broken).toEqual([])
    expect(reader.identity().lines).toBeGreaterThan(10)
    expect(readdirSync(join(folder, 'bundle'))).toEqual(['evidence.ndjson'])
    const verify = await invoke('verify', join(folder, 'bundle'))
    expect(verify.code).toBe(2)
    expect(verify.stderr).toContain('an interrupted run has none')
  })

  it('sends nothing but looks for its own files and deletions of them once it was asked', async () => {
    const requests = recording()
    const { server, holding } = await serverThatHoldsBack(
      { when: isUploadOfCase, carriedOut: true, count: 8 },
      [requests.alteration],
    )
    const words = ['run', '-t', server.url, '--concurrency', '8', ...PATIENT, ...WITH_FILES]
    const run = start(ownFolder(), words)
    await holding.reached
    run.kill('SIGINT')
    await run.says('interrupted: removing')

    // All requests that may be under way are held back: no other can arrive.
    const ours = idsIn(server)
    const already = requests.seen.length
    holding.release()
    await run.ended

    const after = requests.seen.slice(already).map(({ method, target }) => `${method} ${target}`)
    const deletions = after.filter((line) => !line.startsWith('GET '))
    expect(deletions.sort()).toEqual(ours.map((id) => `DELETE /v1/files/${id}`).sort())
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at once when %s comes twice, and names ledger and cleanup command',
    async (signal) => {
      const folder = ownFolder()
      const { server, holding } = await serverThatHoldsBack({
        when: isDeletionOfCase,
        carriedOut: false,
        count: 5,
      })
      const run = start(folder, ['run', '-t', server.url, ...PATIENT, ...WITH_FILES])
      await holding.reached

      run.kill(signal)
      await run.says('once more to stop at once')
      run.kill(signal)
      const ending = await run.ended

      const ledger = ledgerOf(ending)
      expect(ending).toMatchObject({ code: 130, signal: undefined })
      expect(ending.stderr).toContain(`delete-conformance cleanup ${ledger} -t ${server.url}`)
      expect(readLedger(ledger).state.files.size).toBeGreaterThanOrEqual(5)
      expect(server.store.size).toBeGreaterThanOrEqual(5)

      holding.forget()
      expect(await invoke('cleanup', ledger, '-t', server.url)).toMatchObject({
        code: 0,
      })
      expect(server.store.size).toBe(0)
    },
  )
})

describe('a run whose terminal is closed', () => {
  it('removes its files, however often it is told', async () => {
    const held = { when: isDeletionOfCase, carriedOut: false, count: 5 }
    const { server, holding } = await serverThatHoldsBack(held)
    const run = start(ownFolder(), ['run', '-t', server.url, ...PATIENT, ...WITH_FILES])
    await holding.reached
    run.kill('SIGHUP')
    await run.says('interrupted: removing')
    run.kill('SIGHUP')
    holding.release()
    expect(await run.ended).toMatchObject({ code: 130, signal: undefined })
    expect(server.store.size).toBe(0)
  })
})

describe('cleanup after SIGKILL', () => {
  it('removes all files of the run and the ledger, and nothing else', async () => {
    const folder = ownFolder()
    const { server, holding } = await serverThatHoldsBack({
      when: isDeletionOfCase,
      carriedOut: false,
      count: 5,
    })
    const foreign = addForeignFiles(server)
    const run = start(folder, ['run', '-t', server.url, ...PATIENT, ...WITH_FILES])
    await holding.reached
    run.kill('SIGKILL')
    const killed = await run.ended
    holding.forget()

    const ledger = ledgerOf(killed)
    const { header, state } = readLedger(ledger)
    expect(killed.signal).toBe('SIGKILL')
    expect(header.target).toBe(server.url)
    expect(state.files.size).toBeGreaterThanOrEqual(5)
    expect(server.store.size).toBeGreaterThanOrEqual(foreign.length + 5)

    const cleanup = await invoke('cleanup', ledger, '-t', server.url)
    expect(cleanup).toMatchObject({ code: 0, stderr: '' })
    expect(cleanup.stdout).toMatch(/: \d+ files to remove, 0 left\n$/)
    expect(idsIn(server)).toEqual(foreign)
    expect(existsSync(ledger)).toBe(false)
  })

  it('finds a file whose upload was never answered by the run id in its name, pages down the list', async () => {
    const folder = ownFolder()
    const seed = '42'
    const { server, holding } = await serverThatHoldsBack({
      when: isUploadOfCase,
      carriedOut: true,
      count: 1,
    })
    const before = addForeignFiles(server)
    const run = start(folder, [
      'run',
      ...['-t', server.url, '--seed', seed, '--only', 'deleted/status'],
      ...PATIENT,
    ])
    await holding.reached
    run.kill('SIGKILL')
    const killed = await run.ended
    holding.forget()
    const count = server.store.size - before.length
    // Other clients own the newest hundred files, a whole page of the list.
    const after = Array.from({ length: 150 }, (_, n) => addFile(server, `later-${n}.jsonl`))

    const ledger = ledgerOf(killed)
    const { header, state } = readLedger(ledger)
    const unanswered = server.store
      .list('everybody')
      .filter(({ id, filename }) => filename.includes(header.runId) && !state.files.has(id))
    expect(state.openUploads.size).toBe(1)
    expect(unanswered).toHaveLength(1)

    const cleanup = await invoke('cleanup', ledger, '-t', server.url)
    expect(cleanup).toMatchObject({ code: 0, stderr: '' })
    expect(cleanup.stdout).toContain(`: ${count} files to remove, 0 left`)
    expect(idsIn(server)).toEqual([...before, ...after])
    expect(existsSync(ledger)).toBe(false)
  })

  it('does not delete a file again whose deletion was carried out but never answered', async () => {
    const folder = ownFolder()
    const requests = recording()
    const { server, holding } = await serverThatHoldsBack(
      { when: isDeletionOfCase, carriedOut: true, count: 1 },
      [requests.alteration],
    )
    const run = start(folder, ['run', '-t', server.url, '--only', 'deleted/status', ...PATIENT])
    await holding.reached
    run.kill('SIGKILL')
    const ledger = ledgerOf(await run.ended)
    holding.forget()
    const unknown = [...readLedger(ledger).state.files].find(
      ([, state]) => state === 'unknown',
    )?.[0]
    expect(unknown).toBeDefined()
    const already = requests.seen.length

    const cleanup = await invoke('cleanup', ledger, '-t', server.url)
    expect(cleanup).toMatchObject({ code: 0, stderr: '' })
    expect(server.store.size).toBe(0)
    const methods = requests.seen
      .slice(already)
      .filter(({ target }) => target.endsWith(`/${unknown}`))
      .map(({ method }) => method)
    expect(new Set(methods)).toEqual(new Set(['GET']))
  })
})

// Each waits until it is in vain to try again: at once, they wait no longer than one.
/** Expects that a message names three of the files, and counts the others. */
function expectNamed(message: string, left: readonly string[]): void {
  const named = left.filter((id) => message.includes(id))
  expect(named).toHaveLength(Math.min(3, left.length))
  const more = left.length - named.length
  expect(message).toMatch(more > 0 ? ` and ${more} more; remove with: ` : /\w; remove with: /)
}

describe.concurrent('the first files that cannot be removed are named, and the cleanup command,', () => {
  it.for([
    { moment: 'while it looks at what the target offers', when: isUpload },
    { moment: 'in the middle of its cases', when: isUploadOfCase },
  ])('by a run that is interrupted $moment', async ({ when }, { onTestFinished: atEnd }) => {
    const { server, holding } = await serverThatHoldsBack(
      { when, carriedOut: true, count: 1 },
      [refusesToDelete],
      atEnd,
    )
    const run = start(
      ownFolder(atEnd),
      ['run', '-t', server.url, ...PATIENT, ...WITH_FILES],
      {},
      atEnd,
    )
    await holding.reached
    run.kill('SIGINT')
    await run.says('interrupted: removing')
    holding.release()
    const ending = await run.ended

    const ledger = ledgerOf(ending)
    const left = idsIn(server)
    expect(ending.code).toBe(130)
    expect(left).not.toEqual([])
    expect([...readLedger(ledger).state.files.keys()].sort()).toEqual(left.toSorted())
    expect(ending.stderr).not.toContain('no file was left behind')
    expectNamed(ending.stderr, left)
    expect(ending.stderr).toContain(`delete-conformance cleanup ${ledger} -t ${server.url}`)
  })

  it('by a replay that is interrupted', async ({ onTestFinished: atEnd }) => {
    const held = { when: isUploadOfCase, carriedOut: true, count: 1 }
    const { server, holding } = await serverThatHoldsBack(held, [refusesToDelete], atEnd)
    const one = ['--replay', 'deleted/status:0', '--seed', '1']
    const run = start(ownFolder(atEnd), ['run', '-t', server.url, ...PATIENT, ...one], {}, atEnd)
    await holding.reached
    run.kill('SIGINT')
    await run.says('interrupted: removing')
    holding.release()
    const ending = await run.ended

    const left = idsIn(server)
    expect(ending.code).toBe(130)
    expect(left.length).toBeGreaterThan(1)
    expectNamed(ending.stderr, left)
    expect(ending.stderr).toContain(
      `delete-conformance cleanup ${ledgerOf(ending)} -t ${server.url}`,
    )
  })

  it('by a replay that ends by itself', async ({ onTestFinished: atEnd }) => {
    const server = await startReferenceServer({ alterations: [refusesToDelete] })
    atEnd(() => server.close())
    const one = ['--replay', 'deleted/status:0', '--seed', '1']
    const ending = await start(
      ownFolder(atEnd),
      ['run', '-t', server.url, '--settle', '1ms', ...one],
      {},
      atEnd,
    ).ended
    expect(ending.code).toBe(1)
    expectNamed(ending.stderr, idsIn(server))
    expect(ending.stderr).toContain(
      `delete-conformance cleanup ${ledgerOf(ending)} -t ${server.url}`,
    )
  })

  it('by a cleanup while the target is away, which keeps the ledger', async ({
    onTestFinished: atEnd,
  }) => {
    const folder = ownFolder(atEnd)
    const { server, holding } = await serverThatHoldsBack(
      { when: isDeletionOfCase, carriedOut: false, count: 1 },
      [],
      atEnd,
    )
    const run = start(
      folder,
      ['run', '-t', server.url, '--only', 'deleted/status', ...PATIENT],
      {},
      atEnd,
    )
    await holding.reached
    run.kill('SIGKILL')
    const ledger = ledgerOf(await run.ended)
    await server.close()
    const count = server.store.size

    const cleanup = await invoke('cleanup', ledger, '-t', server.url)
    expect(cleanup.code).toBe(3)
    expect(cleanup.stdout).toContain(`: ${count} files to remove, ${count} left`)
    for (const id of idsIn(server)) expect(cleanup.stdout).toContain(id)
    expect([...readLedger(ledger).state.left].sort()).toEqual(idsIn(server).toSorted())
  })

  it('by a run whose target dies, which is inconclusive', async ({ onTestFinished: atEnd }) => {
    const { server, holding } = await serverThatHoldsBack(
      { when: isDeletionOfCase, carriedOut: false, count: 5 },
      [],
      atEnd,
    )
    const run = start(
      ownFolder(atEnd),
      ['run', '-t', server.url, ...PATIENT, ...WITH_FILES],
      {},
      atEnd,
    )
    await holding.reached
    await server.close()
    const ending = await run.ended

    const ledger = ledgerOf(ending)
    const left = idsIn(server)
    expect(ending.code).toBe(3)
    expect(left.length).toBeGreaterThanOrEqual(5)
    expect(ending.stdout).toMatch(/left behind: file-\w+, file-\w+, file-\w+ and \d+ more/)
    expect(ending.stdout).toContain(`delete-conformance cleanup ${ledger} -t ${server.url}`)
    const { files } = readLedger(ledger).state
    expect(left.filter((id) => !files.has(id))).toEqual([])
  })
})

async function serverThatHoldsBack(
  held: Held,
  others: readonly Alteration[] = [],
  atEnd: AtEnd = onTestFinished,
): Promise<{ readonly server: ReferenceServer; readonly holding: HoldingBack }> {
  const holding = holdBack(held)
  const server = await startReferenceServer({ alterations: [holding.alteration, ...others] })
  atEnd(() => server.close())
  return { server, holding }
}

const refusesToDelete: Alteration = (handle, store) => async (request) =>
  isDeletionOfFile(request, store) ? problem(500, 'Not today.') : handle(request)

/** Records every request before it is handled. */
function recording(): { readonly seen: ServerRequest[]; readonly alteration: Alteration } {
  const seen: ServerRequest[] = []
  return {
    seen,
    alteration: (handle) => async (request) => {
      seen.push(request)
      return handle(request)
    },
  }
}

/** Adds files of others, among them one of another run of this program. */
function addForeignFiles(server: ReferenceServer): readonly string[] {
  const otherRun = `delete-conformance-${runIdOf('another seed', '')}-deleted-status-0-1.jsonl`
  return ['report.jsonl', 'delete-conformance.jsonl', otherRun].map((name) => addFile(server, name))
}

function addFile({ store }: ReferenceServer, filename: string): string {
  const content = Buffer.from('{}\n')
  return store.add({ account: 'everybody', filename, purpose: 'batch', content }).id
}

function idsIn({ store }: ReferenceServer): readonly string[] {
  return store.list('everybody').map(({ id }) => id)
}
