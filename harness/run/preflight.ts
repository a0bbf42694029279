import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import type { Learnt } from '../../model/learnt.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { holdsRunId, isSuccess, outcomeOf } from '../../model/reads.ts'
import type { DamageReport, Observation, ReportedCapability } from '../../model/report.ts'
import type { CapabilityName, NeverIssuedId, TakenFiles } from '../../model/requirement.ts'
import type { OwnedResource } from '../../model/resource.ts'
import type { Client } from '../http/client.ts'
import { isAuthenticated, type Target } from '../http/target.ts'
import { isRefusal, isThrottled, mayPass } from './answers.ts'
import {
  contentNoticed,
  type EqualContent,
  firstSample,
  formNoticed,
  MAX_ATTEMPTS,
  moreSamples,
  PREFLIGHT_FILES,
  type SampleParts,
} from './id-samples.ts'
import {
  attempted,
  deleteAgain,
  deleteUnknown,
  type Look,
  type NoDeletion,
  tryDeletion,
} from './no-deletion.ts'
import { MAX_LIMITS, MOSTLY, SLOWER, seconds, slowErrors } from './slow.ts'
import { ANY_FILE, PROBING_FILES, takenFiles } from './taken-files.ts'
import type { Toolbox } from './tools.ts'

/** A target that cannot be tested at all: it does not answer, or lets nobody in. */
export class TargetUnusable extends Error {
  override readonly name = 'TargetUnusable'
  /** Resources that were created and could not be removed. */
  readonly left: readonly string[]
  /** Number of resources that were created. */
  readonly created: number
  /** Files of others that are gone by then. */
  readonly damage: DamageReport | undefined

  constructor(
    message: string | undefined,
    left: readonly string[] = [],
    created = 0,
    damage?: DamageReport,
  ) {
    super(message)
    this.left = left
    this.created = created
    this.damage = damage
  }
}

/** Facts that are known before the first requirement. */
export interface Discovery {
  readonly capabilities: readonly ReportedCapability[]
  /** Reason why there are no resources, if the provider gives none. */
  readonly noFiles: string | undefined
  /** Resources that nothing is to delete, if the provider makes them on demand. */
  readonly bystanders: readonly OwnedResource[]
  /** Ids by which those of the target are measured, in the order in which they were made. */
  readonly samples: readonly string[]
  readonly equalContent: EqualContent
  /** Whether this run owns resources that are too small for the run id. */
  readonly smallIsOwn: boolean
  readonly takes: TakenFiles
  /** Usual answers to deletions. */
  readonly learnt: Learnt
  readonly observations: readonly Observation[]
  /** Evidence that the target has no deletion. */
  readonly noDeletion: NoDeletion | undefined
}

/** Id under which the exchanges of the preflight are recorded. */
export const PREFLIGHT = 'set-up/capabilities'

interface PreflightParts extends Omit<SampleParts, 'caseTools'> {
  readonly toolbox: Toolbox
  /** Told when the form of uploads is known, before anything of this run is deleted. */
  readonly onForm: () => Promise<void>
  readonly target: Target
  readonly client: Client
  /**
   * Tells how long requests have been under way until now, and of that those that were answered with an error
   * or followed one; how many were answered, how many with an error, and how long the quickest success took.
   */
  readonly underWay: () => {
    readonly ms: number
    readonly errorsMs: number
    readonly answers: number
    readonly errors: number
    readonly successMs: number | undefined
  }
  /** Reason why an earlier request for the list was not answered. */
  readonly unanswered: string | undefined
  /** Makes up an id that is nobody's. */
  readonly neverIssued: (ordinal: number) => NeverIssuedId
  /** Environment variable of the token, for advice. */
  readonly tokenEnv: string
  readonly declaredCapabilities: readonly CapabilityName[]
  /** Ids by which those of the target are measured if the run makes none. */
  readonly samples: readonly string[]
}

interface Found extends Omit<ReportedCapability, 'declared'> {
  /** Whether credentials that are given for it are not accepted. */
  readonly isRefused?: boolean
}

/**
 * Finds out what the target offers, before the first requirement: whether it answers, accepts the
 * credentials, takes resources, and shows them.
 *
 * @throws TargetUnusable if it does not answer, rejects the credentials, or if the budget is too small
 */
