import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { ledgerOf, ownFolder, start } from './command-line.ts'
import { holdBack, isUploadOfCase } from './holding-back.ts'

it('removes its files after Ctrl-C within the budget, as it does without one', async () => {
  let requests = 0
  const counting: Alteration = (handle) => (request) => {
    requests += 1
    return handle(request)
  }
  const holding = holdBack({ when: isUploadOfCase, carriedOut: true, count: 6 })
  const server = await startReferenceServer({ alterations: [holding.alteration, counting] })
  onTestFinished(() => server.close())
  // The preflight takes 18 requests and 10 files, the removal of its 7 that stay 2 each, each other file 3.
  const budget = ['--max-requests', '52', '--max-files', '16', '--deadline', '60m']
  const words = ['-t', server.url, '--timeout', '60m', '--only', 'deleted/any-file', ...budget]
  const run = start(ownFolder(), ['run', ...words])
  await holding.reached
  run.kill('SIGINT')
  await run.says('interrupted: removing the files of this run')
  holding.release()
  const ending = await run.ended

  expect(ending.code).toBe(130)
  expect(ending.stderr).toContain('interrupted; no file was left behind')
  expect(server.store.size).toBe(0)
  expect(requests).toBeLessThanOrEqual(52)
  expect(existsSync(ledgerOf(ending))).toBe(false)
})
