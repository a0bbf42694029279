import { jsonBody } from '../model/body.ts'
import type { Answered, Credentials, Exchange } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { ReportedCapability } from '../model/report.ts'
import type { FileToUpload, OwnedFile } from '../model/requirement.ts'
import { type Client, isAnswered } from './client.ts'
import { Inconclusive, SetAside } from './inconclusive.ts'
import type { FileSupply } from './supply.ts'
import { type CaseTools, isRefusal } from './tools.ts'

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
  /** Why there are no files, where the supply gives none. */
  readonly noFiles: string | undefined
  /** Files that nothing is to delete, where files can be uploaded. */
  readonly bystanders: readonly OwnedFile[]
  /** Files for the cases that ask first, where somebody hands files over that this run makes none of. */
  readonly spares: readonly OwnedFile[]
  /** Ids by which those of the target are measured, in the order in which they were made. */
  readonly samples: readonly string[]
  /** Whether files of equal content are known to get ids of their own. */
  readonly equalContentKeptApart: boolean
}

/** The id under which the exchanges of the preflight are recorded. */
export const PREFLIGHT = 'set-up/capabilities'

export interface PreflightParts {
  readonly client: Client
  readonly supply: FileSupply
  readonly caseTools: CaseTools
  /** Why the list was not answered, where it was asked for before. */
  readonly unanswered?: string | undefined
  readonly mark: string
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

/**
 * Finds out what the target offers, before the first requirement: whether it answers, lets this run
 * in, takes files, and shows them.
 *
 * @throws TargetUnusable if it does not answer, refuses the credentials, or may not be asked all of it
 */
export async function preflight(parts: PreflightParts): Promise<Discovery> {
  const { client, declared } = parts
  let steps = 100
  const step = () => ({ requirement: PREFLIGHT, case: '0', step: steps++ })
  const look = async (path: string, credentials: Credentials = 'configured') => {
    const exchange = await client.request(step(), { method: 'GET', path, credentials })
    const { failure } = exchange
    // What the target offers is not known then, and would not be made use of either.
    if (failure?.kind === 'not-sent') throw new TargetUnusable(failure.message)
    return exchange
  }

  const nobodys = segmentOf(parts.neverIssuedId)
  const knock = client.decide(nobodys).allowed
    ? await client.delete(step(), nobodys, { purpose: 'set-up' })
    : await look(`/${nobodys}`)
  if (!isAnswered(knock)) {
    const { kind, message } = knock.failure ?? {}
    throw new TargetUnusable(kind === 'not-sent' ? (parts.unanswered ?? message) : message)
  }
  const { files, problem, equalContentKeptApart } = await sampleFiles(parts)
  // Who lets uploads in without credentials has no reason to ask a deletion for them: a finding, no door.
  const open = files.length > 0 && !parts.authenticated
  if (isRefusal(knock) && !open) throw refusal(knock, parts)
  const made = files.map(({ id }) => id)
  const sample = made[0] ?? parts.supply.samples[0]
  const found: Found[] = []
  if (parts.supply.kind === 'upload') {
    const reason = problem ?? 'a file was uploaded'
    found.push({ name: 'upload', available: problem === undefined, reason })
  }
  for (const [name, path] of [
    ['retrieve', ''],
    ['content', '/content'],
  ] as const) {
    found.push(
      sample === undefined
        ? { name, available: false, reason: 'there is no file to look at' }
        : described(name, await look(`/${segmentOf(sample)}${path}`)),
    )
  }
  found.push(described('list', await look('?limit=1')))
  found.push({
    name: 'auth',
    available: parts.hasToken,
    reason: parts.hasToken ? 'a token is configured' : 'no token is configured',
  })
  found.push(await secondAccount(parts, sample, look))
  return {
    capabilities: found.map((one) => ({ ...one, declared: declared.has(one.name) })),
    noFiles: problem,
    bystanders: parts.supply.kind === 'upload' ? distinct(files) : [],
    spares: parts.supply.kind === 'upload' ? [] : files,
    samples: made.length > 0 ? made : parts.supply.samples,
    equalContentKeptApart,
  }
}

/** Where ids follow from contents, two uploads are one file. */
function distinct(files: readonly OwnedFile[]): readonly OwnedFile[] {
  return files.filter(({ id }, at) => files.findIndex((other) => other.id === id) === at)
}

function refusal(knock: Answered, { tokenEnv, authenticated }: PreflightParts): TargetUnusable {
  const advice = authenticated
    ? `the credentials (${tokenEnv}, -H) are not accepted`
    : `no credentials are configured: put a token into ${tokenEnv}, or use -H`
  return new TargetUnusable(
    `${knock.request.method} ${knock.request.target} answered ${knock.response.status}: ${advice}`,
  )
}

interface SampleFiles {
  readonly files: readonly OwnedFile[]
  /** Why there is none, or why there are no more. */
  readonly problem: string | undefined
  readonly equalContentKeptApart: boolean
}

async function sampleFiles({ supply, caseTools, mark }: PreflightParts): Promise<SampleFiles> {
  const files: OwnedFile[] = []
  const { create } = caseTools.tools.files
  if (supply.kind === 'ids' || supply.kind === 'none') {
    return { files, problem: undefined, equalContentKeptApart: false }
  }
  try {
    while (files.length < SAMPLES_EACH) files.push(await create())
    const equal = supply.kind === 'upload' ? equalFiles(mark) : [undefined, undefined]
    const ordinary = new Array<undefined>(SAMPLES_EACH - equal.length).fill(undefined)
    const atOnce = await settled([...ordinary, ...equal].map((file) => create(file)))
    files.push(...atOnce.flatMap((file) => file ?? []))
    const [one, other] = atOnce.slice(-equal.length)
    const bothThere = one !== undefined && other !== undefined
    return {
      files,
      problem: undefined,
      equalContentKeptApart: supply.kind === 'upload' && bothThere && one.id !== other.id,
    }
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error
    const problem = files.length === 0 ? error.message : undefined
    return { files, problem, equalContentKeptApart: false }
  }
}

/** Two files of equal content: whether the second gets an id of its own is a fact about the target. */
function equalFiles(mark: string): readonly FileToUpload[] {
  const content = Buffer.from(`{"custom_id":"${mark}"}\n`)
  return ['a', 'b'].map((name) => ({ filename: `${mark}-set-up-equal-${name}.jsonl`, content }))
}

/** What came of each; a file that the target does not take is none. */
async function settled(
  files: readonly Promise<OwnedFile>[],
): Promise<readonly (OwnedFile | undefined)[]> {
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

function described(name: Found['name'], exchange: Exchange): Found {
  const { response, failure, request } = exchange
  const answer = response === undefined ? failure?.message : `answered ${response.status}`
  return {
    name,
    available: response !== undefined && Math.floor(response.status / 100) === 2,
    reason: `GET ${request.target} ${answer}`,
  }
}
