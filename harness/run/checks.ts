import type { Check, CheckName, Diagnosis, Skipped } from '../../model/diagnosis.ts'
import { type Exchange, isAnswered, type TransportFailure } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { isSuccess, outcomeOf, refusalOf } from '../../model/reads.ts'
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
  readonly second?: Exchange | undefined
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
  tls: 'for a certificate of your own authority: --ca FILE',
  protocol: 'see whether -t names an HTTP server',
}

/** Scheme that a failure of TLS names where the server has none. */
const PLAIN = 'http://'

function answerOf({ target }: RunSettings, { exchanges }: Seen): Finding {
  const answers = exchanges.filter(isAnswered)
  if (answers.length > 0) {
    const ms = Math.min(...answers.map(({ durationMs }) => durationMs))
    return yes(`in ${Math.max(1, Math.round(ms))} ms`)
  }
  const failure = exchanges.find((one) => one.failure !== undefined)?.failure
  const advice = failure?.message.includes(PLAIN)
    ? `use ${PLAIN}`
    : AT_FAILURE[failure?.kind ?? 'refused']
  return no(`${target.url}: ${failure?.message}`, advice)
}

function credentialsOf({ target, tokenEnv }: RunSettings, refusal: Exchange | undefined): Finding {
  const isToken = target.authorization?.startsWith('Bearer ') === true
  const given = isToken ? `the token in ${tokenEnv} is` : 'the credentials that you gave are'
  if (refusal === undefined)
    return yes(isAuthenticated(target) ? `${given} taken` : 'none are needed')
  const needed = `put a token into ${tokenEnv}, or add a header field with -H`
  return isAuthenticated(target)
    ? no(`${given} not accepted: ${refusalOf(refusal)}`, 'give one that the server knows')
    : no(`none are given: ${refusalOf(refusal)}`, needed)
}

function uploadOf({ provider }: RunSettings, { file, problem, exchanges }: Seen): Finding {
  if (!provider.onDemand) {
    const given = `--files ${provider.description}`
    return untried(provider.none ?? `a run deletes the files that you provide (${given})`)
  }
  const uploads = exchanges.filter(({ action }) => action === 'create')
  if (file === undefined) {
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

function readOf(read: Exchange | undefined, { provider }: RunSettings): Finding {
  if (read === undefined) return untried(NO_FILE)
  if (read.failure?.kind === 'not-sent') return untried(read.failure.message)
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
    return no(refusalOf(deletion), 'see whether this is the path of the document: -t, --spec')
  }
  const documented = contract.statusesOf('deleted')
  const isDocumented = documented.some((status) => status === deletion.response?.status)
  const other = isDocumented ? '' : `; documented is ${documented.join(' or ')}`
  return yes(shortOutcomeOf(deletion) + other)
}

const ONCE = 'each file that you provide can be deleted once'

function goneOf({ after, deletion }: Seen): Finding {
  if (after === undefined || deletion === undefined || !isSuccess(deletion)) return untried(NO_FILE)
  if (!isSuccess(after)) return yes(shortOutcomeOf(after))
  const advice = 'if reads lag behind, raise --settle (5s)'
  return no(`${shortOutcomeOf(after)} right after the deletion`, advice)
}

function secondOf(settings: RunSettings, { second }: Seen): Finding {
  const { target, secondTokenEnv } = settings
  if (second !== undefined) return readOf(second, settings)
  const advice = `to test that accounts are kept apart, put another account's token into ${secondTokenEnv}`
  return untried(
    'no token of a second account is given',
    target.secondAuthorization ? undefined : advice,
  )
}

/** Ids that are enough to tell how they are made. */
const ENOUGH = 4

function idsOf({ disposable }: RunSettings, { ids }: Seen): Finding {
  const { finding, guessable } = idFactsOf(ids)
  const text = finding.join('; ')
  if (ids.length < ENOUGH) {
    const seen = ids.length === 0 ? 'none was seen' : `${ids.length} are too few to tell`
    return untried(`${seen}; a run makes eight files and compares their ids`)
  }
  if (!guessable) return yes(text)
  const advice =
    'ids that could be somebody else’s are not sent; if no file on the target matters: --disposable'
  return no(text, disposable ? undefined : advice)
}

/** Tells whether a run would judge deletions. */
export function readinessOf(
  { provider }: RunSettings,
  checks: readonly Check[],
): Diagnosis['readiness'] {
  const isSo = (name: CheckName, outcome: Check['outcome']) =>
    checks.some((one) => one.name === name && one.outcome === outcome)
  const isReached = isSo('answers', 'yes') && isSo('credentials', 'yes')
  if (!isReached || isSo('upload', 'no') || isSo('deletion', 'no')) return 'not ready'
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
