import { jsonBody } from '../../model/body.ts'
import { Inconclusive, NotOurs, NotSafe, SetAside } from '../../model/errors.ts'
import type { Answered, Credentials, Exchange } from '../../model/exchange.ts'
import { holdsRunId } from '../../model/ownership.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { entriesOf, isGone, isSuccess } from '../../model/reads.ts'
import type { ReportedCapability } from '../../model/report.ts'
import type { FileToUpload, OwnedResource } from '../../model/requirement.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { type Client, createdId, isAnswered } from '../http/client.ts'
import { type CaseTools, isRefusal, isThrottled } from './tools.ts'

/** The target cannot be tested at all: not reached, or its doors are closed. */
export class TargetUnusable extends Error {
  override readonly name = 'TargetUnusable'
  /** Files that were created all the same and could not be removed. */
  readonly left: readonly string[]
  /** How many were created. */
  readonly created: number

  constructor(message: string | undefined, left: readonly string[] = [], created = 0) {
    super(message)
    this.left = left
    this.created = created
  }
}

/** What is known before the first requirement. */
export interface Discovery {
  readonly capabilities: readonly ReportedCapability[]
  /** Why there are no files, where the provider gives none. */
  readonly noFiles: string | undefined
  /** Files that nothing is to delete, where files can be uploaded. */
  readonly bystanders: readonly OwnedResource[]
  /** Files for the cases that ask first, where somebody provides files that this run makes none of. */
  readonly spares: readonly OwnedResource[]
  /** Ids by which those of the target are measured, in the order in which they were made. */
  readonly samples: readonly string[]
  readonly equalContent: EqualContent
  /** Whether a file that is too small for the run id is the run's all the same. */
  readonly smallIsOwn: boolean
  /** Where the target has no deletion. */
  readonly noDeletion: NoDeletion | undefined
}

/** What showed that a target has no deletion, and what a requirement needs that shows it, too. */
interface NoDeletion {
  readonly shown: string
  readonly need: 'file' | 'retrieve'
}

/** The id under which the exchanges of the preflight are recorded. */
export const PREFLIGHT = 'set-up/capabilities'

interface PreflightParts {
  readonly client: Client
  readonly provider: ResourceProvider
  readonly caseTools: CaseTools
  /** For how long requests have been under way until now, and how many were answered. */
  readonly underWay: () => { readonly ms: number; readonly answers: number }
  /** For one request. */
  readonly timeoutMs: number
  /** Why the list was not answered, where it was asked for before. */
  readonly unanswered?: string | undefined
  readonly runId: string
  /** An id that is nobody's, to knock with. */
  readonly neverIssuedId: string
  /** The environment variable that the token comes from, for advice. */
  readonly tokenEnv: string
  readonly authenticated: boolean
  /** Whether there is a token, the lack of which can be tried. */
  readonly hasToken: boolean
  readonly hasSecondToken: boolean
  /** Capabilities that the user says the target has. */
  readonly declared: ReadonlySet<string>
}

type Found = Omit<ReportedCapability, 'declared'>

/**
 * Files that are made one after the other, and as many at once: their ids show how others' ids are made. Where
 * they are uploaded they are bystanders, too, so that a deletion that takes the oldest or the newest file
 * with it is seen.
 */
const SAMPLES_EACH = 4
/** Files that the preflight makes. */
export const PREFLIGHT_FILES = 2 * SAMPLES_EACH

/**
 * Finds out what the target offers, before the first requirement: whether it answers, lets this run
 * in, takes files, and shows them.
 *
 * @throws TargetUnusable if it does not answer, refuses the credentials, or may not be asked all of it
 */
