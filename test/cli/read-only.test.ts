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
    /^Read-only nothing was uploaded, and nothing deleted that exists; .*not whether a deletion works$/m,
  )
  expect(stdout).toMatch(/^Verdict {3}conforming in what a read-only run can tell: /m)
  expect(stdout).not.toContain('--disposable')
  expect(report.observed).not.toHaveProperty('200')
  expect(report.files.created).toBe(0)
})

test.each([
  [['--disposable'], '--read-only: touches no file; --disposable cannot stand beside it'],
  [['--files', 'ids:ids.txt'], '--files ids:ids.txt: '],
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
