import type { Contract } from '../../model/contract.ts'
import type { Exchange } from '../../model/exchange.ts'
import { kindOf, SERVER_ERRORS } from '../../model/learnt.ts'
import type { ReportedCapability, RequirementResult } from '../../model/report.ts'
import {
  type Family,
  familyOf,
  type Invariant,
  isInvariant,
  type Level,
  type Need,
  type ProbingRequirement,
  type Requirement,
} from '../../model/requirement.ts'
import { isViolated } from '../../model/verdict.ts'
import type { Violation } from '../../model/violation.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import type { Told } from './case.ts'
import { createObserver, type Observer, withUnanswered } from './invariants.ts'
import type { Unanswered } from './losses.ts'
import { type ProbingContext, probe } from './probing.ts'
import { invariantResult, notProbed, probedResult } from './verdicts.ts'

/** Parts with which requirements are examined. */
export interface Examination extends Omit<ProbingContext, 'onCase'> {
  readonly provider: ResourceProvider
  readonly capabilities: readonly ReportedCapability[]
  /** Reason why no deletion can be judged, and the need of a requirement that shows it with one resource. */
  readonly noDeletion?: { readonly reason: string; readonly provedWith: Need } | undefined
  /** Whether no file on the target matters. */
  readonly disposable: boolean
  readonly lingerMs: number
  readonly refused: (exchange: Exchange) => boolean
  /** Gives the deletions that were not answered until now. */
  readonly unanswered: () => Unanswered
  /** Says since which request the target does not answer, if it does not. */
  readonly silence: () => Promise<string | undefined>
}

/** Examines chosen requirements one by one, while invariants observe all exchanges. */
export interface Examiner {
  /** Shows an exchange to the invariants. */
  see(exchange: Exchange): void
  /** Probes a requirement, or concludes on an invariant from what was seen until now. */
  examine(requirement: Requirement): Promise<RequirementResult>
  /** Ids of requirements that could not be judged because deletions were not answered, and for no other reason. */
  readonly unanswered: ReadonlySet<string>
}

/** Kinds of violations that are remembered. */
const MAX_TOLD = 10_000

/** Told when a case of the requirement under way is over, and how many there are to be. */
export type CaseListener = (requirement: Requirement, done: number, planned: number) => void

