import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RecordedExchange, Report, RequirementResult } from '../../model/report.ts'
import { type Invocation, invoke } from './invoke.ts'

/** Run whose evidence was verified, and what it left. */
interface VerifiedRun extends Invocation {
  readonly report: Report
  readonly exchanges: readonly RecordedExchange[]
  of(id: string): RequirementResult
}

/** Runs the command line against a target, and expects `verify` to derive the same. */
export async function runVerified(url: string, ...flags: readonly string[]): Promise<VerifiedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-verified-'))
  try {
    const out = join(folder, 'out')
    const invocation = await invoke('run', '-t', url, '--out', out, ...flags)
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    const lines = readFileSync(join(out, 'evidence.ndjson'), 'utf8').trim().split('\n')
    const verified = await invoke('verify', out)
    expect(verified.stdout).toContain(`verified: ${report.verdict}`)
    return {
      ...invocation,
      report,
      exchanges: lines.map((line) => JSON.parse(line)).filter((one) => 'request' in one),
      of: (id) => report.requirements.find((one) => one.id === id) as RequirementResult,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