export async function preflight(options: PreflightParts): Promise<Discovery> {
  const { toolbox } = options
  const parts = { ...options, caseTools: toolbox(PREFLIGHT, '0', PREFLIGHT_FILES) }
  const { target, provider, runId } = parts
  const declared: readonly string[] = parts.declaredCapabilities
  const { requests } = provider.api
  const { look, knock } = looking(parts)

  const knocked = await knock()
  const sampled = await firstSample(parts)
  const { file: first, problem, foreign, isLate: wasLate } = sampled
  if (wasLate) await refuseSlowErrors(parts, look, knock)
  await parts.onForm()
  const sample = first?.id ?? foreign ?? provider.samples[0]
  const retrieved = sample === undefined ? undefined : await look(requests.retrieve(sample))
  const { deletion: deleted, noDeletion } =
    first === undefined ? {} : await tryDeletion(parts, first.id, knocked, look)
  const goesOn = first !== undefined && noDeletion === undefined
  const more = await moreSamples(parts, goesOn)
  // The answer to a deletion is learnt from a file that nobody has downloaded.
  const stays = more.files[0]?.id ?? sample
  const content = stays === undefined ? undefined : await look(requests.content(stays))
  const isTried = provider.contentChoice && deleted !== undefined && isSuccess(deleted)
  const { takes, observations } = isTried
    ? await takenFiles({ ...parts, caseTools: toolbox(PREFLIGHT, '1', PROBING_FILES) })
    : ANY_FILE
  // Only now is it known whether its id could be somebody else's, and what ids look like.
  const gone = goesOn ? await deleteAgain(parts, first.id, look) : undefined
  const unknown = goesOn ? await deleteUnknown(parts) : undefined
  await refuseErrorsInTurn(parts, look)
  // Who accepts uploads without credentials should accept deletions: it is judged, not refused here.
  const isOpen = first !== undefined && !isAuthenticated(target)
  if (isRefusal(knocked) && !isOpen) throw refusal(knocked, parts)

  const hasToken = target.authorization !== undefined
  const reason = hasToken ? 'a token is configured' : 'no token is configured'
  const found: readonly Found[] = [
    ...(provider.contentChoice ? [uploadFound(problem)] : []),
    described('retrieve', retrieved),
    described('content', content),
    described('list', await look(requests.list({ size: 1 }))),
    { name: 'auth', available: hasToken, reason },
    await secondAccount(parts, stays, look),
  ]
  const { equalContent } = more
  const door = knocked.action === 'delete' ? knocked : undefined
  const isNamed = retrieved !== undefined && holdsRunId(retrieved, runId)
  return {
    // A token that is given and not accepted would leave accounts untested without a word.
    capabilities: found.map(({ isRefused = false, ...one }) => ({
      ...one,
      declared: declared.includes(one.name) || isRefused,
    })),
    noFiles: foreign === undefined ? problem : undefined,
    // If ids follow from contents, two uploads are one resource.
    bystanders: [...new Map(more.files.map((file) => [file.id, file])).values()],
    samples: first === undefined ? parts.samples : [first, ...more.files].map(({ id }) => id),
    equalContent,
    smallIsOwn: equalContent === 'kept apart' && isNamed,
    learnt: { ...(unknown ? { unknown, malformed: door } : { unknown: door }), deleted, gone },
    takes,
    observations: [
      ...formNoticed(parts, sampled),
      ...observations,
      ...contentNoticed(parts, stays, content),
    ],
    noDeletion,
  }
}

/** Steps from here on are those of the preflight itself; before, those of its tools. */
const FIRST_STEP = 100

