import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const VITEST = resolve(import.meta.dirname, '../../node_modules/vitest')

/** A program as a user writes it: everything that is not right in it is expected to be an error. */
const PROGRAM = `
import {
  type Contract, type Exchange, loadContract, type Report, type Requirement, requirements,
  run, RunInterrupted, type RunOptions, toMatchContract, type Verdict,
} from 'delete-conformance'

const rows: readonly Requirement[] = requirements()
const options: RunOptions = { target: 'http://127.0.0.1:1', only: rows.map(({ id }) => id) }
const report: Report = await run(options).catch((error: unknown) => {
  throw error instanceof RunInterrupted ? new Error(error.left.join()) : error
})
const contract: Contract = await loadContract(new URL('file:///openapi.yaml'), { operation: 'x' })
const { pass } = await toMatchContract({ status: 200, body: '' }, contract, 'not-found')
export const verdicts: readonly Verdict[] = report.requirements.map(({ verdict }) => verdict)
export const passed: boolean = pass
export type Sent = Exchange['request']

// @ts-expect-error: there is no such option
await run({ tagret: 'http://127.0.0.1:1' })
// @ts-expect-error: a variable that may not be set
await run({ target: undefined as string | undefined })
// @ts-expect-error: no verdict
export const verdict: Verdict = 'fine'
`

const TESTS = `
import { conformance, type ConformanceOptions } from 'delete-conformance/vitest'
import { loadContract } from 'delete-conformance'
import { expect, test } from 'vitest'

test('answers', async () => {
  const contract = await loadContract()
  const fetched: Promise<void> = expect(new Response()).toMatchContract(contract, 404)
  const plain: void = expect({ status: 404, body: '' }).not.toMatchContract(contract, 'not-found')
  await expect(fetch('http://127.0.0.1:1')).resolves.toMatchContract(contract)
  // @ts-expect-error: no such answer
  expect({ status: 404, body: '' }).toMatchContract(contract, 'gone')
  await fetched
  return plain
})

const options: ConformanceOptions = { target: 'http://127.0.0.1:1', waivers: 'waivers.yaml' }
conformance(options)
// @ts-expect-error: no server is meant
conformance({ only: ['deleted/'] })
// @ts-expect-error: a variable that may not be set
conformance({ target: undefined as string | undefined })
`

/** Tests of a server as a user writes them, whose last line is the one that failures name. */
const SERVER_TESTS = `
import { conformance } from 'delete-conformance/vitest'

declare const process: { readonly env: Readonly<Record<string, string>> }

conformance({ target: process.env.TARGET ?? '', runs: 1, linger: '0' })
`

/**
 * Makes the folder of a user's program, with tests, in TypeScript.
 *
 * @param modules - a `node_modules` that the package is installed in; vitest is put beside it
 */
export function makeConsumer(scratch: string, modules: string, moduleResolution: string): string {
  const folder = mkdtempSync(join(scratch, 'consumer-'))
  cpSync(modules, join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  symlinkSync(VITEST, join(folder, 'node_modules', 'vitest'))
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    // Those of this package must stand on their own; vitest's own need more than this.
    types: [],
    skipLibCheck: false,
    noEmit: true,
  }
  const config = { compilerOptions, files: ['program.ts'] }
  const tests = {
    extends: './program.json',
    compilerOptions: { skipLibCheck: true },
    files: ['own.test.ts', 'server.test.ts'],
  }
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  write('package.json', JSON.stringify({ type: 'module' }))
  write('program.ts', PROGRAM)
  write('own.test.ts', TESTS)
  write('server.test.ts', SERVER_TESTS)
  write('program.json', JSON.stringify(config))
  write('tests.json', JSON.stringify(tests))
  return folder
}
