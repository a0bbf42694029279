import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ownFolder } from './command-line.ts'
import { bareEnvironment, spawnProcess } from './spawned.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const VITEST = join(PROJECT, 'node_modules/vitest/vitest.mjs')

it('takes settings from a config file where vitest runs the requirements, too', async () => {
  const folder = ownFolder()
  const config = join(folder, 'chosen.yaml')
  writeFileSync(config, 'only: [deleted/status]\nruns: 3\n')
  const { code, stdout, stderr } = await spawnProcess(
    process.execPath,
    [VITEST, 'run', '--project', 'conformance'],
    {
      cwd: PROJECT,
      env: {
        ...bareEnvironment(folder),
        NO_COLOR: '1',
        CONFORMANCE_CONFIG: config,
        CONFORMANCE_RUN: '5',
      },
    },
  ).ended
  expect(stdout).toMatch(/Tests +2 passed \(2\)/)
  expect(stdout + stderr).toContain('CONFORMANCE_RUN: no flag is given by this variable')
  expect(code).toBe(0)
})
