import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { prepare } from '../../cli/prepare.ts'
import { addRunOptions, type RunFlags } from '../../cli/run-options.ts'
import { testConformance } from '../../harness/conformance.ts'
import type { Report } from '../../model/report.ts'

/** The report of a run with these words on its command line. */
export async function examined(...words: readonly string[]): Promise<Report> {
  const command = addRunOptions(new Command()).exitOverride()
  const flags = command.parse(words, { from: 'user' }).opts<RunFlags>()
  const prepared = await prepare(flags)
  const ledgerPath = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'ledger.ndjson')
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
  }
}

/** Ids of the requirements with one of these verdicts, sorted. */
export function withVerdicts(report: Report, ...verdicts: readonly string[]): readonly string[] {
  return report.requirements
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(({ id }) => id)
    .sort()
}
