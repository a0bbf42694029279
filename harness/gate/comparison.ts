import {
  CHANGES,
  type Change,
  type ComparedRequirement,
  type ComparedRun,
  type Comparison,
} from '../../model/gate.ts'
import type { Report, ReportedViolation, RequirementResult } from '../../model/report.ts'
import { isViolated, type Verdict } from '../../model/verdict.ts'

/** Compares two reports, requirement by requirement, in the order of the catalogue. */
export function comparisonOf(before: Report, after: Report): Comparison {
  const resultIn = ({ requirements }: Report, id: string) =>
    requirements.find((one) => one.id === id)
  const ids = [...after.requirements, ...before.requirements].map(({ id }) => id)
  const requirements = [...new Set(ids)].map((id) =>
    compared(id, resultIn(before, id), resultIn(after, id)),
  )
  const count = (change: Change) => requirements.filter((one) => one.change === change).length
  return {
    before: comparedRun(before),
    after: comparedRun(after),
    differences: CHOICES.flatMap(([name, of]) =>
      of(before) === of(after) ? [] : [`${name}: ${of(before)} before, ${of(after)} now`],
    ),
    requirements,
    totals: Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Record<
      Change,
      number
    >,
  }
}

function comparedRun({ target, started, verdict }: Report): ComparedRun {
  return { target: target.url, started, verdict }
}

/** Choices that can change verdicts by themselves. */
const CHOICES: readonly (readonly [name: string, of: (report: Report) => unknown])[] = [
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
    ...(before && { before: before.verdict }),
    ...(after && { after: after.verdict }),
    ...(note !== undefined && { note }),
  }
}

/** Verdicts from worst to best. */
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

/** Gives the violations of a result that another does not have. */
function added(
  other: RequirementResult,
  { violations }: RequirementResult,
): readonly ReportedViolation[] {
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
