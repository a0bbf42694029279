import { testConformance, UNWATCHED } from '../harness/run/run.ts'
import { MAX_SHRINK_CASES } from '../harness/run/shrinking.ts'
import { ledgerInMemory } from '../harness/safety/ledger.ts'
import type { Report } from '../model/report.ts'
import { shellQuoted } from '../reporters/curl.ts'
import { idsSentence } from '../reporters/others.ts'
import { printable } from '../reporters/printable.ts'
import { counted } from '../reporters/wording.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import { type PlanCounter, planCounter, type Spent, spentOn, summed } from './plan-counts.ts'
import { planTable } from './plan-table.ts'
import { plannedTarget } from './planned-target.ts'
import type { PreparedRun } from './prepare.ts'

/**
 * `run --plan`: what would be sent to a target that conforms, counted by running everything against
 * one inside this process. Nothing is sent anywhere, and no file or command of `--files` is used up.
 *
 * @param idSamples - ids as the target issues them, in the order in which it made them
 * @returns the exit code
 */
export async function plan(
  prepared: PreparedRun,
  idSamples: readonly string[],
  output: Output,
): Promise<number> {
  const { options } = prepared
  const counter = planCounter(options.catalogue)
  const samples = idSamples.length > 0 ? idSamples : options.supply.samples
  const report = await testConformance(
    {
      ...options,
      instance: 'plan',
      catalogue: counter.catalogue,
      openLedger: ledgerInMemory,
      openOutside: () => plannedTarget(prepared, samples),
      record: counter.record,
      handedOver: counter.handedOver,
    },
    UNWATCHED,
  )
  const rows = counter.rows()
  const needed = spentOn(summed(rows.map(({ counts }) => counts)))
  const lines = [
    'What would be sent to a target that conforms; nothing was sent.',
    '',
    ...planTable(rows).map((line) => `  ${line}`),
    '',
    ...needs(prepared, needed, counter),
    ...kept(report, idSamples.length > 0),
  ]
  for (const line of lines) output.line(line)
  return EXIT.conforms
}

function needs({ options }: PreparedRun, needed: Spent, counter: PlanCounter): readonly string[] {
  const worst = counter.atWorst()
  const flags = [
    options.challenge === undefined
      ? `--seed ${options.seed}`
      : `--challenge ${shellQuoted(options.challenge)}`,
    `--max-requests ${needed.requests}`,
    ...(needed.files === 0 ? [] : [`--max-files ${needed.files}`]),
  ]
  return [
    `This fits into  ${flags.join(' ')}`,
    `At worst        ${counted(worst.requests, 'request')} and ${counted(worst.files, 'file')}: every property fails and is shrunk with ${MAX_SHRINK_CASES} more`,
    '                cases, each as dear as its dearest, and every file is deleted once more at the end',
    ...stops(options, needed),
    'Not counted     answers that ask for patience (429, 503, 409), removals that fail and are tried again,',
    '                reads until a deletion shows (--settle), further pages of a list, ids of another shape than',
    "                OpenAI's; --max-requests bounds them",
  ]
}

/** Says what ids were taken for, and what is kept back because of them. */
function kept(report: Report, sampled: boolean): readonly string[] {
  const count = report.notSent.reduce((sum, one) => sum + one.count, 0)
  const width = Math.max(0, ...report.notSent.map(({ requirement }) => requirement.length))
  const lines = report.notSent.map(
    ({ requirement, count: times, reading, segment }) =>
      `                ${requirement.padEnd(width)}  ${String(times).padStart(4)}  ${printable(reading)}, as ${printable(segment)}`,
  )
  return [
    `Ids             ${printable(idsSentence(report) ?? 'none is known')}`,
    ...(sampled
      ? []
      : ['                of a target of yours: give some of its ids, --id-sample ID for each']),
    `Not sent        ${count === 0 ? 'nothing' : `${counted(count, 'deletion')} that could meet files of others (--disposable sends most of them):`}`,
    ...lines,
  ]
}

/** What the budget, or the file of ids, does not suffice for. */
function stops({ budget = {}, supply }: PreparedRun['options'], needed: Spent): readonly string[] {
  const { maxRequests, maxFiles, deadlineMs } = budget
  const { available } = supply
  return [
    ...limit('--max-requests', maxRequests, needed.requests),
    ...limit('--max-files', maxFiles, needed.files),
    ...(deadlineMs === undefined
      ? []
      : ['Budget          --deadline: how long it takes depends on the target']),
    ...(available !== undefined && available < needed.files
      ? [
          `Files           --files ${printable(supply.description)} holds ${counted(available, 'id')}, and ${needed.files} are needed:`,
          '                what needs a file after them would be inconclusive',
        ]
      : []),
  ]
}

function limit(flag: string, most: number | undefined, needed: number): readonly string[] {
  if (most === undefined) return []
  return [
    most < needed
      ? `Budget          ${flag} ${most} would stop it before the end`
      : `Budget          ${flag} ${most} is enough, unless something fails`,
  ]
}
