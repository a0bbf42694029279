import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { bareEnvironment, type Ending, type Spawned, spawnProcess } from './spawned.ts'

const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** Does something at the end of a test. One that runs beside others has to give its own. */
export type AtEnd = typeof onTestFinished

/** Makes a folder for one test; ledgers go there, too. */
export function ownFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the built command line as a process, which ends with the test at the latest. */
export function start(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  atEnd: AtEnd = onTestFinished,
): Spawned {
  const spawned = spawnProcess(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: { ...bareEnvironment(folder), ...env },
  })
  atEnd(() => spawned.kill('SIGKILL'))
  return spawned
}

/**
 * Starts the built command line within a shell.
 *
 * @param script - for `sh`; `"$@"` is the command line
 */
export function startInShell(
  folder: string,
  script: string,
  words: readonly string[],
  atEnd: AtEnd = onTestFinished,
): Spawned {
  const within = ['-c', script, 'sh', process.execPath, MAIN, ...words]
  const spawned = spawnProcess('sh', within, { cwd: folder, env: bareEnvironment(folder) })
  atEnd(() => spawned.kill('SIGKILL'))
  return spawned
}

/** Runs the built command line to its end. */
export async function runToEnd(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  return start(ownFolder(), words, env).ended
}

/** Finds the ledger in the heading of a run. */
export function ledgerOf({ stdout }: Pick<Ending, 'stdout'>): string {
  const path = /^ +ledger +(.+)$/m.exec(stdout)?.[1]
  if (path === undefined) throw new Error(`no ledger is named:\n${stdout}`)
  return path
}
