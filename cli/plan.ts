import { PREFLIGHT } from '../harness/run/preflight.ts'
import { launch } from '../harness/run/run.ts'
import { MAX_SHRINK_CASES } from '../harness/run/shrinking.ts'
import { ledgerInMemory } from '../harness/safety/ledger.ts'
import type { RecordedProvided } from '../model/evidence.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Report } from '../model/report.ts'
import { type Family, isInvariant } from '../model/requirement.ts'
import { shellQuoted } from '../reporters/commands.ts'
import { printable } from '../reporters/printable.ts'
import { counted, idsSentence } from '../reporters/wording.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import { plannedEnvironment } from './planned-environment.ts'
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
  const { settings } = prepared
  const counter = planCounter(settings.catalogue)
  const samples = idSamples.length > 0 ? idSamples : settings.provider.samples
  const report = await launch(
    { ...settings, instance: 'plan', catalogue: counter.catalogue },
    {
      ledgerPath: '',
      openLedger: ledgerInMemory,
      openEnvironment: () => plannedEnvironment(settings, samples),
      record: counter.record,
      provided: counter.provided,
    },
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

function needs({ settings }: PreparedRun, needed: Spent, counter: PlanCounter): readonly string[] {
  const worst = counter.atWorst()
  const flags = [
    settings.challenge === undefined
      ? `--seed ${settings.seed}`
      : `--challenge ${shellQuoted(settings.challenge)}`,
    `--max-requests ${needed.requests}`,
    ...(needed.files === 0 ? [] : [`--max-files ${needed.files}`]),
  ]
  return [
    `This fits into  ${flags.join(' ')}`,
    `At worst        ${counted(worst.requests, 'request')} and ${counted(worst.files, 'file')}: every property fails and is shrunk with ${MAX_SHRINK_CASES} more`,
    '                cases, each as dear as its dearest, and every file is deleted once more at the end',
    ...stops(settings, needed),
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
function stops(
  { budget = {}, provider }: PreparedRun['settings'],
  needed: Spent,
): readonly string[] {
  const { maxRequests, maxFiles, deadlineMs } = budget
  const { available } = provider
  return [
    ...limit('--max-requests', maxRequests, needed.requests),
    ...limit('--max-files', maxFiles, needed.files),
    ...(deadlineMs === undefined
      ? []
      : ['Budget          --deadline: how long it takes depends on the target']),
    ...(available !== undefined && available < needed.files
      ? [
          `Files           --files ${printable(provider.description)} holds ${counted(available, 'id')}, and ${needed.files} are needed:`,
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

/** Requests by what they do, and files. */
interface Counts {
  readonly deletions: number
  readonly uploads: number
  readonly provided: number
  readonly others: number
}

/** What a requirement sends, in all and in its dearest case. */
interface PlannedRow {
  readonly requirement: string
  readonly cases: number
  readonly counts: Counts
  readonly dearest: Spent
}

/** What a budget is spent on. */
interface Spent {
  readonly requests: number
  readonly files: number
}

/** Counts what a run sends, requirement by requirement. */
interface PlanCounter {
  record(exchange: Exchange): void
  provided(record: RecordedProvided): void
  /** The same catalogue; it tells which requirements are properties when they have their turn. */
  readonly catalogue: readonly Family[]
  rows(): readonly PlannedRow[]
  /** Where every property fails and is shrunk. */
  atWorst(): Spent
}

const NONE: Counts = { deletions: 0, uploads: 0, provided: 0, others: 0 }

function planCounter(catalogue: readonly Family[]): PlanCounter {
  const requirements = new Map<string, Map<string, Counts>>()
  const properties = new Set<string>()
  const count = (
    { requirement, case: key }: Pick<Exchange, 'requirement' | 'case'>,
    what: keyof Counts,
  ) => {
    const cases = requirements.get(requirement) ?? new Map<string, Counts>()
    const before = cases.get(key) ?? NONE
    requirements.set(requirement, cases.set(key, { ...before, [what]: before[what] + 1 }))
  }
  const rows = () =>
    [...requirements].map(([requirement, cases]): PlannedRow => {
      const each = [...cases.values()]
      return {
        requirement,
        cases: cases.size,
        counts: summed(each),
        dearest: {
          requests: Math.max(...each.map((one) => spentOn(one).requests)),
          files: Math.max(...each.map((one) => spentOn(one).files)),
        },
      }
    })

  return {
    record(exchange) {
      const { method, body } = exchange.request
      const isUpload = body !== undefined && 'filename' in body
      count(exchange, method === 'DELETE' ? 'deletions' : isUpload ? 'uploads' : 'others')
    },
    provided: (record) => count(record, 'provided'),
    catalogue: catalogue.map((family) => ({
      ...family,
      requirements: family.requirements.map((one) =>
        isInvariant(one)
          ? one
          : {
              ...one,
              cases(facts) {
                const cases = one.cases(facts)
                if (cases.kind === 'property') properties.add(one.id)
                return cases
              },
            },
      ),
    })),
    rows,
    atWorst() {
      const planned = spentOn(summed(rows().map(({ counts }) => counts)))
      const shrunk = rows().filter(({ requirement }) => properties.has(requirement))
      const more = (key: keyof Spent) =>
        shrunk.reduce((sum, { dearest }) => sum + MAX_SHRINK_CASES * dearest[key], 0)
      const files = planned.files + more('files')
      // What its case could not delete is tried once more at the end.
      return { requests: planned.requests + more('requests') + files, files }
    },
  }
}

function spentOn({ deletions, uploads, provided, others }: Counts): Spent {
  return { requests: deletions + uploads + others, files: uploads + provided }
}

function summed(counts: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0)
  return {
    deletions: sum('deletions'),
    uploads: sum('uploads'),
    provided: sum('provided'),
    others: sum('others'),
  }
}

const NAMES: Readonly<Record<string, string>> = {
  [PREFLIGHT]: '(finding out what the target offers)',
  'set-up/cleanup': '(removing files that are left)',
}

type Column = readonly [title: string, of: (counts: Counts) => number]

/** The table of a plan, a requirement a line, with its sum at the end. */
function planTable(rows: readonly PlannedRow[]): readonly string[] {
  const total = summed(rows.map(({ counts }) => counts))
  const files: Column =
    total.provided > 0
      ? ['provided', ({ provided }) => provided]
      : ['uploads', ({ uploads }) => uploads]
  const columns: readonly Column[] = [
    ['deletions', ({ deletions }) => deletions],
    files,
    ['other', ({ others }) => others],
    ['requests', (counts) => spentOn(counts).requests],
  ]
  const cells = (name: string, cases: string, counts: Counts) => [
    name,
    cases,
    ...columns.map(([, of]) => String(of(counts))),
  ]
  return aligned([
    ['requirement', 'cases', ...columns.map(([title]) => title)],
    ...rows.map(({ requirement, cases, counts }) =>
      cells(NAMES[requirement] ?? requirement, String(cases), counts),
    ),
    cells('in all', '', total),
  ])
}

/** Lines whose first column begins at the left, the others ending at the right. */
function aligned(table: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0))
  return table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(width(at)) : cell.padStart(width(at) + 2)))
      .join(''),
  )
}
