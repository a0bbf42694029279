import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { problem } from '../../fixtures/server/message.ts'
import {
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { readLedger } from '../../harness/safety/ledger.ts'
import { invoke } from '../cli/invoke.ts'
import { type AtEnd, ledgerOf, ownFolder, start, startInShell } from './command-line.ts'
import { isDeletionOfFile } from './holding-back.ts'
import { idsOn, NAMED_MOMENTS, NEVER, runUntil, serverAt } from './moments.ts'

const WORDS = ['--only', 'effect/', '--runs', '1', '--timeout', '60m', '--settle', '1ms']
/** Limits of file size: the run needs a larger ledger, and far more evidence. */
const LEDGER_BYTES = 2 * 1024
const EVIDENCE_BYTES = 16 * 1024
/** Limit above the ledger of two cases, and below their report. */
const BASELINE_BYTES = 10 * 512
const IN_THE_MIDDLE = NAMED_MOMENTS.find(({ name }) => name === 'the first deletion of a case')
/** Device that is always full. */
const FULL = '/dev/full'

describe('where the disk is full, a run ends with 2, removes its files, and says what is missing:', () => {
  it('the ledger', async () => {
    const server = await serving()
    const { code, stderr, stdout } = await limited(LEDGER_BYTES, server, WORDS)
    const ledger = stdout.match(/^ +ledger +(.+)$/m)?.[1]
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `delete-conformance: ledger ${ledger}: cannot be written (EFBIG); no file was left behind\n`,
    })
    expect(idsOn(server)).toEqual([])
    expect(existsSync(ledger ?? '')).toBe(false)
  })

  it('the evidence', async () => {
    const server = await serving()
    const words = [...WORDS, '--out', 'bundle']
    const { code, stderr, folder } = await limited(EVIDENCE_BYTES, server, words)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'delete-conformance: bundle/evidence.ndjson: cannot be written (EFBIG); no file was left behind\n',
    })
    expect(idsOn(server)).toEqual([])
    expect(readdirSync(join(folder, 'bundle'))).toEqual(['evidence.ndjson'])
  })

  it('the evidence, and nothing more is sent for the cases that were to come', async () => {
    const server = await serving()
    const words = ['--only', 'not-found/any-string', '--runs', '5000', '--out', 'bundle']
    await limited(EVIDENCE_BYTES, server, words)
    expect(server.requests()).toBeLessThan(500)
  })

  it.skipIf(!existsSync(FULL))('a report, and the others are written', async () => {
    const server = await serving()
    const folder = ownFolder()
    const reports = ['--report', `junit=${FULL}`, '--report', 'html']
    const words = ['run', '-t', server.url, '--only', 'deleted/status', ...reports]
    const { code, stderr } = await start(folder, words).ended
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `delete-conformance: ${FULL}: cannot be written (ENOSPC)\n`,
    })
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('</html>')
  })

  it('a report, and the old one stays as it was', async () => {
    const server = await serving()
    const words = ['--seed', '1', '--only', 'deleted/status']
    const both = ['--out', 'whole', '--report', 'har-all']
    const { folder } = await scripted('exec "$@"', server, [...words, ...both])
    const sizeOf = (name: string) => statSync(join(folder, 'whole', name)).size
    // Exchanges take more as HAR than as evidence, which must still fit.
    const between = (sizeOf('evidence.ndjson') + sizeOf('all-exchanges.har')) / 2
    const bytes = Math.round(between / 512) * 512
    await expectOldOne(bytes, server, [...words, '--report', 'har-all=kept'])
  })

  it('a baseline, and the old one stays as it was', async () => {
    const words = ['--only', 'deleted/', '--runs', '1', '--update-baseline', '--baseline', 'kept']
    await expectOldOne(BASELINE_BYTES, await serving(), words)
  })

  async function expectOldOne(bytes: number, server: ReferenceServer, words: readonly string[]) {
    const script = `printf old > kept; ulimit -f ${bytes / 512}; exec "$@"`
    const { code, stderr, folder } = await scripted(script, server, words)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'delete-conformance: kept: cannot be written (EFBIG)\n',
    })
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('old')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  }

  it.skipIf(!existsSync(FULL))('standard output', async () => {
    const server = await serving()
    const script = `"$@" > ${FULL}`
    const { code, stderr } = await scripted(script, server, ['--only', 'deleted/status'])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'delete-conformance: standard output: cannot be written (ENOSPC)\n',
    })
    expect(idsOn(server)).toEqual([])
  })
})

