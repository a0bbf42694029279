import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { expect } from 'vitest'
import { prepare } from '../../cli/prepare.ts'
import { recordedRun } from '../../cli/recorded-run.ts'
import { addRunOptions, type RunFlags } from '../../cli/run-options.ts'
import type { Fault } from '../../fixtures/faults/fault.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import { verifyRun } from '../../harness/evidence/verification.ts'
import { validators } from '../../harness/gate/report-file.ts'
import { redactionOf } from '../../harness/http/redaction.ts'
import { keepReport, launchLive } from '../../library/launch.ts'
import type { Report } from '../../model/report.ts'

const { isLine: readLine } = validators()

/** The report of a run with these words on its command line, verified from its evidence. */
export async function examined(...words: readonly string[]): Promise<Report> {
  const command = addRunOptions(new Command()).exitOverride()
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  const flags = command.parse([...words, '--out', folder], { from: 'user' }).opts<RunFlags>()
  const prepared = await prepare(flags, redactionOf([]))
  try {
    const report = await launchLive(prepared, { keepsEvidence: true })
    keepReport(prepared, report)
    await expectVerified(folder, report)
    return report
  } finally {
    await prepared.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Expects that the same report follows from the evidence beside it. */
async function expectVerified(folder: string, report: Report): Promise<void> {
  const { optionsOf, differences } = await recordedRun(folder, report, {})
  expect(differences).toEqual([])
  if (optionsOf === undefined) return
  const evidencePath = join(folder, BUNDLE.evidence)
  const verified = await verifyRun({ report, evidencePath, isLine: readLine, optionsOf })
  expect(verified.differences).toEqual([])
  expect(verified.lines).toBe(report.evidence?.lines)
}

/** Words that give a run the tokens of both accounts of the reference server. */
export function asBothAccounts(): readonly string[] {
  const [first, second] = [...ACCOUNTS.keys()]
  process.env.FIRST_ACCOUNT_KEY = first
  process.env.SECOND_ACCOUNT_KEY = second
  return ['--token-env', 'FIRST_ACCOUNT_KEY', '--second-token-env', 'SECOND_ACCOUNT_KEY']
}

/** The report of a strict run on a faulty server. */
export async function examinedFault(fault: Fault): Promise<Report> {
  const { alter, server: options = {}, disposable } = fault
  const server = await startReferenceServer({ ...options, alterations: [alter] })
  try {
    return await examined(
      ...['-t', server.url, '--seed', '7', '--strict', '--runs', '40', '--settle', '100ms'],
      ...(options.accounts === undefined ? [] : asBothAccounts()),
      ...(disposable === true ? ['--disposable'] : []),
    )
  } finally {
    await server.close()
  }
}

/** Ids of the requirements with one of these verdicts, in the order of the catalogue. */
export function withVerdicts(report: Report, ...verdicts: readonly string[]): readonly string[] {
  return report.requirements.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id)
}