export async function preflight(parts: PreflightParts): Promise<Discovery> {
  const { client, declared } = parts
  let steps = 100
  const step = () => {
    refuseSlow(parts)
    return { requirement: PREFLIGHT, case: '0', step: steps++ }
  }
  const look = async (path: string, credentials: Credentials = 'configured') => {
    const request = { method: 'GET', path, credentials } as const
    const exchange = await persistently(() => client.request(step(), request))
    const { failure } = exchange
    // What the target offers is not known then, and would not be made use of either.
    if (failure?.kind === 'not-sent') throw new TargetUnusable(failure.message)
    return exchange
  }

  const nobodys = segmentOf(parts.neverIssuedId)
  const knock = client.decide(nobodys).allowed
    ? await persistently(() => client.delete(step(), nobodys, { purpose: 'set-up' }), isLate)
    : await look(`/${nobodys}`)
  if (!isAnswered(knock)) {
    const { kind, message } = knock.failure ?? {}
    throw new TargetUnusable(kind === 'not-sent' ? (parts.unanswered ?? message) : message)
  }
  if (isThrottled(knock)) throw new TargetUnusable(putOff(knock))
  const { file: first, problem, foreign } = await firstFile(parts)
  const sample = first?.id ?? foreign ?? parts.provider.samples[0]
  const path = sample === undefined ? undefined : `/${segmentOf(sample)}`
  const retrieved = path === undefined ? undefined : await look(path)
  const content = path === undefined ? undefined : await look(`${path}/content`)
  const noDeletion = first === undefined ? undefined : await deletionMissing(parts, first.id, look)
  const goesOn = first !== undefined && noDeletion === undefined
  if (goesOn) await deleteAgain(parts, first.id, look)
  const more = goesOn ? await moreFiles(parts) : NO_MORE
  const files = first === undefined ? [] : [first, ...more.files]
  // Who lets uploads in without credentials has no reason to ask a deletion for them: a finding, no door.
  const open = files.length > 0 && !parts.authenticated
  if (isRefusal(knock) && !open) throw refusal(knock, parts)
  const made = files.map(({ id }) => id)
  const found: Found[] = []
  if (parts.provider.kind === 'upload') {
    const reason = problem ?? 'a file was uploaded'
    found.push({ name: 'upload', available: problem === undefined, reason })
  }
  found.push(described('retrieve', retrieved), described('content', content))
  found.push(described('list', await look('?limit=1')))
  found.push({
    name: 'auth',
    available: parts.hasToken,
    reason: parts.hasToken ? 'a token is configured' : 'no token is configured',
  })
  found.push(await secondAccount(parts, more.files[0]?.id ?? sample, look))
  return {
    capabilities: found.map((one) => ({ ...one, declared: declared.has(one.name) })),
    noFiles: foreign === undefined ? problem : undefined,
    bystanders: parts.provider.kind === 'upload' ? distinct(more.files) : [],
    spares: parts.provider.kind === 'upload' ? [] : more.files,
    samples: made.length > 0 ? made : parts.provider.samples,
    equalContent: more.equalContent,
    smallIsOwn:
      more.equalContent === 'kept apart' &&
      retrieved !== undefined &&
      holdsRunId(retrieved, parts.runId),
    noDeletion,
  }
}

/** Times that one thing is asked for before the first requirement: a target that fails now and then can be tested. */
const MAX_ATTEMPTS = 3

/**
 * Sends what does no harm when it is sent again, while the target fails.
 *
 * @param onceMore - for which other failures it is sent a second time
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

/** Whether a failure may be gone at once, and took no time. */
export function mayPass({ response, failure, attempts }: Exchange): boolean {
  if (failure !== undefined) return failure.kind === 'reset'
  return attempts === 1 && [500, 502, 503].includes(response?.status ?? 0)
}

function isLate({ failure }: Exchange): boolean {
  return failure?.kind === 'timeout'
}

/** Where ids follow from contents, two uploads are one file. */
function distinct(files: readonly OwnedResource[]): readonly OwnedResource[] {
  return files.filter(({ id }, at) => files.findIndex((other) => other.id === id) === at)
}

/** A target that needs more time limits than this for a preflight would need hours for a run. */
const MAX_PREFLIGHT_LIMITS = 3

/** @throws TargetUnusable if the answers until now have taken so long that a run would not come to its end */
function refuseSlow({ underWay, timeoutMs }: PreflightParts): void {
  const { ms, answers } = underWay()
  if (ms <= MAX_PREFLIGHT_LIMITS * timeoutMs) return
  throw new TargetUnusable(
    `${answers} answers took ${seconds(ms)}, and a run asks for a thousand and more: raise --timeout, which is ${seconds(timeoutMs)}, for a target that is so slow`,
  )
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toPrecision(2)} s`
}

function putOff({ request, response, attempts }: Answered): string {
  const { method, target } = request
  return `${method} ${target} answered ${response.status} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
}

