import type { Contract } from '../../model/contract.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { ReportedCapability, RequirementResult } from '../../model/report.ts'
import {
  type Family,
  familyOf,
  type Invariant,
  isInvariant,
  type Need,
  type ProbingRequirement,
  type Requirement,
} from '../../model/requirement.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { createObserver, type Observer } from './invariants.ts'
import { type ProbingContext, probe } from './probing.ts'
import { invariantResult, notProbed, probedResult } from './verdicts.ts'

/** What requirements are examined with. */
export interface Examination extends Omit<ProbingContext, 'onCase'> {
  readonly provider: ResourceProvider
  readonly capabilities: readonly ReportedCapability[]
  /** Why there is no deletion to judge: one requirement says so of one file, and no more files are made. */
  readonly noDeletion?: { readonly reason: string; readonly provedWith: Need } | undefined
  /** Whether no file on the target matters. */
  readonly disposable: boolean
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
  const invariants = families.flatMap(({ requirements }) => requirements).filter(isInvariant)
  const observers = new Map<string, Observer>(
    invariants.map((one) => [one.id, createObserver(one, contract, context.refused)]),
  )
  const probed: RequirementResult[] = []
  const { noDeletion } = context
  const proofs = proofsAmong(families, noDeletion?.provedWith)
  /** Why a requirement is not probed, or judges nothing of what the proofs were answered. */
  const blocked = (requirement: Requirement) =>
    noDeletion === undefined || isJudged(requirement, proofs, noDeletion.provedWith)
      ? cannotBeProbed(requirement, context)
      : notProbed(requirement, contract, 'inconclusive', noDeletion.reason)
  const probeAndJudge = async (requirement: ProbingRequirement) => {
    const outcomes = await probe(requirement, {
      ...context,
      onCase: (done, planned) => onCase(requirement, done, planned),
    })
    return probedResult(requirement, contract, outcomes)
  }

  return {
    see(exchange) {
      for (const invariant of observers.values()) invariant.see(exchange)
    },
    async examine(requirement) {
      const impossible = blocked(requirement)
      if (isInvariant(requirement)) {
        if (impossible !== undefined) return impossible
        const { observed } = observers.get(requirement.id) as Observer
        return observed.judged > 0 || observed.undecided !== undefined
          ? invariantResult(requirement, contract, observed)
          : unobserved(requirement, contract, probed)
      }
      const result = impossible ?? (await probeAndJudge(requirement))
      probed.push(result)
      return result
    },
  }
}

/** The requirements that show, with one file each, that there is no deletion: by its answer, and by what follows. */
function proofsAmong(
  families: readonly Family[],
  provedWith: Need | undefined,
): readonly Requirement[] {
  if (provedWith === undefined) return []
  const probing = families.flatMap(({ requirements }) =>
    requirements.filter((one) => !isInvariant(one) && one.role === 'deleted'),
  )
  const first = (need: Need) =>
    probing.find(({ needs = [] }) => needs.includes('file') && needs.includes(need))
  return [first('file'), first(provedWith)].filter((one) => one !== undefined)
}

/**
 * Whether a requirement is a proof, or judges what the proofs are answered: where there is no route, that is
 * nobody's answer to a deletion.
 */
function isJudged(
  requirement: Requirement,
  proofs: readonly Requirement[],
  provedWith: Need,
): boolean {
  if (!isInvariant(requirement)) return proofs.includes(requirement)
  return provedWith !== 'file'
}

/** Why a requirement cannot be probed at all: the document or the resource provider does not allow it. */
function cannotBeProbed(
  requirement: Requirement,
  context: Examination,
): RequirementResult | undefined {
  const { contract } = context
  const { role, property, needs = [] } = requirement
  if (role !== undefined && contract.statusOf(role) === undefined) {
    return notProbed(requirement, contract, 'inapplicable', `the document has no ${role} response`)
  }
  if (role !== undefined && property !== undefined && !contract.describes(role, property)) {
    const reason = `the document describes no property ${JSON.stringify(property)} in its ${role} response`
    return notProbed(requirement, contract, 'inapplicable', reason)
  }
  for (const need of needs) {
    const missing = lacking(need, context)
    if (missing !== undefined) return notProbed(requirement, contract, ...missing)
  }
  return undefined
}

/** What follows from a need that is not met: a verdict, and why. */
function lacking(
  need: Need,
  { provider, capabilities, concurrency, disposable }: Examination,
): readonly ['inconclusive' | 'inapplicable', string] | undefined {
  if (need === 'file' || need === 'upload') {
    if (provider.kind === 'none') return ['inconclusive', provider.reason ?? 'no disposable files']
    if (need === 'file' || provider.kind === 'upload') return undefined
    const reason = `files are provided (--files ${provider.kind}): their names and contents are not chosen here`
    return ['inapplicable', reason]
  }
  if (need === 'disposable') {
    if (disposable) return undefined
    return ['inapplicable', 'for targets without any file that matters (--disposable)']
  }
  if (need === 'parallel') {
    if (concurrency >= 2) return undefined
    return ['inapplicable', 'nothing is sent at once (--concurrency 1)']
  }
  const capability = capabilities.find(({ name }) => name === need)
  if (capability?.available === true) return undefined
  const reason = capability?.reason ?? `${need} was not looked for`
  return capability?.declared === true
    ? ['inconclusive', `${need} is declared and does not work: ${reason}`]
    : ['inapplicable', `needs ${need}: ${reason}`]
}

/** A watching requirement that has seen nothing: because nothing could be sent, or because it never occurs. */
export function unobserved(
  requirement: Invariant,
  contract: Contract,
  probed: readonly RequirementResult[],
): RequirementResult {
  const family = familyOf(requirement.id)
  const observed = probed.filter(({ id }) => requirement.scope === 'run' || familyOf(id) === family)
  const undecided = observed.find(
    (one) => one.verdict === 'inconclusive' && (requirement.role !== 'invalid' || wasCutOff(one)),
  )
  if (undecided !== undefined) {
    return notProbed(requirement, contract, 'inconclusive', undecided.reason ?? 'nothing was seen')
  }
  const own = observed.filter(({ id }) => familyOf(id) === family)
  const count = own.reduce((sum, { cases }) => sum + cases.judged, 0)
  const status = requirement.role === undefined ? '' : ` ${contract.statusOf(requirement.role)}`
  return notProbed(
    requirement,
    contract,
    'inapplicable',
    `never observed: ${count} ${family} cases probed, none answered${status}`,
  )
}

/** Whether it was not probed to its end for want of budget: what it did not see may be there. */
function wasCutOff({ exchanges }: RequirementResult): boolean {
  return exchanges.some(({ failure }) => failure?.kind === 'not-sent')
}