function looking(parts: PreflightParts) {
  const { client } = parts
  const { id } = parts.neverIssued(0)
  // Each deletion could take a file on a server that is careless enough.
  const isReadOnly = parts.provider.readOnly === true
  let steps = FIRST_STEP
  const step = () => {
    refuseSlow(parts)
    return { requirement: PREFLIGHT, case: '0', step: steps++ }
  }
  const look: Look = async (request, credentials = 'configured') => {
    const exchange = await persistently(() => client.request(step(), { ...request, credentials }))
    const { failure } = exchange
    // No capability is known then, nor would the budget allow to use it.
    if (failure?.kind === 'not-sent') throw new TargetUnusable(failure.message)
    return exchange
  }
  /** @throws TargetUnusable if there is no answer, or it asks for patience */
  const knock = async (): Promise<Answered> => {
    const segment = segmentOf(id)
    const send = () => client.delete(step(), segment, { purpose: 'set-up' })
    const again = () => (isReadOnly ? send() : persistently(send, isLate))
    const answer = client.decide(segment).allowed
      ? await again()
      : await look(parts.provider.api.requests.retrieve(id))
    if (!isAnswered(answer)) {
      const { kind, message } = answer.failure ?? {}
      const { successMs } = parts.underWay()
      if (isLate(answer) && successMs !== undefined && successMs < answer.durationMs / SLOWER) {
        const took = `there was none within ${seconds(answer.durationMs)}`
        throw new TargetUnusable(slowErrors(`${took}, and a success took ${seconds(successMs)}`))
      }
      throw new TargetUnusable(kind === 'not-sent' ? (parts.unanswered ?? message) : message)
    }
    const { attempts } = answer
    if (isThrottled(answer)) {
      const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`
      throw new TargetUnusable(`${outcomeOf(answer)} after ${times}`)
    }
    return answer
  }
  return { look, knock }
}

/**
 * Sends a harmless request again while the target fails.
 *
 * @param onceMore - tells for which other failures it is sent a second time
 */
async function persistently(
  send: () => Promise<Exchange>,
  onceMore: (exchange: Exchange) => boolean = () => false,
): Promise<Exchange> {
  for (let attempt = 1; ; attempt += 1) {
    const exchange = await send()
    const again = mayPass(exchange) || (attempt === 1 && onceMore(exchange))
    if (attempt === MAX_ATTEMPTS || !again) return exchange
  }
}

function isLate({ failure }: Exchange): boolean {
  return failure?.kind === 'timeout'
}

/** @throws TargetUnusable if the answers until now took so long that a run would not end */
function refuseSlow({ underWay, target: { timeoutMs } }: PreflightParts): void {
  const { ms, errorsMs, answers } = underWay()
  if (ms <= MAX_LIMITS * timeoutMs) return
  if (errorsMs > MOSTLY * ms) {
    throw new TargetUnusable(slowErrors(`they took ${seconds(errorsMs)} of ${seconds(ms)}`))
  }
  throw new TargetUnusable(
    `${answers} answers took ${seconds(ms)}, and a run asks for a thousand and more: raise --timeout, which is ${seconds(timeoutMs)}, for a target that is so slow`,
  )
}

/**
 * Finds out why an upload was not answered in time: whether the target is busy with the error before it.
 *
 * @throws TargetUnusable if it is
 */
async function refuseSlowErrors(
  { provider }: PreflightParts,
  look: Look,
  knock: () => Promise<Answered>,
): Promise<void> {
  const list = () => look(provider.api.requests.list({ size: 1 }))
  // The first has to wait for whatever goes on.
  await list()
  const before = await list()
  const error = await knock()
  const after = await list()
  const isSlower = after.durationMs > SLOWER * Math.max(1, before.durationMs) + LEAST_SLOW_MS
  if (error.response.status < 400 || !isAnswered(before) || !isSlower) return
  const took = `${seconds(before.durationMs)} before and ${seconds(after.durationMs)} after an answer of ${error.response.status}`
  throw new TargetUnusable(slowErrors(`GET ${after.request.target} took ${took}`))
}

const LEAST_SLOW_MS = 1_000

/** Errors that are asked for at once, and those of a run. */
const AT_ONCE = 4
const ERRORS_OF_A_RUN = 600
/** Time limits that these may take. */
const MAX_LIMITS_OF_ERRORS = 30

/**
 * Finds out whether errors that are slow are also made one after the other, where they seem to be slow.
 *
 * @throws TargetUnusable if those of a run would take hours
 */
async function refuseErrorsInTurn(parts: PreflightParts, look: Look): Promise<void> {
  const { underWay, provider, neverIssued, target } = parts
  const { ms: beforeMs, errorsMs, errors, successMs = Number.POSITIVE_INFINITY } = underWay()
  const eachMs = errorsMs / Math.max(1, errors)
  if (eachMs < LEAST_SLOW_MS / AT_ONCE || eachMs < SLOWER * successMs) return
  const { send } = parts.toolbox(PREFLIGHT, '2', 0).tools
  // A target may make errors of its own of ids that it could not have issued.
  const ids = Array.from({ length: AT_ONCE }, (_, at) =>
    at % 2 === 0 ? `${parts.runId}-${at}` : neverIssued(2 + at).id,
  )
  await Promise.all(ids.map((id) => attempted(() => send.delete(id, { purpose: 'set-up' }))))
  await look(provider.api.requests.list({ size: 1 }))
  const tookMs = underWay().ms - beforeMs
  const neededMs = (tookMs / AT_ONCE) * ERRORS_OF_A_RUN
  if (neededMs < MAX_LIMITS_OF_ERRORS * target.timeoutMs) return
  const how = `${AT_ONCE} at once took ${seconds(tookMs)}, and a success takes ${seconds(successMs)}`
  throw new TargetUnusable(slowErrors(how))
}

function refusal(knock: Answered, { target, tokenEnv }: PreflightParts): TargetUnusable {
  const advice = isAuthenticated(target)
    ? `the credentials (${tokenEnv}, -H) are not accepted`
    : `no credentials are configured: put a token into ${tokenEnv}, or use -H`
  return new TargetUnusable(`${outcomeOf(knock)}: ${advice}`)
}

function uploadFound(problem: string | undefined): Found {
  const reason = problem ?? 'a file was uploaded'
  return { name: 'upload', available: problem === undefined, reason }
}

function described(name: Found['name'], exchange: Exchange | undefined): Found {
  if (exchange === undefined) {
    return { name, available: false, reason: 'there is no file to look at' }
  }
  return { name, available: isSuccess(exchange), reason: outcomeOf(exchange) }
}

/**
 * Finds out whether the second token is another account's. Two keys of one account see the same files, and
 * may delete each other's.
 */
async function secondAccount(
  { target, provider }: PreflightParts,
  sample: string | undefined,
  look: Look,
): Promise<Found> {
  const { requests, readings } = provider.api
  const found = (available: boolean, reason: string): Found => {
    return { name: 'second-account', available, reason }
  }
  if (target.secondAuthorization === undefined) return found(false, 'no second token is configured')
  const list = await look(requests.list(), 'second')
  if (isRefusal(list)) {
    const refused = found(false, `the second token is answered ${list.response?.status}`)
    return { ...refused, isRefused: list.response?.status === 401 }
  }
  const isShared = isAnswered(list) && readings.entries([list]).some(({ id }) => id === sample)
  return isShared
    ? found(false, 'both tokens see the same files: the second must be of another account')
    : found(true, 'a second token is configured')
}
