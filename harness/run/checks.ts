import type { Check, CheckName, Diagnosis, Skipped } from '../../model/diagnosis.ts'
import { type Exchange, isAnswered, type TransportFailure } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { isSuccess, outcomeOf, refusalOf } from '../../model/reads.ts'
import type { DamageReport } from '../../model/report.ts'
import type { CapabilityName } from '../../model/requirement.ts'
import type { OwnedResource } from '../../model/resource.ts'
import { isAuthenticated } from '../http/target.ts'
import { idFactsOf } from '../safety/measure-ids.ts'
import { isRefusal } from './answers.ts'
import { obstacleTo } from './examiner.ts'
import type { RunSettings } from './run-settings.ts'

/** Exchanges of a diagnosis, by what they were to show; undefined where nothing was sent. */
export interface Seen {
  readonly exchanges: readonly Exchange[]
  /** File that was made. */
  readonly file?: OwnedResource | undefined
  /** Reason why there is none. */
  readonly problem?: string | undefined
  readonly retrieved?: Exchange | undefined
  readonly content?: Exchange | undefined
  readonly list?: Exchange | undefined
  /** Whether the first page of the list shows the file. */
  readonly isListed?: boolean
  readonly deletion?: Exchange | undefined
  /** Retrieval after the deletion. */
  readonly after?: Exchange | undefined
  /** Files that were deleted with success, and are listed all the same. */
  readonly stays?: readonly string[]
  readonly damage?: DamageReport | undefined
  readonly second?: Exchange | undefined
  /** Whether the second token sees the file of the first account. */
  readonly isShared?: boolean
  readonly ids: readonly string[]
}

type Finding = Omit<Check, 'name'>

const yes = (found: string, advice?: string): Finding => ({ outcome: 'yes', found, advice })
const no = (found: string, advice?: string): Finding => ({ outcome: 'no', found, advice })
const untried = (found: string, advice?: string): Finding => ({
  outcome: 'not tried',
  found,
  advice,
})

/** Concludes what a run needs and what of it is there, in the order in which a person would mend it. */
export function checksOf(settings: RunSettings, seen: Seen): readonly Check[] {
  const answered = seen.exchanges.find(isAnswered)
  const isRefused = !seen.exchanges.some((one) => isAnswered(one) && !isRefusal(one))
  const first: Checks = {
    answers: answerOf(settings, seen),
    ...(answered && { credentials: credentialsOf(settings, isRefused ? answered : undefined) }),
  }
  const rest: Checks = {
    upload: uploadOf(settings, seen),
    retrieve: readOf(seen.retrieved, settings),
    content: readOf(seen.content, settings),
    list: listOf(seen, settings),
    deletion: deletionOf(settings, seen),
    gone: goneOf(seen),
    others: othersOf(seen),
    'second-account': secondOf(settings, seen),
    ids: idsOf(settings, seen),
  }
  return Object.entries({ ...first, ...(isRefused ? {} : rest) }).map(([name, finding]) => ({
    name: name as CheckName,
    ...finding,
  }))
}

type Checks = { readonly [Name in CheckName]?: Finding }

/** Advice where nothing is answered, by the kind of failure. */
const AT_FAILURE: Readonly<Partial<Record<TransportFailure['kind'], string>>> = {
  refused: 'start the server, or correct -t',
  dns: 'correct the host name in -t',
  timeout: 'see whether the server hangs; raise --timeout for a slow one',
  reset: 'if the server speaks TLS, use https://',
  tls: 'if the server speaks plain HTTP, use http://; for an authority of your own: --ca FILE',
  protocol: 'see whether -t names an HTTP server',
}

function answerOf({ target }: RunSettings, { exchanges }: Seen): Finding {
  const answers = exchanges.filter(isAnswered)
  if (answers.length > 0) {
    const ms = Math.min(...answers.map(({ durationMs }) => durationMs))
    return yes(`in ${Math.max(1, Math.round(ms))} ms`)
  }
  const failure = exchanges.find((one) => one.failure !== undefined)?.failure
  return no(`${target.url}: ${failure?.message}`, AT_FAILURE[failure?.kind ?? 'refused'])
}

