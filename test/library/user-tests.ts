import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bareEnvironment, type Spawned, spawnProcess } from '../process/spawned.ts'
import { ownFolder } from './running.ts'

const PROJECT = resolve(import.meta.dirname, '../..')

/** Setting by which vitest tells the package from the user's files: it does not lie in `node_modules` here. */
const CONFIG = 'export default { test: { server: { deps: { external: [/[/\\\\]dist[/\\\\]/] } } } }'

/** One test, as vitest's JSON report has it. */
interface UserTest {
  /** Names of its suites, and its own. */
  readonly name: string
  readonly status: string
  readonly messages: readonly string[]
}

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Run of a user's tests. */
export interface UserTests {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly tests: readonly UserTest[]
  /** Failures of whole files. */
  readonly failedFiles: readonly string[]
  of(id: string): UserTest | undefined
}

/** Names the module that users import as `delete-conformance/vitest`. */
export const VITEST_ENTRY = JSON.stringify(join(PROJECT, 'dist/library/vitest.js'))

/** Finds a frame of this package in a stack. */
export const OWN_FRAME = /\/dist\/(?:cli|harness|library|model)\/\S+:\d+:\d+/

/** Starts vitest with a user's files of tests. */
export function startUserTests(
  files: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Spawned & { readonly folder: string } {
  const folder = ownFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'vitest.config.mjs'), CONFIG)
  const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter', 'verbose', '--reporter', 'json', '--outputFile', 'results.json']
  const all = [vitest, 'run', '--root', folder, ...reporters, ...words]
  const env = { ...bareEnvironment(folder), NO_COLOR: '1' }
  return { ...spawnProcess(process.execPath, all, { cwd: folder, env, asGroup: true }), folder }
}

/** Runs `api.test.ts`, which is this text below an import of `conformance`. */
export async function runUserTests(text: string, ...words: readonly string[]): Promise<UserTests> {
  const source = `import { conformance } from ${VITEST_ENTRY}\n${text}\n`
  const { ended, folder } = startUserTests({ 'api.test.ts': source }, ...words)
  const { code, stdout, stderr } = await ended
  const report = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as JsonReport
  const tests = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map((one) => ({
      name: [...one.ancestorTitles, one.title].join(' > '),
      status: one.status,
      messages: one.failureMessages,
    })),
  )
  const failedFiles = report.testResults.flatMap(({ message }) => (message === '' ? [] : [message]))
  const of = (id: string) => tests.find(({ name }) => name.includes(`(${id}, `))
  return { code, stdout, stderr, tests, failedFiles, of }
}
