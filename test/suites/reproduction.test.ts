import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../fixtures/faults/fault.ts'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { type Report, run } from '../../library/index.ts'
import { fieldsOf } from '../../reporters/violation-fields.ts'
import { tokens } from './examined.ts'

/** Faults of which lines in a shell do not show the same answer, or not each time, and why. */
const ONLY_REPLAYED: Readonly<Record<string, string>> = {
}

describe.skipIf(!(await hasCurl()))('the lines that a finding prints, in a shell with curl', () => {
  it.each(faults)('are answered by $name as the report says', async (fault) => {
    const { alter, server: options } = fault
    const server = await startReferenceServer({ ...options, alterations: [alter] })
    try {
      const report = await reportOn(fault, server.url)
      for (const result of report.requirements.filter(({ violations }) => violations.length > 0)) {
        const fields = fieldsOf(report, result)
        const lines = fields.flatMap(([name, value]) => (name === 'again' ? [value] : []))
        const [reported] = fields.flatMap(([name, value]) => (name === 'response' ? [value] : []))
        const output = await runInShell(lines, fault)
        if (process.env.SHOW) console.log(fault.name, result.id, '\n' + lines.join('\n') + '\n' + reported)
        expect.soft(lastAnswer(output), `${result.id}\n${lines.join('\n')}\n${output}`).toBe(reported?.replace(/, [^,]*$/, ''))
      }
    } finally {
      await server.close()
    }
  })
})

function reportOn({ red, disposable, server, cases = 10 }: Fault, target: string): Promise<Report> {
  const accounts = server?.accounts === undefined ? {} : tokens(2)
  return run({ target, ...accounts, only: red, seed: 7, runs: cases, settle: '100ms', disposable })
}

function hasCurl(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('curl', ['--version'], (error) => resolve(error === null))
  })
}

/** Runs lines in a POSIX shell that has the tokens in its variables, and gives what they print. */
function runInShell(lines: readonly string[], { server }: Fault): Promise<string> {
  const { token = '', secondToken = '' } = server?.accounts === undefined ? {} : tokens(2)
  const env = {
    PATH: process.env.PATH,
    CONFORMANCE_TOKEN: token,
    CONFORMANCE_SECOND_TOKEN: secondToken,
  }
  return new Promise((resolve) => {
    // An answer that is cut ends curl with an error, and is the fault.
    execFile('sh', ['-c', lines.join('\n')], { env, timeout: 10_000 }, (_, stdout) => resolve(stdout))
  })
}

/** Reads status and media type of the last answer. */
function lastAnswer(output: string): string {
  const [, status, header = ''] =
    /^HTTP\/1\.1 (\d+)[^\n]*\n((?:[\w-]+:[^\n]*\n)*)\r?\n(?![^]*^HTTP\/1\.1 \d+)/m.exec(output) ?? []
  const type = /^content-type: *([^\r\n]*)/im.exec(header)?.[1] ?? 'no content-type'
  return `${status}, ${type}`
}
