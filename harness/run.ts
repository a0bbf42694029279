import type { Contract } from '../model/contract.ts'
import type { Exchange } from '../model/exchange.ts'
import type { RequirementResult } from '../model/report.ts'
import {
  type Family,
  familyOf,
  isWatching,
  type Requirement,
  type WatchingRequirement,
} from '../model/requirement.ts'
import type { ProbingContext } from './probing.ts'
import { probe } from './probing.ts'
import { notProbed, probedResult, watchedResult } from './result.ts'
import type { FileSupply } from './supply.ts'
import { openWatch, type Watch } from './watching.ts'

/** What is told while a run goes on. */
export interface RunListener {
  requirementStarted(requirement: Requirement): void
  /** A case of the requirement under way is over. */
  caseDone(requirement: Requirement, done: number, planned: number): void
  familyDone(family: Family, results: readonly RequirementResult[]): void
}

export interface Examination extends Omit<ProbingContext, 'onCase'> {
  readonly supply: FileSupply
  readonly refused: (exchange: Exchange) => boolean
}

/** A run over chosen requirements: probes them one by one, while the watching ones look on. */
export interface Examiner {
  /** To be told of every exchange. */
  see(exchange: Exchange): void
  /** Probes one requirement. */
  probe(requirement: Requirement): Promise<RequirementResult>
  /** The verdict on a watching requirement, from what was seen until now. */
  watched(requirement: WatchingRequirement): RequirementResult
}

/** @param families - the chosen requirements */
export function createExaminer(
  families: readonly Family[],
  context: Examination,
  onCase: RunListener['caseDone'] = () => undefined,
): Examiner {
  const { contract } = context
  const watching = families.flatMap(({ requirements }) => requirements).filter(isWatching)
  const watches = new Map<string, Watch>(
    watching.map((one) => [one.id, openWatch(one, contract, context.refused)]),
  )
  const probed: RequirementResult[] = []

  return {
    see(exchange) {
      for (const watch of watches.values()) watch.see(exchange)
    },
    async probe(requirement) {
      if (isWatching(requirement)) return this.watched(requirement)
      const done =
        impossible(requirement, contract, context.supply) ??
        probedResult(
          requirement,
          contract,
          await probe(requirement, {
            ...context,
            onCase: (count, planned) => onCase(requirement, count, planned),
          }),
        )
      probed.push(done)
      return done
    },
    watched(requirement) {
      const undocumented = impossible(requirement, contract, context.supply)
      if (undocumented !== undefined) return undocumented
      const { watched } = watches.get(requirement.id) as Watch
      if (watched.judged > 0) return watchedResult(requirement, contract, watched)
      return unobserved(requirement, contract, probed)
    },
  }
}

/** Examines all requirements in order; what watches the whole run is concluded when all else is done. */
export async function examineAll(
  families: readonly Family[],
  examiner: Examiner,
  listener: RunListener,
): Promise<readonly RequirementResult[]> {
  const results = new Map<string, RequirementResult>()
  const conclude = (family: Family) => {
    const ordered = family.requirements.flatMap(({ id }) => results.get(id) ?? [])
    listener.familyDone(family, ordered)
  }
  const watchesRun = (one: Requirement): one is WatchingRequirement =>
    isWatching(one) && one.watches === 'run'
  const open: Family[] = []
  for (const family of families) {
    const sorted = [...family.requirements].sort(
      (a, b) => Number(isWatching(a)) - Number(isWatching(b)),
    )
    for (const requirement of sorted) {
      if (watchesRun(requirement)) continue
      listener.requirementStarted(requirement)
      results.set(requirement.id, await examiner.probe(requirement))
    }
    if (family.requirements.some(watchesRun)) open.push(family)
    else conclude(family)
  }
  for (const family of open) {
    for (const requirement of family.requirements.filter(watchesRun)) {
      results.set(requirement.id, examiner.watched(requirement))
    }
    conclude(family)
  }
  return families.flatMap(({ requirements }) =>
    requirements.flatMap(({ id }) => results.get(id) ?? []),
  )
}

/** Why a requirement cannot be probed at all: the document or the supply of files does not allow it. */
function impossible(
  requirement: Requirement,
  contract: Contract,
  supply: FileSupply,
): RequirementResult | undefined {
  const { role, property, needs } = requirement
  if (role !== undefined && contract.statusOf(role) === undefined) {
    return notProbed(requirement, contract, 'inapplicable', `the document has no ${role} response`)
  }
  if (role !== undefined && property !== undefined && !contract.describes(role, property)) {
    const reason = `the document describes no property ${JSON.stringify(property)} in its ${role} response`
    return notProbed(requirement, contract, 'inapplicable', reason)
  }
  if (needs !== undefined && supply.kind === 'none') {
    return notProbed(requirement, contract, 'inconclusive', supply.description)
  }
  if (needs === 'upload' && supply.kind !== 'upload') {
    const reason = `files are handed over (--files ${supply.kind}): their names and contents are not chosen here`
    return notProbed(requirement, contract, 'inapplicable', reason)
  }
  return undefined
}

/** A watching requirement that has seen nothing: because nothing could be sent, or because it never occurs. */
function unobserved(
  requirement: WatchingRequirement,
  contract: Contract,
  probed: readonly RequirementResult[],
): RequirementResult {
  const family = familyOf(requirement.id)
  const watched = probed.filter(
    ({ id }) => requirement.watches === 'run' || familyOf(id) === family,
  )
  const undecided = watched.find(({ verdict }) => verdict === 'inconclusive')
  if (requirement.role !== 'invalid' && undecided !== undefined) {
    return notProbed(requirement, contract, 'inconclusive', undecided.reason ?? 'nothing was seen')
  }
  const own = watched.filter(({ id }) => familyOf(id) === family)
  const count = own.reduce((sum, { cases }) => sum + cases.judged, 0)
  const status = requirement.role === undefined ? '' : ` ${contract.statusOf(requirement.role)}`
  return notProbed(
    requirement,
    contract,
    'inapplicable',
    `never observed: ${count} ${family} cases probed, none answered${status}`,
  )
}