/** @param families - the chosen requirements */
export function createExaminer(
  families: readonly Family[],
  context: Examination,
  onCase: CaseListener = () => undefined,
): Examiner {
  const { contract } = context
  const requirements = families.flatMap((family) => family.requirements)
  const observers = new Map(
    requirements
      .filter(isInvariant)
      .map((one) => [
        one.id,
        createObserver(one, contract, context.refused, (violation) => otherOf(one, violation)),
      ]),
  )
  const probed: RequirementResult[] = []
  const results = new Map<string, RequirementResult>()
  const tellers = new Map<string, { readonly [L in Level]?: Requirement }>()
  /** A SHOULD does not tell what a MUST has to. */
  const tellerOf = (kind: string, level: Level) => {
    const { MUST, SHOULD } = tellers.get(kind) ?? {}
    return level === 'MUST' ? MUST : (MUST ?? SHOULD)
  }
  const judgesServerErrors = requirements.some(({ id }) => id === SERVER_ERRORS)
  const told: Told = {
    keep(requirement, violations) {
      const kinds = violations.flatMap((one) => [kindOf(one), ...(one.causes ?? [])])
      for (const kind of kinds) {
        if (tellers.size < MAX_TOLD) {
          tellers.set(kind, { [requirement.level]: requirement, ...tellers.get(kind) })
        }
      }
    },
    by(requirement, violation, sent) {
      const { level, form } = requirement
      const sameCause = (violation.causes ?? [])
        .map((cause) => tellerOf(cause, level))
        .find((one) => one !== undefined && one !== requirement)
      if (sameCause !== undefined) return sameCause.id
      const sameForm = form === true ? tellerOf(kindOf(violation), level) : undefined
      if (sameForm?.form === true && sameForm !== requirement) return sameForm.id
      return level === 'SHOULD' && judgesServerErrors && sent.some(isServerError)
        ? SERVER_ERRORS
        : undefined
    },
    isFine(requirementId) {
      const result = results.get(requirementId)
      return result !== undefined && !isViolated(result) && result.blockedBy === undefined
    },
  }
  /** Finds the requirement that tells what an invariant would tell again. */
  const otherOf = ({ id, level }: Invariant, violation: Violation): string | undefined => {
    const usual = context.answers.judgedBy(violation)
    if (usual !== undefined && usual !== id && !told.isFine(usual)) return usual
    const other = usual === id ? undefined : tellerOf(kindOf(violation), level)?.id
    return other === id ? undefined : other
  }
  const { noDeletion } = context
  const proofs = noDeletion
    ? [proofAmong(requirements, 'resource'), proofAmong(requirements, noDeletion.provedWith)]
    : []
  /** Without a route, an answer is nobody's answer to a deletion: then invariants judge nothing. */
  const isJudged = (requirement: Requirement) =>
    isInvariant(requirement) ? noDeletion?.provedWith !== 'resource' : proofs.includes(requirement)
  const unanswered = new Set<string>()
  const observed = (one: Invariant) =>
    withUnanswered(one, (observers.get(one.id) as Observer).observed(), context.unanswered())
  /** Finds why nothing more is sent. */
  const standstill = async (requirement: Requirement): Promise<Obstacle | undefined> => {
    if (isInvariant(requirement)) return undefined
    const reason = context.tooSlow?.() ?? (await context.silence())
    return reason === undefined ? undefined : ['inconclusive', reason]
  }
  const concluded = (requirement: Invariant) => {
    const found = observed(requirement)
    if (found.judged + found.known.count > 0 || found.undecided !== undefined) {
      return invariantResult(requirement, contract, found)
    }
    const result = unobserved(requirement, contract, probed)
    const isOfThese = probed.some(
      ({ id, reason }) => unanswered.has(id) && reason === result.reason,
    )
    if (isOfThese) unanswered.add(requirement.id)
    return result
  }
  const probedNow = async (requirement: ProbingRequirement, listening: ProbingContext) => {
    const found = await probe(requirement, listening)
    if (found.statistics.isUnanswered) unanswered.add(requirement.id)
    return probedResult(requirement, contract, found)
  }

  return {
    unanswered,
    see(exchange) {
      for (const observer of observers.values()) observer.see(exchange)
    },
    async examine(requirement) {
      const obstacle: Obstacle | undefined =
        noDeletion === undefined || isJudged(requirement)
          ? (obstacleTo(requirement, context) ?? (await standstill(requirement)))
          : ['inconclusive', noDeletion.reason]
      const impossible = obstacle && notProbed(requirement, contract, ...obstacle)
      if (isInvariant(requirement)) {
        const concludedNow = impossible ?? concluded(requirement)
        results.set(requirement.id, concludedNow)
        if (requirement.form === true) told.keep(requirement, observed(requirement).violations)
        return concludedNow
      }
      const listening: ProbingContext = {
        ...context,
        told,
        onCase: (done: number, planned: number) => onCase(requirement, done, planned),
      }
      const result = impossible ?? (await probedNow(requirement, listening))
      probed.push(result)
      results.set(requirement.id, result)
      return result
    },
  }
}

/** Tells whether an answer to a deletion is a server error. */
function isServerError({ purpose, response }: Exchange): boolean {
  return purpose !== 'set-up' && response !== undefined && response.status >= 500
}

/** Verdict on a requirement that cannot be probed, and its reason. */
type Obstacle = readonly ['inconclusive' | 'inapplicable', string]

