import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bareEnvironment, type Ending, spawnProcess } from '../process/spawned.ts'
import { ownFolder, startServer } from './running.ts'

const PROJECT = resolve(import.meta.dirname, '../..')

/** Runs a program that imports the built package by its name, as a process of its own. */
async function runProgram(folder: string, ...lines: readonly string[]): Promise<Ending> {
  const program = lines.join('\n')
  const words = ['--input-type=module', '--eval', program]
  const env = bareEnvironment(folder)
  const spawned = spawnProcess(process.execPath, words, { cwd: PROJECT, env })
  onTestFinished(() => spawned.kill('SIGKILL'))
  return spawned.ended
}

test.each([
  ['the embedded server', '', 'conforming'],
  ['a target', 'target', 'conforming'],
  ['a target where nothing listens', 'closed', 'inconclusive'],
])('writes nothing to the terminal and leaves nothing open, with %s', async (_, which, verdict) => {
  const folder = ownFolder()
  const server = await startServer()
  if (which === 'closed') await server.close()
  const target = which === '' ? '' : `target: ${JSON.stringify(server.url)},`
  const ending = await runProgram(
    folder,
    `import { run } from 'delete-conformance'`,
    `import { writeFileSync } from 'node:fs'`,
    `const report = await run({ ${target} runs: 5, out: ${JSON.stringify(join(folder, 'run'))} })`,
    `writeFileSync(${JSON.stringify(join(folder, 'verdict-'))} + report.verdict, '')`,
  )
  expect(ending).toEqual({ code: 0, signal: undefined, stdout: '', stderr: '' })
  expect(existsSync(join(folder, `verdict-${verdict}`))).toBe(true)
  expect(readdirSync(join(folder, 'run'))).toContain('SHA256SUMS')
})

test('ends by itself when it was interrupted, and writes nothing either', async () => {
  const server = await startServer()
  const ending = await runProgram(
    ownFolder(),
    `import { run, RunInterrupted } from 'delete-conformance'`,
    `const controller = new AbortController()`,
    `const onProgress = ({ kind }) => kind === 'case' && controller.abort()`,
    `const { signal } = controller`,
    `await run({ target: ${JSON.stringify(server.url)}, signal, onProgress }).catch((error) => {`,
    `  if (!(error instanceof RunInterrupted)) throw error`,
    `})`,
  )
  expect(ending).toEqual({ code: 0, signal: undefined, stdout: '', stderr: '' })
  expect(server.store.size).toBe(0)
})
