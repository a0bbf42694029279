import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { prepare } from '../../cli/prepare.ts'
import { addRunOptions, type RunFlags } from '../../cli/run-options.ts'
import type { Fault } from '../../fixtures/faults/fault.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { testConformance } from '../../harness/conformance.ts'
import type { Report } from '../../model/report.ts'

/** The report of a run with these words on its command line. */
export async function examined(...words: readonly string[]): Promise<Report> {
  const command = addRunOptions(new Command()).exitOverride()
  const flags = command.parse(words, { from: 'user' }).opts<RunFlags>()
  const prepared = await prepare(flags)
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  const ledgerPath = join(folder, 'ledger.ndjson')
  try {
    return await testConformance(
      { ...prepared.options, ledgerPath, signal: new AbortController().signal },
      {
        requirementStarted: () => undefined,
        caseDone: () => undefined,
        familyDone: () => undefined,
        sweeping: () => undefined,
      },
    )
  } finally {
    await prepared.close()
    rmSync(folder, { recursive: true, force: true })
  }
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
