import {
  CHANGES,
  type Change,
  type ComparedRequirement,
  type ComparedRun,
  type Comparison,
} from '../../model/gate.ts'
import type { Report, RequirementResult } from '../../model/report.ts'
import type { Verdict } from '../../model/verdict.ts'

/** Two reports side by side. */
export function comparisonOf(before: Report, after: Report): Comparison {
  const requirements = comparedRequirements(before, after)
  const count = (change: Change) => requirements.filter((one) => one.change === change).length
  return {
    before: run(before),
    after: run(after),
    differences: choiceDifferences(before, after),
    requirements,
    totals: Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Record<
      Change,
      number
    >,
  }
}

function run({ target, started, verdict }: Report): ComparedRun {
  return { target: target.url, started, verdict }
}

/** What became of each requirement from one report to another, in the order of the catalogue. */
function comparedRequirements(before: Report, after: Report): readonly ComparedRequirement[] {
  const of = ({ requirements }: Report, id: string) => requirements.find((one) => one.id === id)
  const ids = [...after.requirements, ...before.requirements].map(({ id }) => id)
  return [...new Set(ids)].map((id) => compared(id, of(before, id), of(after, id)))
}

/** What was chosen otherwise or is another document: verdicts may differ for that alone. */
function choiceDifferences(before: Report, after: Report): readonly string[] {
  const rows: readonly (readonly [string, (report: Report) => unknown])[] = [
    ['program', ({ tool }) => `${tool.name} ${tool.version}`],
    ['document', ({ document }) => document.sha256],
    ['operation', ({ document }) => document.operation],
    ['seed', ({ seed }) => seed],
    ['cases a property', ({ options }) => options.runs],
    ['files', ({ options }) => options.files],
    ['concurrency', ({ options }) => options.concurrency],
    ['disposable', ({ options }) => options.disposable],
    ['credentials sent', ({ target }) => target.authenticated],
  ]
  return rows.flatMap(([name, of]) =>
    of(before) === of(after) ? [] : [`${name}: ${of(before)} before, ${of(after)} now`],
  )
}

function compared(
  id: string,
  before: RequirementResult | undefined,
  after: RequirementResult | undefined,
): ComparedRequirement {
  const { title } = (after ?? before) as RequirementResult
  const note = noteOn(before, after)
  return {
    id,
    title,
    change: changeOf(before, after),
    ...(before === undefined ? {} : { before: before.verdict }),
    ...(after === undefined ? {} : { after: after.verdict }),
    ...(note === undefined ? {} : { note }),
  }
}

/** From the worst to the best. */
const ORDER: readonly Verdict[] = ['failed', 'warned', 'inconclusive', 'inapplicable', 'passed']

function changeOf(
  before: RequirementResult | undefined,
  after: RequirementResult | undefined,
): Change {
  if (before === undefined) return 'new'
  if (after === undefined) return 'gone'
  if (isViolated(before) && !isViolated(after) && after.verdict !== 'passed') return 'unclear'
  const step = ORDER.indexOf(after.verdict) - ORDER.indexOf(before.verdict)
  if (step !== 0) return step > 0 ? 'better' : 'worse'
  if (added(before, after).length > 0) return 'worse'
  return added(after, before).length > 0 ? 'better' : 'same'
}

function isViolated({ verdict }: RequirementResult): boolean {
  return verdict === 'failed' || verdict === 'warned'
}

/** Violations of one result of which the other has none alike. */
function added(other: RequirementResult, { violations }: RequirementResult) {
  const known = new Set(other.violations.map(({ fingerprint }) => fingerprint))
  return violations.filter(({ fingerprint }) => !known.has(fingerprint))
}

function noteOn(
  before: RequirementResult | undefined,
  after: RequirementResult | undefined,
): string | undefined {
  if (after === undefined) return undefined
  const [violation] = before === undefined ? after.violations : added(before, after)
  if (violation === undefined) return isViolated(after) ? undefined : after.reason
  const { where, expected, received } = violation
  return `${where}: expected ${expected}, received ${received}`
}
