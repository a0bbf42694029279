import { PREFLIGHT } from '../harness/run/preflight.ts'
import { launch } from '../harness/run/run.ts'
import { MAX_SHRINK_CASES } from '../harness/run/shrinking.ts'
import { ledgerInMemory } from '../harness/safety/ledger.ts'
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
 * Runs `run --plan`: counts what would be sent to a target that conforms, by running everything against one
 * inside this process. Sends nothing anywhere, and uses up no file and no command of `--files`.
 *
 * @param idSamples - ids as the target issues them, in the order in which it made them
 * @returns the exit code
 */
export async function plan(
  { settings }: PreparedRun,
  idSamples: readonly string[],
  output: Output,
): Promise<number> {
  const counter = planCounter()
  const samples = idSamples.length > 0 ? idSamples : settings.provider.samples
  const report = await launch(
    { ...settings, instance: 'plan', catalogue: counter.watching(settings.catalogue) },
    {
      ledgerPath: '',
      openLedger: ledgerInMemory,
      openEnvironment: () => plannedEnvironment(settings, samples),
      record: counter.record,
      provided: (provided) => counter.count(provided, 'provided', 'files'),
    },
  )
  // Which are safe to send depends on the target's ids: the plan has room for all, and for a look after each.
  for (const { requirement, count } of report.notSent) {
    for (let sent = 0; requirement !== PREFLIGHT && sent < count; sent += 1) {
      counter.count({ requirement, case: '0' }, 'requests', 'deletions')
      counter.count({ requirement, case: '0' }, 'requests')
    }
  }
  const rows = counter.rows()
  const all = combined(rows, sum)
  const lines = [
    'This would be sent to a target that conforms; nothing was sent.',
    '',
    ...planTable(rows, all).map((line) => `  ${line}`),
    '',
    ...needs(settings, rows, all),
    ...limits(settings, all),
    ...item(
      'Not counted',
      'retries after 429, 503 or 409, removals that fail and are tried again, reads until a',
      "deletion shows (--settle), further pages of a list, ids of another shape than OpenAI's;",
      '--max-requests limits them',
    ),
    ...keptBack(report, idSamples.length > 0),
  ]
  for (const line of lines) output.line(line)
  return EXIT.conforms
}

/** Counted numbers: of a case, of a requirement, or of the whole plan. */
type Counts = Readonly<Record<Counted, number>>
type Counted = 'deletions' | 'uploads' | 'provided' | 'requests' | 'files'

const NONE: Counts = { deletions: 0, uploads: 0, provided: 0, requests: 0, files: 0 }

const sum = (one: number, other: number) => one + other

function combined(all: readonly Counts[], combine: (one: number, other: number) => number): Counts {
  const of = (key: Counted) => all.reduce((result, one) => combine(result, one[key]), 0)
  return {
    deletions: of('deletions'),
    uploads: of('uploads'),
    provided: of('provided'),
    requests: of('requests'),
    files: of('files'),
  }
}

/** Requirement with what it sends: in all, and at most in one case. */
interface PlannedRow extends Counts {
  readonly requirement: string
  readonly cases: number
  readonly most: Counts
  /** Whether its cases are generated, and shrunk on failure. */
  readonly isProperty: boolean
}

/** Makes a counter of what a run sends, requirement by requirement. */
function planCounter() {
  const requirements = new Map<string, Map<string, Counts>>()
  const properties = new Set<string>()
  const count = (
    { requirement, case: key }: Pick<Exchange, 'requirement' | 'case'>,
    ...what: readonly Counted[]
  ) => {
    const cases = requirements.get(requirement) ?? new Map<string, Counts>()
    const counts = { ...(cases.get(key) ?? NONE) }
    for (const one of what) counts[one] += 1
    requirements.set(requirement, cases.set(key, counts))
  }
  return {
    count,
    record(exchange: Exchange) {
      const { method, body } = exchange.request
      if (method === 'DELETE') count(exchange, 'requests', 'deletions')
      else if (body !== undefined && 'filename' in body) {
        count(exchange, 'requests', 'uploads', 'files')
      } else count(exchange, 'requests')
    },
    /** Returns the same catalogue, which tells the counter which requirements are properties. */
    watching: (catalogue: readonly Family[]): readonly Family[] =>
      catalogue.map((family) => ({
        ...family,
        requirements: family.requirements.map((one) => {
          if (isInvariant(one)) return one
          const cases: typeof one.cases = (facts) => {
            const planned = one.cases(facts)
            if (planned.kind === 'property') properties.add(one.id)
            return planned
          }
          return { ...one, cases }
        }),
      })),
    rows: (): readonly PlannedRow[] =>
      [...requirements].map(([requirement, cases]) => {
        const each = [...cases.values()]
        const isProperty = properties.has(requirement)
        const most = combined(each, Math.max)
        return { ...combined(each, sum), requirement, cases: cases.size, most, isProperty }
      }),
  }
}

