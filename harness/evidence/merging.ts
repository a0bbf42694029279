import type { Contract } from '../../model/contract.ts'
import { UsageError } from '../../model/errors.ts'
import {
  type DamageReport,
  type EvidenceIdentity,
  isReadOnly,
  type Observation,
  type Report,
  type RequirementResult,
} from '../../model/report.ts'
import { type Family, type Invariant, isInvariant } from '../../model/requirement.ts'
import { violated } from '../../model/verdict.ts'
import { unobserved } from '../run/examiner.ts'
import { observedBefore } from '../run/report.ts'
import { reportedResults, select, withoutFiles } from '../run/selection.ts'
import { conclude, doubtOfReadOnly, remarksOn, wronglyAnswered } from '../run/verdicts.ts'
import { MAX_SUSPECTS } from '../safety/damage-check.ts'

/** Shards cannot be merged; the message says which, and why. */
export class MergeError extends UsageError {
  override readonly name = 'MergeError'
}

interface MergeParts {
  readonly contract: Contract
  readonly catalogue: readonly Family[]
  /** Identity of the merged evidence. */
  readonly evidence: EvidenceIdentity
}

/**
 * Merges the reports of all shards of a run into the report of the whole run.
 *
 * @throws MergeError if they are not all shards of one run, each once
 */
export function mergedReport(shards: readonly Report[], parts: MergeParts): Report {
  const reports = shardsInOrder(shards)
  const [first] = reports as readonly [Report, ...Report[]]
  const { format, tool, document, target, options, seed, challenge } = first
  const { shard: _, ...chosen } = first.selection
  const selected = select(parts.catalogue, chosen.only, chosen.skip)
  const families = isReadOnly(first) ? withoutFiles(selected) : selected
  const results = mergedResults(families, reports, parts.contract)
  const reported = reportedResults(families, results, chosen.only)
  const selection = { ...chosen, selected: reported.requirements.length }
  const observed = sumOf(reports.map((one) => one.observed))
  const observedInSetUp = sumOf(reports.map((one) => one.observedInSetUp ?? {}))
  const damage = mergedDamage(reports.flatMap((one) => one.damage ?? []))
  const observations = mergedObservations(reports.flatMap((one) => one.observations ?? []))
  const left = reports.flatMap(({ files }) => files.left)
  const ledgers = reports.flatMap(({ files }) => files.ledger ?? [])
  const started = reports.map((one) => one.started).sort()[0] as string
  const end = Math.max(...reports.map((one) => Date.parse(one.started) + one.durationMs))
  return {
    ...{ format, tool, document, target, options, seed },
    ...(challenge !== undefined && { challenge }),
    capabilities: mergedCapabilities(reports),
    observed,
    ...observedBefore(observed, observedInSetUp),
    selection,
    ...reported,
    ...conclude({
      ...options,
      document,
      observed,
      selection,
      results: reported.requirements,
      remarks: remarksOn(damage),
      doubt: isReadOnly(first) ? doubtOfReadOnly(mergedCapabilities(reports), damage) : undefined,
      left,
    }),
    notSent: reports.flatMap(({ notSent }) => notSent),
    ...(damage && { damage }),
    ...(observations.length > 0 && { observations }),
    files: {
      created: reports.reduce((sum, { files }) => sum + files.created, 0),
      left,
      ...(ledgers.length > 0 && { ledger: ledgers.join(', ') }),
    },
    evidence: parts.evidence,
    shards: reports.map(mergedShard),
    started,
    durationMs: end - Date.parse(started),
  }
}

/**
 * Sorts the shards from the first to the last.
 *
 * @throws MergeError if they are not all shards of one run, each once
 */
export function shardsInOrder(reports: readonly Report[]): readonly Report[] {
  const [first] = reports
  if (first === undefined) throw new MergeError('found no shard')
  if (reports.some(({ selection }) => selection.shard === undefined)) {
    throw new MergeError('one of the runs is no shard')
  }
  for (const report of reports) {
    const fact = FACTS_OF_A_RUN.find(
      ([, of]) => JSON.stringify(of(first)) !== JSON.stringify(of(report)),
    )
    if (fact !== undefined) throw new MergeError(`the shards are of different runs: ${fact[0]}`)
  }
  const count = first.selection.shard?.count ?? 0
  const indexOf = ({ selection }: Report) => selection.shard?.index ?? 0
  const all = Array.from({ length: count }, (_, at) => at + 1)
  const foundOf = (index: number) => reports.filter((one) => indexOf(one) === index).length
  const missing = all.filter((index) => foundOf(index) === 0)
  if (missing.length > 0) throw new MergeError(`missing: shard ${missing.join(', ')} of ${count}`)
  const repeated = all.filter((index) => foundOf(index) > 1)
  if (repeated.length > 0) throw new MergeError(`doubled: shard ${repeated.join(', ')} of ${count}`)
  return reports.toSorted((a, b) => indexOf(a) - indexOf(b))
}