describe('a run whose folder is lost while it goes on', () => {
  it('ends with 2, says that the evidence is lost, and leaves no file', async () => {
    const server = await serverAt(IN_THE_MIDDLE ?? expect.unreachable())
    const { run, out } = await runUntil(server, WORDS)
    rmSync(out, { recursive: true })
    server.holding.release()
    const { code, stdout, stderr } = await run.ended
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'delete-conformance: bundle/evidence.ndjson: was removed while the run went on; what was sent is lost, and no report is kept without it\n',
    })
    expect(stdout).toContain('Verdict   conforming')
    expect(idsOn(server)).toEqual(server.foreign)
    expect(existsSync(out)).toBe(false)
  })

  // Root can write everywhere.
  it.skipIf(process.getuid?.() === 0)('to a change of its mode ends with 2', async () => {
    const server = await serverAt(IN_THE_MIDDLE ?? expect.unreachable())
    const { run, out } = await runUntil(server, WORDS)
    chmodSync(out, 0o500)
    onTestFinished(() => chmodSync(out, 0o700))
    server.holding.release()
    const { code, stderr } = await run.ended
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'delete-conformance: bundle/report.json: cannot be written (EACCES)\n',
    })
    expect(idsOn(server)).toEqual(server.foreign)
  })
})

// Each waits until it is in vain to try again.
describe.concurrent('files that the server does not remove are named', () => {
  it('by a run whose ledger cannot be written, and cleanup removes them', async ({
    onTestFinished: atEnd,
  }) => {
    let removes = false
    const server = await serving(() => removes, atEnd)
    const words = ['--only', 'deleted/any-file', '--concurrency', '8', '--settle', '1ms']
    const ending = await limited(LEDGER_BYTES, server, words, atEnd)
    const left = idsOn(server)
    expect(ending.code).toBe(2)
    expect(left.length).toBeGreaterThan(2)
    for (const id of left) expect(ending.stderr).toContain(JSON.stringify(id))
    expect(ending.stderr).toContain(`; ledger ${ledgerOf(ending)}`)

    removes = true
    expect(await invoke('cleanup', ledgerOf(ending), '-t', server.url)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(idsOn(server)).toEqual([])
  })

  it('by a run whose folder was lost, which writes its ledger again', async ({
    onTestFinished: atEnd,
  }) => {
    const server = await serverAt(IN_THE_MIDDLE ?? expect.unreachable(), NEVER, [], atEnd)
    const { run, out } = await runUntil(server, WORDS, atEnd)
    rmSync(out, { recursive: true })
    const { url } = server
    await server.close()
    const { code, stdout } = await run.ended
    expect(code).toBe(2)
    expect(stdout).toContain(
      `remove with: delete-conformance cleanup bundle/ledger.ndjson -t ${url}\n`,
    )
    const { header, state, ended } = readLedger(join(out, 'ledger.ndjson'))
    expect({ target: header.target, ended }).toEqual({ target: url, ended: true })
    const ours = idsOn(server).filter((id) => !server.foreign.includes(id))
    expect(ours.length).toBeGreaterThan(1)
    expect(ours.filter((id) => !state.left.has(id))).toEqual([])
  })
})

describe('a run whose reader goes away', () => {
  it('goes on without a word, removes its files, and keeps its exit code', async () => {
    const server = await serving()
    const script = '{ "$@"; echo $? > code; } 2>&1 | head -n 1'
    const { stdout, stderr, folder } = await scripted(script, server, WORDS)
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringMatching(/^delete-conformance \S+\n$/),
      stderr: '',
    })
    expect(readFileSync(join(folder, 'code'), 'utf8')).toBe('0\n')
    expect(idsOn(server)).toEqual([])
  })

  it.skipIf(!existsSync(FULL))('keeps it also where there is an error to be told', async () => {
    const server = await serving()
    const script = '{ "$@"; echo $? > code; } 2>&1 | head -n 1'
    const { folder } = await scripted(script, server, [...WORDS, '--report', `junit=${FULL}`])
    expect(readFileSync(join(folder, 'code'), 'utf8')).toBe('2\n')
  })
})

/** Starts a server that may refuse to delete files. */
async function serving(
  removes = () => true,
  atEnd: AtEnd = onTestFinished,
): Promise<ReferenceServer & { readonly requests: () => number }> {
  let requests = 0
  const server = await startReferenceServer({
    alterations: [
      (handle, store) => async (request) => {
        requests += 1
        return isDeletionOfFile(request, store) && !removes()
          ? problem(500, 'Not today.')
          : handle(request)
      },
    ],
  })
  atEnd(() => server.close())
  return { ...server, requests: () => requests }
}

/** Runs with a limit of file size in octets, a multiple of the unit of `ulimit`. */
function limited(
  bytes: number,
  server: ReferenceServer,
  words: readonly string[],
  atEnd: AtEnd = onTestFinished,
) {
  return scripted(`ulimit -f ${bytes / 512}; exec "$@"`, server, words, atEnd)
}

async function scripted(
  script: string,
  { url }: ReferenceServer,
  words: readonly string[],
  atEnd: AtEnd = onTestFinished,
) {
  const folder = ownFolder(atEnd)
  const ending = await startInShell(folder, script, ['run', '-t', url, ...words], atEnd).ended
  return { ...ending, folder }
}