function credentialsOf({ target, tokenEnv }: RunSettings, refusal: Exchange | undefined): Finding {
  const isToken = target.authorization?.startsWith('Bearer ') === true
  const given = isToken ? `the token in ${tokenEnv} is` : 'the credentials that you gave are'
  if (refusal === undefined)
    return yes(isAuthenticated(target) ? `${given} taken` : 'no credentials are needed')
  const needed = `put a token into ${tokenEnv}, or add a header field with -H`
  return isAuthenticated(target)
    ? no(`${given} not accepted: ${refusalOf(refusal)}`, 'give one that the server knows')
    : no(`no credentials are given: ${refusalOf(refusal)}`, needed)
}

function uploadOf({ provider }: RunSettings, { file, problem, exchanges }: Seen): Finding {
  if (!provider.onDemand) {
    const given = `--files ${provider.description}`
    return untried(provider.none ?? `a run deletes the files that you provide (${given})`)
  }
  const uploads = exchanges.filter(({ action }) => action === 'create')
  if (file === undefined) {
    if (uploads.some(isNotSent)) return no(`${USED_UP}, most of them by retries`, BUSY)
    const isMissing = uploads.some(({ response }) => HAS_NONE.includes(response?.status ?? 0))
    return no(problem ?? 'no file could be made', isMissing ? WITHOUT_UPLOADS : undefined)
  }
  const upload = uploads.find(isSuccess)
  if (upload === undefined) return yes(`--files ${provider.description} gave one`)
  const { body } = upload.request
  const form = body !== undefined && 'filename' in body ? body.form : undefined
  const fields = form?.fields.map((field) => field.join('=')).join(', ')
  return yes(`${outcomeOf(upload)}${fields === undefined ? '' : `, sent with ${fields}`}`)
}

/** Statuses of a server that has no uploads there. */
const HAS_NONE = [404, 405, 501]
const WITHOUT_UPLOADS =
  'if the server has no uploads, provide ids that may be deleted: --files ids:FILE or --files command:CMD; if it has, see whether -t is the base URL without the path of the document'

const NO_FILE = 'there is no file to look at'

const USED_UP = 'the twelve requests were used up before'
const BUSY = 'try again when the server is less busy'

function isNotSent({ failure }: Exchange): boolean {
  return failure?.kind === 'not-sent'
}

function readOf(read: Exchange | undefined, { provider }: RunSettings): Finding {
  if (read === undefined) return untried(NO_FILE)
  if (isNotSent(read)) return untried(USED_UP)
  const isProvided = !provider.onDemand && read.id !== undefined
  return isSuccess(read)
    ? yes(shortOutcomeOf(read))
    : no(shortOutcomeOf(read), isProvided ? IS_IT_THERE : LEFT_OUT)
}

/** Describes an exchange without the id of the file, which says nothing to a person. */
function shortOutcomeOf(exchange: Exchange): string {
  const text = outcomeOf(exchange)
  return exchange.id === undefined ? text : text.replace(segmentOf(exchange.id), '…')
}

const LEFT_OUT = 'nothing to set: what needs it is left out'
const IS_IT_THERE = 'see whether the files that you provide are there'

function listOf({ list, isListed, file }: Seen, settings: RunSettings): Finding {
  if (list === undefined || !isSuccess(list) || file === undefined) return readOf(list, settings)
  return isListed === true
    ? yes(`${outcomeOf(list)} and shows the file`)
    : yes(`${outcomeOf(list)}; the file is not on its first page`)
}

function deletionOf({ contract, provider }: RunSettings, { deletion, file }: Seen): Finding {
  if (file === undefined || deletion === undefined) {
    return untried(provider.none ?? (provider.onDemand ? NO_FILE : ONCE))
  }
  if (!isSuccess(deletion)) {
    const isNoRoute = HAS_NONE.includes(deletion.response?.status ?? 0)
    return no(refusalOf(deletion), isNoRoute ? WRONG_PATH : 'see why the server refuses it')
  }
  const documented = contract.statusesOf('deleted')
  const isDocumented = documented.some((status) => status === deletion.response?.status)
  const other = isDocumented ? '' : `; documented is ${documented.join(' or ')}`
  return yes(shortOutcomeOf(deletion) + other)
}

