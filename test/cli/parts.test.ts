import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { json, problem } from '../../fixtures/server/message.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import type { Report } from '../../model/report.ts'
import { startCounting } from './budgeted.ts'
import { invoke } from './invoke.ts'
import { handling, withoutProxy } from './stub-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'parts-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(withoutProxy)

/** Runs a part against a server, and verifies its evidence. */
async function runOf(url: string, ...words: readonly string[]) {
  const out = mkdtempSync(join(folder, 'run-'))
  const ended = await invoke('run', '-t', url, '--runs', '5', ...words, '--out', out)
  const report = JSON.parse(readFileSync(join(out, BUNDLE.report), 'utf8')) as Report
  return { ...ended, report, verified: await invoke('verify', out) }
}

/** Answers deletions of missing files with a success. */
const successful = () =>
  startCounting((handle) =>
    handling(async (request) => {
      const reply = await handle(request)
      const isMissing = request.method === 'DELETE' && reply.status === 404
      return isMissing ? json(200, { id: 'x', object: 'file', deleted: true }) : reply
    }),
  )

describe('a run of a part', () => {
  test('says that it is one, and exits with 0 where what was chosen passed', async () => {
    const server = await startCounting()
    const { code, stdout, verified } = await runOf(server.url, '--only', 'security/no-html')
    expect(stdout).toMatch(/^Verdict {3}conforming in what was selected: /m)
    expect(code).toBe(0)
    expect(verified.code).toBe(0)
  })

  test('shows apart what it brought along, which decides nothing', async () => {
    const server = await successful()
    // What errors name cannot be judged on a server that gives none.
    const only = ['--only', 'security/', '--skip', 'security/no-other-file']
    const { code, stdout, report, verified } = await runOf(server.url, ...only)
    const failed = report.broughtAlong.filter(({ verdict }) => verdict === 'failed')
    expect(failed.map(({ id }) => id)).toEqual(['not-found/never-issued'])
    expect(report.requirements.every(({ id }) => id.startsWith('security/'))).toBe(true)
    expect(report.families.map(({ name }) => name)).toEqual(['security'])
    expect(stdout).toMatch(/^Also ran .* do not count: 1 failed.*\(not-found\/never-issued\)$/m)
    expect(stdout).not.toMatch(/^ {2}not-found /m)
    expect({ verdict: report.verdict, code }).toEqual({ verdict: 'conforming', code: 0 })
    expect(verified.code).toBe(0)
  })

  test('sends what it needs and no more', async () => {
    const [part, whole] = [await startCounting(), await startCounting()]
    await runOf(part.url, '--only', 'security/')
    await runOf(whole.url, '--skip', 'concurrency/')
    expect(part.received.length).toBeLessThan(whole.received.length / 4)
  })

  test.each([
    ['--only', 'deleted/'],
    ['--skip', 'wording/'],
    ['--shard', '1/2'],
  ])('is not attested: %s', async (...part) => {
    const key = join(folder, 'key.pem')
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const words = ['--seed', '1', '--sign', key, '--out', join(folder, 'never')]
    const { code, stderr } = await invoke('run', ...words, ...part)
    expect(stderr).toContain(`--sign: a part of a run (${part[0]}) cannot be attested`)
    expect(code).toBe(2)
  })
})

test('the gate is open where the baseline never saw a 404 either, and not where one was asked for', async () => {
  const without = await startCounting((handle) =>
    handling(async (request) => {
      const reply = await handle(request)
      return request.method === 'DELETE' && reply.status === 404 ? problem(410, 'Gone.') : reply
    }),
  )
  const baseline = join(folder, 'baseline.json')
  const words = ['--only', 'deleted/,not-found/', '--runs', '5']
  const run = (url: string, ...more: readonly string[]) =>
    invoke('run', '-t', url, ...words, ...more)
  await run(without.url, '--report', `json=${baseline}`)
  const open = await run(without.url, '--baseline', baseline)
  expect(open.stdout).toMatch(/^Gate {6}open/m)
  expect(open.code).toBe(0)
  const asked = await run(without.url, '--baseline', baseline, '--expect-status', '404')
  expect(asked.stdout).toContain('status 404 was never observed')
  expect(asked.code).toBe(3)
})
