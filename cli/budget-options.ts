import { type Command, Option } from 'commander'
import { DEFAULTS, LIMITS } from '../library/run-options.ts'
import type { Budget } from '../model/report.ts'
import { durationMs, wholeNumber } from './parse.ts'
import { env } from './variables.ts'

/** Flags that bound what a run may spend. */
export interface BudgetFlags {
  readonly maxRequests?: number
  readonly maxFiles?: number
  readonly maxLive: number
  readonly deadline?: number
}

/** Adds the flags of the budget. */
export function addBudgetOptions(command: Command): Command {
  return command
    .addOption(
      env(
        new Option(
          '--max-requests <n>',
          'send no more than this in all, retries and the removal of files included; --plan counts them',
        ).argParser(wholeNumber(1, LIMITS.budget)),
        'MAX_REQUESTS',
      ),
    )
    .addOption(
      env(
        new Option(
          '--max-files <n>',
          'upload no more files than this, or take no more from --files',
        ).argParser(wholeNumber(1, LIMITS.budget)),
        'MAX_FILES',
      ),
    )
    .addOption(
      env(
        new Option('--max-live <n>', 'files of the run that may be there at once')
          .argParser(wholeNumber(LIMITS.fewestLive, LIMITS.mostLive))
          .default(DEFAULTS.maxLive),
        'MAX_LIVE',
      ),
    )
    .addOption(
      env(
        new Option(
          '--deadline <duration>',
          'begin no request after this time, but to remove files: 30s, 10m',
        ).argParser(durationMs),
        'DEADLINE',
      ),
    )
}

/** What a run may spend; undefined where nothing was said. */
export function budgetFrom({
  maxRequests,
  maxFiles,
  deadline,
}: Omit<BudgetFlags, 'maxLive'>): Budget | undefined {
  const budget: Budget = {
    ...(maxRequests === undefined ? {} : { maxRequests }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
  }
  return Object.keys(budget).length === 0 ? undefined : budget
}