/** Finds the requirement that shows with few resources that there is no deletion. */
function proofAmong(
  requirements: readonly Requirement[],
  need: Need,
): ProbingRequirement | undefined {
  return requirements
    .flatMap((one) => (isInvariant(one) ? [] : [one]))
    .find(
      ({ role, needs = [], holds, oneByOne, turn }) =>
        role === 'deleted' &&
        needs.includes('resource') &&
        needs.includes(need) &&
        (holds ?? oneByOne ?? turn) === undefined,
    )
}

/** Facts that decide what can be probed. */
type Lacking = Pick<
  Examination,
  'contract' | 'provider' | 'capabilities' | 'concurrency' | 'disposable' | 'lingerMs'
>

/** Finds why document, target or provider do not allow to probe a requirement. */
export function obstacleTo(
  { role, part, property, needs = [] }: Requirement,
  context: Lacking,
): Obstacle | undefined {
  const { contract } = context
  const statuses = role === undefined ? [undefined] : contract.statusesOf(role)
  const isOnStatus = role === 'not-found' && part === undefined && property === undefined
  if (statuses.length === 0 && !isOnStatus) {
    return ['inapplicable', `the document has no ${role} response`]
  }
  if (part !== undefined && !statuses.some((status) => contract.describesPart(part, status))) {
    const named = part === 'json' ? 'JSON' : part.replace('-', ' ')
    return [
      'inapplicable',
      `the document describes no ${named} for ${statuses.join(' or ') || 'any status'}`,
    ]
  }
  if (role !== undefined && property !== undefined && !contract.describes(role, property)) {
    const name = JSON.stringify(property)
    return ['inapplicable', `the document describes no property ${name} in its ${role} response`]
  }
  return needs.map((need) => lacking(need, context)).find((one) => one !== undefined)
}

function lacking(
  need: Need,
  { provider, capabilities, concurrency, disposable, lingerMs }: Lacking,
): Obstacle | undefined {
  if (need === 'resource' || need === 'many-resources' || need === 'content-choice') {
    if (provider.none !== undefined) return ['inconclusive', provider.none]
    const [kind] = provider.description.split(':')
    if (need === 'many-resources') {
      if (provider.onDemand) return undefined
      // They would use up the ids that other requirements need.
      const few = `files are provided (--files ${kind}): a list holds too few for hundreds of cases`
      return ['inapplicable', few]
    }
    if (need === 'resource' || provider.contentChoice) return undefined
    const reason = `files are provided (--files ${kind}): their names and contents are not chosen here`
    return ['inapplicable', reason]
  }
  if (need === 'disposable') {
    if (disposable) return undefined
    return ['inapplicable', 'for targets without any file that matters (--disposable)']
  }
  if (need === 'linger') {
    if (lingerMs > 0) return undefined
    return ['inapplicable', 'nothing is looked at later (--linger 0)']
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

/** Concludes on an invariant that has seen nothing: nothing could be sent, or it never occurs. */
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
    const result = notProbed(
      requirement,
      contract,
      'inconclusive',
      undecided.reason ?? 'nothing was seen',
    )
    return undecided.blockedBy === undefined
      ? result
      : { ...result, blockedBy: undecided.blockedBy }
  }
  const own = observed.filter(({ id }) => familyOf(id) === family)
  const count = own.reduce((sum, { cases }) => sum + cases.judged, 0)
  const { role, property, part = property === undefined ? undefined : 'body' } = requirement
  const statuses = (role === undefined ? [] : contract.statusesOf(role)).filter(
    (status) => part === undefined || contract.describesPart(part, status),
  )
  const answered = ['none answered', statuses.join(' or ')].join(' ').trim()
  const reason = `never observed: ${count} ${family} ${count === 1 ? 'case' : 'cases'} probed, ${answered}`
  return notProbed(requirement, contract, 'inapplicable', reason)
}

/** Tells whether the budget ended it: what it did not see may be there. */
function wasCutOff({ exchanges }: RequirementResult): boolean {
  return exchanges.some(({ failure }) => failure?.kind === 'not-sent')
}
