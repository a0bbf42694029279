import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { recordedRunWith } from '../../cli/recorded-run.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import { verifyRun } from '../../harness/evidence/verification.ts'
import { validators } from '../../harness/gate/report-file.ts'
import { loadContract, type Report, type RunOptions, run } from '../../library/index.ts'

/** Whether each server meets the whole suite, as in `npm run test:matrix`, and not only what may find it. */
export const WHOLE = process.env.MATRIX === 'whole'

/** Requirements that send three quarters of all requests of a run, and find a few faults. */
export const LARGE = [
  'concurrency/one-winner',
  'concurrency/different-files',
  'concurrency/beside-reads',
  'identity/look-alike',
]

const { isLine } = validators()
const contract = await loadContract()

/** Runs, and gives the report; of the whole suite, verified from its evidence. */
export async function examined(options: RunOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  try {
    const report = await run({ contract, out: folder, linger: '20ms', ...options })
    if (WHOLE) await expectVerified(folder, report)
    return report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Expects that the same report follows from the evidence beside it. */
async function expectVerified(folder: string, report: Report): Promise<void> {
  const { optionsOf, differences } = recordedRunWith(contract, report)
  expect(differences).toEqual([])
  if (optionsOf === undefined) return
  const evidencePath = join(folder, BUNDLE.evidence)
  const verified = await verifyRun({ report, evidencePath, isLine, optionsOf })
  expect(verified.differences).toEqual([])
  expect(verified.lines).toBe(report.evidence?.lines)
}

/** Gives the tokens of as many accounts of the reference server. */
export function tokens(accounts: number): Pick<RunOptions, 'token' | 'secondToken'> {
  const [token, secondToken] = [...ACCOUNTS.keys()].slice(0, accounts)
  return { token, secondToken }
}

/** Ids of the requirements with one of these verdicts, in the order of the catalogue. */
export function withVerdicts(report: Report, ...verdicts: readonly string[]): readonly string[] {
  return report.requirements.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id)
}
