import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { ownFolder } from './command-line.ts'
import { bareEnvironment, spawnProcess } from './spawned.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const VITEST = join(PROJECT, 'node_modules/vitest/vitest.mjs')

/** Runs the requirements in vitest, with these variables. */
function runByVitest(folder: string, variables: Readonly<Record<string, string>>) {
  return spawnProcess(process.execPath, [VITEST, 'run', '--project', 'conformance'], {
    cwd: PROJECT,
    env: { ...bareEnvironment(folder), NO_COLOR: '1', ...variables },
  }).ended
}

it('takes settings from a config file where vitest runs the requirements, too', async () => {
  const folder = ownFolder()
  const config = join(folder, 'chosen.yaml')
  writeFileSync(config, 'only: [deleted/status]\nruns: 3\n')
  const variables = { CONFORMANCE_CONFIG: config, CONFORMANCE_RUN: '5' }
  const { code, stdout, stderr } = await runByVitest(folder, variables)
  expect(stdout).toMatch(/Tests +2 passed \(2\)/)
  expect(stdout + stderr).toContain('CONFORMANCE_RUN: this variable sets nothing')
  expect(code).toBe(0)
})

it('holds what vitest runs against waivers, too', async () => {
  const fault = faults.find(({ name }) => name === 'answers-without-object')
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  onTestFinished(() => server.close())
  const folder = ownFolder()
  const waivers = join(folder, 'waivers.yaml')
  const waiver = (id: string) =>
    `- requirement: ${id}\n  reason: x\n  owner: y\n  expires: 2999-12-31\n`
  writeFileSync(waivers, waiver('deleted/body'))
  const variables = {
    CONFORMANCE_TARGET: server.url,
    CONFORMANCE_ONLY: 'deleted/body,deleted/any-file',
    CONFORMANCE_RUNS: '1',
  }
  const waived = await runByVitest(folder, { ...variables, CONFORMANCE_WAIVERS: waivers })
  expect(waived).toMatchObject({ code: 0 })
  writeFileSync(waivers, waiver('deleted/any-file'))
  const named = await runByVitest(folder, { ...variables, CONFORMANCE_WAIVERS: waivers })
  expect(named.stdout + named.stderr).toContain('deleted/body is violated')
  expect(named.code).toBe(1)
})