/** Lays out a list item: lines behind a label. */
function item(label: string, ...lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `${(at === 0 ? label : '').padEnd(16)}${line}`)
}

function needs(
  { challenge, seed }: PreparedRun['settings'],
  rows: readonly PlannedRow[],
  { requests, files }: Counts,
): readonly string[] {
  const cases = challenge === undefined ? `--seed ${seed}` : `--challenge ${shellQuoted(challenge)}`
  const maxFiles = files === 0 ? '' : ` --max-files ${files}`
  const shrunk = rows.filter(({ isProperty }) => isProperty).map(({ most }) => most)
  const more = combined(shrunk, sum)
  const worstFiles = files + MAX_SHRINK_CASES * more.files
  // The cleanup deletes once more what a case could not delete.
  const worstRequests = requests + MAX_SHRINK_CASES * more.requests + worstFiles
  return [
    ...item('This fits into', `${cases} --max-requests ${requests}${maxFiles}`),
    ...item(
      'At worst',
      `${counted(worstRequests, 'request')} and ${counted(worstFiles, 'file')}: every property fails and is shrunk with ${MAX_SHRINK_CASES} more`,
      'cases, each as expensive as its most expensive one, and every file is deleted once more',
    ),
  ]
}

/** Compares what is needed with the budget and with the ids that are provided. */
function limits(
  { budget = {}, provider }: PreparedRun['settings'],
  { requests, files }: Counts,
): readonly string[] {
  const { maxRequests, maxFiles, deadlineMs } = budget
  const { available = files, description } = provider
  const within = (flag: string, most: number | undefined, needed: number) => {
    if (most === undefined) return []
    const result =
      most < needed ? 'would stop it before the end' : 'is enough, unless something fails'
    return item('Budget', `${flag} ${most} ${result}`)
  }
  return [
    ...within('--max-requests', maxRequests, requests),
    ...within('--max-files', maxFiles, files),
    ...(deadlineMs === undefined
      ? []
      : item('Budget', '--deadline: how long it takes depends on the target')),
    ...(available >= files
      ? []
      : item(
          'Files',
          `--files ${printable(description)} holds ${counted(available, 'id')}, and ${files} are needed:`,
          'what needs a file after them would be inconclusive',
        )),
  ]
}

/** Says what is known of ids, and which deletions are kept back because of it. */
function keptBack(report: Report, sampled: boolean): readonly string[] {
  const { notSent } = report
  const count = notSent.reduce((total, one) => total + one.count, 0)
  const width = Math.max(0, ...notSent.map(({ requirement }) => requirement.length))
  const ids = printable(idsSentence(report) ?? 'nothing is known of them')
  const advice = 'for those of your target, give some of them: --id-sample ID for each'
  return [
    ...item('Ids', ids, ...(sampled ? [] : [advice])),
    ...item(
      'Not sent',
      count === 0
        ? 'nothing'
        : `${counted(count, 'deletion')} that could delete files of others (--disposable sends most of them):`,
      ...notSent.map(
        ({ requirement, count: times, reading, segment }) =>
          `${requirement.padEnd(width)}  ${String(times).padStart(4)}  ${printable(reading)}, as ${printable(segment)}`,
      ),
    ),
  ]
}

const NAMES: Readonly<Record<string, string>> = {
  [PREFLIGHT]: '(finding out what the target offers)',
  'set-up/cleanup': '(removing files that are left)',
}

/** Lays out the table of a plan: a requirement a line, and the sums at the end. */
function planTable(rows: readonly PlannedRow[], all: Counts): readonly string[] {
  const files = all.provided > 0 ? 'provided' : 'uploads'
  const numbers = (counts: Counts) =>
    [
      counts.deletions,
      counts[files],
      counts.requests - counts.deletions - counts.uploads,
      counts.requests,
    ].map(String)
  const table = [
    ['requirement', 'cases', 'deletions', files, 'other', 'requests'],
    ...rows.map((row) => [
      NAMES[row.requirement] ?? row.requirement,
      String(row.cases),
      ...numbers(row),
    ]),
    ['in all', '', ...numbers(all)],
  ]
  const width = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0))
  return table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(width(at)) : cell.padStart(width(at) + 2)))
      .join(''),
  )
}
