import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { bareEnvironment, spawnProcess } from '../process/spawned.ts'
import { ownFolder } from './running.ts'

const PROJECT = resolve(import.meta.dirname, '../..')

/** Part of vitest's JSON report that this test reads. */
interface JsonReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

test('a test that forgets to await the matcher fails, whatever the answer, and says so', async () => {
  const folder = ownFolder()
  const file = join(folder, 'results.json')
  const words = ['--reporter', 'json', '--outputFile', file]
  const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs')
  const fixture = ['--config', 'test/library/forgotten-await.config.ts']
  const { code } = await spawnProcess(process.execPath, [vitest, 'run', ...fixture, ...words], {
    cwd: PROJECT,
    env: bareEnvironment(folder),
  }).ended
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const named = (status: string) =>
    results.filter((one) => one.status === status).map(({ title }) => title)

  expect(code).toBe(1)
  expect(named('passed').filter((title) => !title.startsWith('passes: '))).toEqual([])
  expect(named('failed').filter((title) => !title.startsWith('fails: '))).toEqual([])
  expect([named('passed').length, named('failed').length]).toEqual([5, 6])
  const forgotten = results.filter(({ title }) => title.startsWith('fails: forgotten'))
  for (const { failureMessages } of forgotten) {
    expect(failureMessages.join('\n')).toContain('toMatchContract: not awaited')
  }
  const soft = results.filter(({ title }) => title.startsWith('fails: soft'))
  for (const { failureMessages } of soft) {
    expect(failureMessages.join('\n')).toContain('expected a property "id"')
  }
})