const WRONG_PATH = 'see whether this is the path of the document: -t, --spec'
const ONCE = 'each file that you provide can be deleted once'

function goneOf({ after, deletion }: Seen): Finding {
  if (after === undefined || deletion === undefined || !isSuccess(deletion)) return untried(NO_FILE)
  if (!isSuccess(after)) return yes(shortOutcomeOf(after))
  const advice = 'if reads lag behind, raise --settle (5s)'
  return no(`${shortOutcomeOf(after)} right after the deletion`, advice)
}

/** Says whether files of others that are listed were still there after the deletion. */
function othersOf({ damage, deletion }: Seen): Finding {
  if (damage === undefined || deletion === undefined) return untried('none are listed')
  const { listed, gone, complete, unchecked } = damage
  if (!complete || unchecked !== undefined) return untried('the list has more than one page')
  return gone.length === 0
    ? yes(`${listed} listed files are still there`)
    : no(
        `${gone.length} of ${listed} listed files are gone: perhaps this deletion took them`,
        APART,
      )
}

const APART =
  'run it on a server without files that matter; other clients may have deleted them, too'

function secondOf(settings: RunSettings, { second, isShared }: Seen): Finding {
  const another = `put the token of another account into ${settings.secondTokenEnv}`
  if (second === undefined) {
    const advice = `to test that accounts are kept apart, ${another}`
    return untried('no token of a second account is given', advice)
  }
  if (isShared === true) return no('both tokens see the same files', another)
  if (isRefusal(second))
    return no(`the second token is not accepted: ${refusalOf(second)}`, another)
  return readOf(second, settings)
}

/** Ids that are enough to tell how they are made. */
const ENOUGH = 4

function idsOf({ disposable, provider }: RunSettings, { ids }: Seen): Finding {
  // Most are of others.
  const { finding, guessable } = idFactsOf(ids, true)
  const text = finding.join('; ')
  if (ids.length < ENOUGH) {
    const more = provider.onDemand ? '; a run makes eight files and compares their ids' : ''
    return untried(`too few were seen to tell, ${ids.length}${more}`)
  }
  if (!guessable) return yes(text)
  const advice =
    'ids that could be somebody else’s are not sent; if no file on the target matters: --disposable'
  return no(text, disposable ? undefined : advice)
}

/** Checks without which no deletion is judged, or none should be sent. */
export const NEEDED: readonly CheckName[] = [
  'answers',
  'credentials',
  'upload',
  'deletion',
  'others',
]

/** Tells whether a run would judge deletions. */
export function readinessOf(
  { provider }: RunSettings,
  { isListed }: Seen,
  checks: readonly Check[],
): Diagnosis['readiness'] {
  const isSo = (name: CheckName, outcome: Check['outcome']) =>
    checks.some((one) => one.name === name && one.outcome === outcome)
  const isReached = isSo('answers', 'yes') && isSo('credentials', 'yes')
  if (!isReached || NEEDED.some((name) => isSo(name, 'no'))) return 'not ready'
  if (!provider.onDemand && isSo('retrieve', 'no') && isListed !== true) return 'not ready'
  return provider.none === undefined ? 'ready' : 'partly'
}

/** Finds the requirements that a run would not judge on this target, by reason. */
export function skippedBy(settings: RunSettings, checks: readonly Check[]): readonly Skipped[] {
  const { target, catalogue, provider } = settings
  const found = (name: CapabilityName, available?: boolean) => {
    const check = checks.find((one) => one.name === name)
    return {
      name,
      available: available ?? check?.outcome === 'yes',
      declared: false,
      reason: check?.found ?? 'not tried',
    }
  }
  const capabilities = [
    ...(['retrieve', 'content', 'list', 'second-account'] as const).map((name) => found(name)),
    { ...found('auth', target.authorization !== undefined), reason: 'no token is configured' },
  ]
  const byReason = new Map<string, readonly string[]>()
  for (const requirement of catalogue.flatMap(({ requirements }) => requirements)) {
    const [, reason] = obstacleTo(requirement, { ...settings, provider, capabilities }) ?? []
    if (reason === undefined) continue
    byReason.set(reason, [...(byReason.get(reason) ?? []), requirement.id])
  }
  return [...byReason].map(([reason, requirements]) => ({ reason, requirements }))
}