/** Facts that are the same in all shards of a run. */
const FACTS_OF_A_RUN: readonly (readonly [name: string, of: (report: Report) => unknown])[] = [
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

function mergedShard(report: Report): NonNullable<Report['shards']>[number] {
  const { runId, instance, ids, evidence, started, durationMs } = report
  return {
    probed: resultsIn(report)
      .filter(({ cases }) => cases.unit === 'case')
      .map(({ id }) => id),
    ...(runId !== undefined && { runId }),
    ...(instance !== undefined && { instance }),
    ...(ids && { ids }),
    lines: evidence?.lines ?? 0,
    started,
    durationMs,
  }
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
    const parts = partsOf(requirement.id)
    const [first] = parts
    if (first === undefined) throw new MergeError(`no shard has the requirement ${requirement.id}`)
    if (!isInvariant(requirement)) return first
    const seen = parts.filter(({ cases }) => cases.judged + cases.inconclusive > 0)
    if (seen.length > 0) return observedInAll(requirement, first, seen)
    const areAlike = parts.every(
      ({ reason, verdict }) => reason === first.reason && verdict === first.verdict,
    )
    return areAlike ? first : unobserved(requirement, contract, probed)
  })
}

/** Adds up the answers that an invariant judged in the shards that have some. */
function observedInAll(
  requirement: Invariant,
  { reason: _, ...first }: RequirementResult,
  seen: readonly RequirementResult[],
): RequirementResult {
  const sum = (of: 'judged' | 'failed' | 'inconclusive') =>
    seen.reduce((total, { cases }) => total + cases[of], 0)
  const [judged, failed, inconclusive] = [sum('judged'), sum('failed'), sum('inconclusive')]
  const cases = { ...first.cases, judged, failed, inconclusive }
  if (failed > 0) {
    return {
      ...first,
      verdict: violated(requirement.level),
      reason: wronglyAnswered(failed, judged),
      cases,
      violations: seen.flatMap(({ violations }) => violations),
      exchanges: seen.flatMap(({ exchanges }) => exchanges),
    }
  }
  const undecided = seen.find(({ verdict }) => verdict === 'inconclusive')
  return undecided === undefined ? { ...first, verdict: 'passed', cases } : { ...undecided, cases }
}

/** Takes a capability as missing if one shard has not found it. */
function mergedCapabilities(reports: readonly Report[]): Report['capabilities'] {
  const all = reports.flatMap(({ capabilities }) => capabilities)
  return (reports[0]?.capabilities ?? []).map(
    (capability) =>
      all.find(({ name, available }) => name === capability.name && !available) ?? capability,
  )
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of counts.flatMap((one) => Object.entries(one))) {
    sums[key] = (sums[key] ?? 0) + count
  }
  return sums
}

function mergedObservations(all: readonly Observation[]): readonly Observation[] {
  const merged = new Map<string, Observation>()
  for (const one of all) {
    const key = JSON.stringify([one.about, one.text])
    merged.set(key, { ...one, count: one.count + (merged.get(key)?.count ?? 0) })
  }
  return [...merged.values()]
}

/** Adds up what each shard misses at its end; a shard knows only what was there when it began. */
function mergedDamage(checks: readonly DamageReport[]): DamageReport | undefined {
  const [first] = checks
  if (first === undefined) return undefined
  const unchecked = checks.find((one) => one.unchecked !== undefined)?.unchecked
  return {
    listed: Math.max(...checks.map(({ listed }) => listed)),
    complete: checks.every(({ complete }) => complete),
    gone: [...new Set(checks.flatMap(({ gone }) => gone))],
    deletions: checks.reduce((sum, { deletions }) => sum + deletions, 0),
    suspects: checks.flatMap(({ suspects }) => suspects).slice(0, MAX_SUSPECTS),
    ...(unchecked !== undefined && { unchecked }),
    ...(first.part !== undefined && { part: first.part }),
  }
}
