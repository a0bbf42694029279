import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import type { Report } from '../../model/report.ts'
import { bareEnvironment, type Ending, type Spawned, spawnProcess } from '../process/spawned.ts'
import { installed, Missing } from './environment.ts'
import type { FieldServer } from './field-server.ts'
import { freePort, type RunningServer, startServer } from './running-server.ts'

/** Run against a server, and the verification of its bundle. */
export interface FieldRun {
  readonly report: Report
  readonly run: Ending
  readonly verification: Ending
}

const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** Seed of all runs: the same cases give the same report. */
const SEED = 7

/**
 * Installs a server and what is behind it, starts both, tests it from the command line, and ends both.
 *
 * @returns why it cannot be tested here, if it cannot
 */
export async function fieldRun(server: FieldServer): Promise<FieldRun | Missing> {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-field-'))
  const running: RunningServer[] = []
  const spawned: Spawned[] = []
  const command = (words: readonly string[], token?: string) => {
    const env = { ...bareEnvironment(folder), ...(token && { CONFORMANCE_TOKEN: token }) }
    const one = spawnProcess(process.execPath, [MAIN, ...words], { cwd: folder, env })
    spawned.push(one)
    return one.ended
  }
  /** Gives its URL. */
  const startOne = async (one: FieldServer, upstream: string) => {
    const own = mkdtempSync(join(folder, 'server-'))
    const environment = one.environment === undefined ? '' : await installed(one.environment)
    const place = { installed: environment, folder: own, port: await freePort(), upstream }
    const started = await startServer(one.start(place), {
      ready: '/v1/files/ready',
      ...one,
      ...place,
    })
    running.push(started)
    return started.url
  }
  try {
    const upstream = server.before === undefined ? '' : await startOne(server.before, '')
    const url = await startOne(server, upstream)
    const added = server.words?.({ upstream }) ?? []
    const words = ['-t', url, '--seed', `${SEED}`, '--out', 'bundle', ...added]
    const run = await command(['run', ...words], server.token)
    const verification = await command(['verify', 'bundle'])
    const text = readFileSync(join(folder, 'bundle', BUNDLE.report), 'utf8')
    return { report: JSON.parse(text), run, verification }
  } catch (error) {
    if (error instanceof Missing) return error
    throw error
  } finally {
    for (const one of spawned) one.kill('SIGKILL')
    for (const one of running.reverse()) await one.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
