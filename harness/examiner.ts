import type { Contract } from '../model/contract.ts'
import type { Exchange } from '../model/exchange.ts'
import type { RequirementResult } from '../model/report.ts'
import {
  type Family,
  familyOf,
  isWatching,
  type ProbingRequirement,
  type Requirement,
  type WatchingRequirement,
} from '../model/requirement.ts'
import type { ProbingContext } from './probing.ts'
import { probe } from './probing.ts'
import { notProbed, probedResult, watchedResult } from './result.ts'
import type { FileSupply } from './supply.ts'
import { openWatch, type Watch } from './watching.ts'

/** What requirements are examined with. */
export interface Examination extends Omit<ProbingContext, 'onCase'> {
  readonly supply: FileSupply
  readonly refused: (exchange: Exchange) => boolean
}

/** A run over chosen requirements: probes them one by one, while the watching ones look on. */
export interface Examiner {
  /** To be told of every exchange. */
  see(exchange: Exchange): void
  /** Probes a requirement, or concludes on a watching one from what was seen until now. */
  examine(requirement: Requirement): Promise<RequirementResult>
}

/** Told when a case of the requirement under way is over, and how many there are to be. */
export type CaseListener = (requirement: Requirement, done: number, planned: number) => void

/** @param families - the chosen requirements */
export function createExaminer(
  families: readonly Family[],
  context: Examination,
  onCase: CaseListener = () => undefined,
): Examiner {
  const { contract } = context
  const watching = families.flatMap(({ requirements }) => requirements).filter(isWatching)
  const watches = new Map<string, Watch>(
    watching.map((one) => [one.id, openWatch(one, contract, context.refused)]),
  )
  const probed: RequirementResult[] = []
  const probeAndJudge = async (requirement: ProbingRequirement) => {
    const outcomes = await probe(requirement, {
      ...context,
      onCase: (done, planned) => onCase(requirement, done, planned),
    })
    return probedResult(requirement, contract, outcomes)
  }

  return {
    see(exchange) {
      for (const watch of watches.values()) watch.see(exchange)
    },
    async examine(requirement) {
      const impossible = cannotBeProbed(requirement, contract, context.supply)
      if (isWatching(requirement)) {
        if (impossible !== undefined) return impossible
        const { watched } = watches.get(requirement.id) as Watch
        return watched.judged > 0
          ? watchedResult(requirement, contract, watched)
          : unobserved(requirement, contract, probed)
      }
      const result = impossible ?? (await probeAndJudge(requirement))
      probed.push(result)
      return result
    },
  }
}

/** Why a requirement cannot be probed at all: the document or the supply of files does not allow it. */
function cannotBeProbed(
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
    return notProbed(requirement, contract, 'inconclusive', supply.reason ?? 'no disposable files')
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
