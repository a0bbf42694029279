import type { Contract } from '../../model/contract.ts'
import type {
  DamageReport,
  EvidenceIdentity,
  FilesReport,
  Report,
  RequirementResult,
  Selection,
} from '../../model/report.ts'
import { type Family, type Invariant, isInvariant } from '../../model/requirement.ts'
import { violated } from '../../model/verdict.ts'
import { unobserved } from '../run/examiner.ts'
import { reportedResults, select } from '../run/selection.ts'
import { conclude, remarksOn } from '../run/verdicts.ts'
import { MAX_SUSPECTS } from '../safety/damage-check.ts'

/** Shards cannot be joined; the message says which, and why. */
export class MergeError extends Error {
  override readonly name = 'MergeError'
}

/** What reports of shards are joined with. */
interface MergeParts {
  readonly contract: Contract
  readonly catalogue: readonly Family[]
  /** Of the joined evidence. */
  readonly evidence: EvidenceIdentity
}

/**
 * Joins the reports of all shards of a run into the report of the whole run.
 *
 * @throws MergeError if they are not all shards of one run, each once
 */
export function mergedReport(shards: readonly Report[], parts: MergeParts): Report {
  const reports = shardsInOrder(shards)
  const [first] = reports as readonly [Report, ...Report[]]
  const families = select(parts.catalogue, first.selection.only, first.selection.skip)
  const results = mergedResults(families, reports, parts.contract)
  const reported = reportedResults(families, results, first.selection.only)
  const { requirements } = reported
  const selection = mergedSelection(first.selection, requirements)
  const observed = sumOf(reports.map((one) => one.observed))
  const { strict, expectedStatuses } = first.options
  const { statuses } = first.document
  const others = mergedOthers(reports.flatMap((one) => one.others ?? []))
  const facts = {
    statuses,
    observed,
    selection,
    strict,
    expectedStatuses,
    results: requirements,
    remarks: remarksOn(others),
    left: reports.flatMap(({ files }) => files.left),
  }
  const { runId: _, instance: __, ids: ___, gate: ____, others: _____, ...same } = first
  const started = reports.map((one) => one.started).sort()[0] as string
  const end = Math.max(...reports.map((one) => Date.parse(one.started) + one.durationMs))
  return {
    ...same,
    capabilities: mergedCapabilities(reports),
    observed,
    selection,
    ...reported,
    ...conclude(facts),
    notSent: reports.flatMap(({ notSent }) => notSent),
    ...(others === undefined ? {} : { others }),
    files: mergedFiles(reports.map(({ files }) => files)),
    evidence: parts.evidence,
    shards: reports.map(({ runId, instance, ids, evidence, ...one }) => ({
      probed: resultsIn(one)
        .filter(({ cases }) => cases.unit === 'case')
        .map(({ id }) => id),
      ...(runId === undefined ? {} : { runId }),
      ...(instance === undefined ? {} : { instance }),
      ...(ids === undefined ? {} : { ids }),
      lines: evidence?.lines ?? 0,
      started: one.started,
      durationMs: one.durationMs,
    })),
    started,
    durationMs: end - Date.parse(started),
  }
}

/**
 * The shards from the first to the last.
 *
 * @throws MergeError if they are not all shards of one run, each once
 */
export function shardsInOrder(reports: readonly Report[]): readonly Report[] {
  const [first] = reports
  if (first === undefined) throw new MergeError('found no shard')
  const whole = reports.find(({ selection }) => selection.shard === undefined)
  if (whole !== undefined) throw new MergeError('one of the runs is no shard')
  const count = first.selection.shard?.count ?? 0
  const numbers = reports.map(({ selection }) => selection.shard?.index ?? 0)
  for (const report of reports) {
    const other = differingFact(first, report)
    if (other !== undefined) throw new MergeError(`the shards are of different runs: ${other}`)
  }
  const all = Array.from({ length: count }, (_, at) => at + 1)
  const missing = all.filter((number) => !numbers.includes(number))
  if (missing.length > 0) throw new MergeError(`missing: shard ${missing.join(', ')} of ${count}`)
  const doubled = all.filter((number) => numbers.filter((one) => one === number).length > 1)
  if (doubled.length > 0) throw new MergeError(`doubled: shard ${doubled.join(', ')} of ${count}`)
  return reports.toSorted(
    (a, b) => (a.selection.shard?.index ?? 0) - (b.selection.shard?.index ?? 0),
  )
}

