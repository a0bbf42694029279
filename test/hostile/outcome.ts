import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Report, RequirementResult } from '../../model/report.ts'
import type { RunVerdict } from '../../model/verdict.ts'
import { type Invocation, invoke } from '../cli/invoke.ts'

/** A run that came to its end by itself, and the report that it left. */
export interface Outcome extends Invocation {
  readonly report: Report
  /** The result of a requirement. */
  of(id: string): RequirementResult
}

const CODES: Readonly<Record<RunVerdict, number>> = {
  conforming: 0,
  'non-conforming': 1,
  inconclusive: 3,
}

/** Seven deletions, each of a file that is there. */
const DELETIONS = ['--only', 'deleted/']

/** Deletions of files that are there and that are not, every answer to which is watched. */
export const WATCHED = [
  '--skip',
  'sequence/,concurrency/,identity/,invalid/,effect/,http/,security/no-html',
]

/** Runs a few requirements against a hostile target, seven deletions unless flags choose others. */
export function runAgainst(url: string, ...flags: readonly string[]): Promise<Outcome> {
  const chosen = flags.some((flag) => ['--only', '--skip'].includes(flag))
  return runAllAgainst(url, ...(chosen ? [] : DELETIONS), ...flags)
}

/**
 * Runs all requirements against a hostile target, and holds the run to what holds whatever the target does: it ends with a
 * verdict and the exit code of that verdict, without a trace of the program, and leaves evidence from
 * which `verify` derives the same.
 */
export function runAllAgainst(url: string, ...flags: readonly string[]): Promise<Outcome> {
  return run(url, flags, async (out, { verdict }) => {
    const verified = await invoke('verify', out)
    expect(verified.stdout).toMatch(new RegExp(`^verified: ${verdict}`, 'm'))
    expect(verified).toMatchObject({ code: 0, stderr: '' })
  })
}

/** As {@link runAllAgainst}, without `verify`: for targets of whose kind another is verified. */
export function runUnverified(url: string, ...flags: readonly string[]): Promise<Outcome> {
  return run(url, flags, async () => undefined)
}

async function run(
  url: string,
  flags: readonly string[],
  verify: (out: string, report: Report) => Promise<void>,
): Promise<Outcome> {
  const out = mkdtempSync(join(tmpdir(), 'hostile-target-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  const words = ['run', '-t', url, '--runs', '5', '--settle', '1ms', '--out', out, ...flags]
  const invocation = await invoke(...words)
  const { code, stdout, stderr } = invocation
  expect(stderr).toBe('')
  expect(stdout).not.toMatch(/^\s+at /m)
  expect(existsSync(join(out, 'report.json'))).toBe(true)
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
  expect(stdout).toContain(`\nVerdict   ${report.verdict}`)
  expect(code).toBe(CODES[report.verdict])
  await verify(out, report)
  return {
    ...invocation,
    report,
    of(id) {
      const found = report.requirements.find((one) => one.id === id)
      if (found === undefined) throw new RangeError(`not in the report: ${id}`)
      return found
    },
  }
}

/** What a run did not pass, each with what was received or why it was not judged. */
export function findingsOf({ report }: Outcome): readonly string[] {
  return report.requirements
    .filter(({ verdict }) => verdict !== 'passed' && verdict !== 'inapplicable')
    .map(({ id, verdict, violations: [first], reason }) => {
      const why = first === undefined ? reason : `${first.where}: ${first.received}`
      return `${verdict} ${id}: ${why}`
    })
}

/** Everything that a run found out is that there was trouble: nothing is violated. */
export function expectUndecided({ report }: Outcome, reason: RegExp): void {
  expect(report.verdict).toBe('inconclusive')
  expect(report.reasons.join('; ')).toMatch(reason)
  expect(report.totals).toMatchObject({ failed: 0, warned: 0 })
}
