import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { runAllAgainst } from '../hostile/outcome.ts'
import { invoke } from './invoke.ts'

async function started() {
  const server = await startReferenceServer()
  onTestFinished(server.close)
  return server
}

test('run --read-only says what it can tell, leaves evidence that verifies, and is no whole run', async () => {
  const { url } = await started()
  const { stdout, report } = await runAllAgainst(url, '--read-only')
  expect(stdout).toMatch(
    /^Read-only nothing was uploaded, and no deletion was asked for of a file that is listed; .*not whether a deletion works$/m,
  )
  expect(stdout).toMatch(/^Verdict {3}conforming in what a read-only run can tell: /m)
  expect(stdout).not.toContain('--disposable')
  expect(report.observed).not.toHaveProperty('200')
  expect(report.files.created).toBe(0)
})

test('run --read-only is inconclusive where nothing shows that files are served', async () => {
  const { url } = await started()
  const { code, stdout } = await invoke('run', '-t', `${url}/api`, '--read-only', '--runs', '5')
  expect(code).toBe(3)
  expect(stdout).toMatch(
    /^Verdict {3}inconclusive: nothing shows that files are served at this URL: GET \S+ answered 404/m,
  )
})

test('shards of a read-only run are merged, and its evidence verifies', async () => {
  const { url } = await started()
  const folder = mkdtempSync(join(tmpdir(), 'read-only-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const parts = ['1', '2'].map((part) => join(folder, part))
  for (const [at, out] of parts.entries()) {
    const shard = ['--shard', `${at + 1}/2`, '--seed', '7', '--out', out]
    const { code, stderr } = await invoke('run', '-t', url, '--read-only', '--runs', '5', ...shard)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  }
  const merged = join(folder, 'whole')
  const { code, stdout } = await invoke('merge', ...parts, '--out', merged)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Verdict {3}conforming in what a read-only run can tell: /m)
  expect((await invoke('verify', merged)).code).toBe(0)
})

test.each([
  [['--disposable'], '--read-only: touches no file; --disposable cannot stand beside it'],
  [['--files', 'none'], '--read-only: touches no file; --files cannot stand beside it'],
  [
    ['--sign', 'key.pem', '--out', 'somewhere'],
    '--sign: a part of a run (--read-only) cannot be attested',
  ],
  [['--only', 'effect/'], '--read-only leaves no requirement: all that were selected need files'],
])('refuses --read-only beside %j', async (flags, message) => {
  const { url } = await started()
  const { code, stderr } = await invoke('run', '-t', url, '--read-only', ...flags)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})