function differingFact(one: Report, other: Report): string | undefined {
  const facts: readonly (readonly [string, (report: Report) => unknown])[] = [
    ['program', ({ tool }) => tool],
    ['document', ({ document }) => document],
    ['target', ({ target }) => target],
    ['options', ({ options }) => options],
    ['seed', ({ seed }) => seed],
    ['challenge', ({ challenge }) => challenge],
    ['number of shards', ({ selection }) => selection.shard?.count],
    ['--only', ({ selection }) => selection.only],
    ['--skip', ({ selection }) => selection.skip],
  ]
  return facts.find(([, of]) => JSON.stringify(of(one)) !== JSON.stringify(of(other)))?.[0]
}

function mergedSelection(
  { shard: _, ...selection }: Selection,
  { length: selected }: readonly RequirementResult[],
): Selection {
  return { ...selection, selected }
}

function resultsIn({ requirements, broughtAlong }: Report): readonly RequirementResult[] {
  return [...requirements, ...broughtAlong]
}

function mergedResults(
  families: readonly Family[],
  reports: readonly Report[],
  contract: Contract,
): readonly RequirementResult[] {
  const partsOf = (id: string) =>
    reports.flatMap((report) => resultsIn(report).filter((one) => one.id === id))
  const all = families.flatMap(({ requirements }) => requirements)
  const probed = all.filter((one) => !isInvariant(one)).flatMap(({ id }) => partsOf(id))
  return all.map((requirement) => {
    const found = partsOf(requirement.id)
    const [only] = found
    if (only === undefined) throw new MergeError(`no shard has the requirement ${requirement.id}`)
    return isInvariant(requirement) ? observed(requirement, found, probed, contract) : only
  })
}

/** What a watching requirement has seen in all shards. */
function observed(
  requirement: Invariant,
  found: readonly RequirementResult[],
  probed: readonly RequirementResult[],
  contract: Contract,
): RequirementResult {
  const first = found[0] as RequirementResult
  const seen = found.filter(({ cases }) => cases.judged + cases.inconclusive > 0)
  if (seen.length === 0) {
    const alike = found.every(
      ({ reason, verdict }) => reason === first.reason && verdict === first.verdict,
    )
    return alike ? first : unobserved(requirement, contract, probed)
  }
  const sum = (of: 'judged' | 'failed' | 'inconclusive') =>
    seen.reduce((total, { cases }) => total + cases[of], 0)
  const [judged, failed, inconclusive] = [sum('judged'), sum('failed'), sum('inconclusive')]
  const cases = { ...first.cases, judged, failed, inconclusive }
  const { reason: _, ...rest } = first
  const undecided = seen.find(({ verdict }) => verdict === 'inconclusive')
  if (cases.failed === 0 && undecided !== undefined) return { ...undecided, cases }
  if (cases.failed === 0) return { ...rest, verdict: 'passed', cases }
  return {
    ...rest,
    verdict: violated(requirement.level),
    reason: `${cases.failed} of ${cases.judged} answers failed`,
    cases,
    violations: seen.flatMap(({ violations }) => violations),
    exchanges: seen.flatMap(({ exchanges }) => exchanges),
  }
}

/** What every shard has found there; where one has not, its reason. */
function mergedCapabilities(reports: readonly Report[]): Report['capabilities'] {
  const [first] = reports as readonly [Report, ...Report[]]
  return first.capabilities.map((capability) => {
    const all = reports.flatMap(({ capabilities }) =>
      capabilities.filter(({ name }) => name === capability.name),
    )
    return all.find(({ available }) => !available) ?? capability
  })
}

function mergedFiles(files: readonly FilesReport[]): FilesReport {
  const ledgers = files.flatMap(({ ledger }) => ledger ?? [])
  return {
    created: files.reduce((sum, { created }) => sum + created, 0),
    left: files.flatMap(({ left }) => left),
    ...(ledgers.length === 0 ? {} : { ledger: ledgers.join(', ') }),
  }
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of counts) {
    for (const [key, count] of Object.entries(one)) sums[key] = (sums[key] ?? 0) + count
  }
  return sums
}

/** What each shard has missed at its end; a shard sees no more than what was there at its beginning. */
function mergedOthers(accounts: readonly DamageReport[]): DamageReport | undefined {
  const [first, ...rest] = accounts
  return rest.reduce<DamageReport | undefined>((sum, one) => sum && addedUp(sum, one), first)
}

function addedUp(one: DamageReport, other: DamageReport): DamageReport {
  const unchecked = one.unchecked ?? other.unchecked
  return {
    listed: Math.max(one.listed, other.listed),
    complete: one.complete && other.complete,
    gone: [...new Set([...one.gone, ...other.gone])],
    deletions: one.deletions + other.deletions,
    suspects: [...one.suspects, ...other.suspects].slice(0, MAX_SUSPECTS),
    ...(unchecked === undefined ? {} : { unchecked }),
  }
}