function refusal(knock: Answered, { tokenEnv, authenticated }: PreflightParts): TargetUnusable {
  const advice = authenticated
    ? `the credentials (${tokenEnv}, -H) are not accepted`
    : `no credentials are configured: put a token into ${tokenEnv}, or use -H`
  return new TargetUnusable(
    `${knock.request.method} ${knock.request.target} answered ${knock.response.status}: ${advice}`,
  )
}

interface FirstFile {
  readonly file?: OwnedResource
  /** Why there is none. */
  readonly problem?: string
  /** The id that it was answered with, which is somebody else's. */
  readonly foreign?: string
}

async function firstFile({ provider, caseTools }: PreflightParts): Promise<FirstFile> {
  if (provider.kind === 'ids' || provider.kind === 'none') return {}
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { file: await caseTools.tools.files.create() }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error
      const { message: problem, exchange } = error
      // No upload is sent again: the next one is of another file.
      if (attempt < MAX_ATTEMPTS && exchange !== undefined && mayPass(exchange)) continue
      const foreign = error instanceof NotOurs && exchange && createdId(exchange)
      return { problem, ...(foreign && { foreign }) }
    }
  }
}

/**
 * Deletes the first file, before there are more: where deletion does not exist, what is made would stay.
 *
 * @returns the answer that shows it, where there is no deletion
 */
async function deletionMissing(
  { caseTools, runId }: PreflightParts,
  id: string,
  look: (path: string) => Promise<Exchange>,
): Promise<NoDeletion | undefined> {
  const { files, send } = caseTools.tools
  const deletion = await attempted(() => send.delete(id, { purpose: 'set-up' }))
  if (deletion === undefined) return undefined
  const { method, target } = deletion.request
  const { status } = deletion.response
  if (isSuccess(deletion)) {
    if (!(await staysThere(caseTools, id, look))) return undefined
    // One that stays may be a fault of that file.
    const other = await attempted(() => files.create())
    if (other === undefined) return undefined
    await attempted(() => send.delete(other.id, { purpose: 'set-up' }))
    if (!(await staysThere(caseTools, other.id, look))) return undefined
    const shown = `${method} ${target} answered ${status}, and the file is there as before`
    return { shown, need: 'retrieve' }
  }
  const file = await look(`/${segmentOf(id)}`)
  const stayed = isAnswered(file) && isSuccess(file)
  const missing =
    status === 405 ||
    status === 501 ||
    (stayed && isSameAnswer(deletion, await look(`/${runId}/${runId}`)))
  return missing ? { shown: `${method} ${target} answered ${status}`, need: 'file' } : undefined
}

/** Whether a file is retrieved, read and listed as before when the time is over in which its deletion must show. */
async function staysThere(
  { tools }: CaseTools,
  id: string,
  look: (path: string) => Promise<Exchange>,
): Promise<boolean> {
  const { until, retrieve, list } = tools.look
  const file = await attempted(() => until(() => retrieve(id), isGone))
  if (file === undefined || !isSuccess(file)) return false
  const content = await look(`/${segmentOf(id)}/content`)
  if (!isAnswered(content) || !isSuccess(content)) return false
  const pages = await attempted(() => list(MAX_PAGES))
  return entriesOf(pages ?? []).entries.some((entry) => entry.id === id)
}

/** Pages of a list in which a file is looked for. */
const MAX_PAGES = 10

/** Times and ids of requests, which differ from answer to answer. */
const VOLATILE = /[0-9a-f]{2,}(-[0-9a-f]+)*|\d+/gi

/** Whether an answer is the one to a path that does not exist, but for method, path, and what is never the same. */
function isSameAnswer(deletion: Answered, nowhere: Exchange): boolean {
  if (!isAnswered(nowhere) || nowhere.response.status !== deletion.response.status) return false
  const text = ({ request, response }: Answered) =>
    Buffer.from(response.body)
      .toString('utf8')
      .replaceAll(request.target, '')
      .replaceAll(request.method, '')
      .replaceAll(VOLATILE, '')
  return text(deletion) === text(nowhere)
}

/** Deletes the first file a second time, where no read finds it any more. */
async function deleteAgain(
  { caseTools }: PreflightParts,
  id: string,
  look: (path: string) => Promise<Exchange>,
): Promise<void> {
  const file = await look(`/${segmentOf(id)}`)
  if (isAnswered(file) && isSuccess(file)) return
  await attempted(() => caseTools.tools.send.delete(id, { purpose: 'set-up' }))
}

/** An answer; undefined where nothing that can be judged came, which the requirements will say. */
async function attempted<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof Inconclusive || error instanceof NotSafe) return undefined
    throw error
  }
}

/** Whether two files of equal content got ids of their own, or one. */
type EqualContent = 'kept apart' | 'one file' | 'not seen'

interface MoreFiles {
  readonly files: readonly OwnedResource[]
  readonly equalContent: EqualContent
}

const NO_MORE: MoreFiles = { files: [], equalContent: 'not seen' }

async function moreFiles({ provider, caseTools, runId }: PreflightParts): Promise<MoreFiles> {
  const files: OwnedResource[] = []
  const { create } = caseTools.tools.files
  try {
    while (files.length < SAMPLES_EACH - 1) files.push(await create())
    const equal = provider.kind === 'upload' ? equalFiles(runId) : [undefined, undefined]
    const ordinary = new Array<undefined>(SAMPLES_EACH - equal.length).fill(undefined)
    const atOnce = await settled([...ordinary, ...equal].map((file) => create(file)))
    files.push(...atOnce.flatMap((file) => file ?? []))
    const [one, other] = atOnce.slice(-equal.length)
    if (provider.kind !== 'upload' || one === undefined || other === undefined) {
      return { files, equalContent: 'not seen' }
    }
    return { files, equalContent: one.id === other.id ? 'one file' : 'kept apart' }
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error
    return { files, equalContent: 'not seen' }
  }
}

/** Two files of equal content: whether the second gets an id of its own is a fact about the target. */
function equalFiles(runId: string): readonly FileToUpload[] {
  const content = Buffer.from(`{"custom_id":"${runId}"}\n`)
  return ['a', 'b'].map((name) => ({ filename: `${runId}-set-up-equal-${name}.jsonl`, content }))
}

/** What came of each; a file that the target does not take is none. */
async function settled(
  files: readonly Promise<OwnedResource>[],
): Promise<readonly (OwnedResource | undefined)[]> {
  const all = await Promise.allSettled(files)
  return all.map((one) => {
    if (one.status === 'fulfilled') return one.value
    if (one.reason instanceof Inconclusive || one.reason instanceof SetAside) return undefined
    throw one.reason
  })
}

/**
 * Whether the second token is another account's: two keys of one account see the same files, and to
 * delete with the one what was uploaded with the other is no fault.
 */
async function secondAccount(
  { hasSecondToken }: PreflightParts,
  sample: string | undefined,
  look: (path: string, credentials: Credentials) => Promise<Exchange>,
): Promise<Found> {
  const name = 'second-account'
  if (!hasSecondToken) return { name, available: false, reason: 'no second token is configured' }
  const list = await look('?limit=100', 'second')
  if (isRefusal(list)) {
    return {
      name,
      available: false,
      reason: `the second token is answered ${list.response?.status}`,
    }
  }
  if (sample !== undefined && listedIds(list).includes(sample)) {
    const reason = 'both tokens see the same files: the second must be of another account'
    return { name, available: false, reason }
  }
  return { name, available: true, reason: 'a second token is configured' }
}

function listedIds({ response }: Exchange): readonly unknown[] {
  const body = response === undefined ? undefined : jsonBody(response)
  if (body?.ok !== true || typeof body.value !== 'object' || body.value === null) return []
  const { data } = body.value as { data?: unknown }
  return Array.isArray(data) ? data.map((file: { id?: unknown } | null) => file?.id) : []
}

function described(name: Found['name'], exchange: Exchange | undefined): Found {
  if (exchange === undefined)
    return { name, available: false, reason: 'there is no file to look at' }
  const { response, failure, request } = exchange
  const answer = response === undefined ? failure?.message : `answered ${response.status}`
  return {
    name,
    available: response !== undefined && Math.floor(response.status / 100) === 2,
    reason: `GET ${request.target} ${answer}`,
  }
}
