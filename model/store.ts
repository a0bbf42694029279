import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { jsonBody } from './body.ts'
import type { Answered, Credentials } from './exchange.ts'
import { asLoss, bodyText, expectGone, expectThere, isSuccess, isThere } from './reads.ts'
import type { JudgeContext } from './requirement.ts'
import { expectNotListed, type ResourceReadings } from './resource.ts'
import { bodyProperty, causedBy, expectProperty, quote, type Violation } from './violation.ts'

/** Expected value, which differs from run to run. */
const AS_BEFORE = 'what was read before'
const OTHER_CONTENT = ['content of another file']

/** File of a store as it should be. */
interface StoredFile {
  readonly by: Credentials
  /** SHA-256 of its content as it was uploaded. */
  readonly sha256: string | undefined
  live: boolean
  /** Whether the list has shown it. */
  listed: boolean
  /** First answers to reads of it, by request. */
  readonly reads: Map<string, Answered>
}

/**
 * Replays answers against a model of a store: a file is there, as it was first read, from its upload until its
 * deletion by the account that uploaded it, and then it is gone.
 *
 * @param answers - to uploads, deletions and reads, in the order in which they were sent
 */
export function judgeStore(
  answers: readonly Answered[],
  context: Pick<JudgeContext, 'answers' | 'contract' | 'readings'>,
): readonly Violation[] {
  const store = new Map<string, StoredFile>()
  const isFaithful = keepsContent(answers, context.readings)
  return answers.flatMap((answer) => {
    const { action, id = '', request } = answer
    if (action === 'create') {
      const created = context.readings.created(answer)?.id ?? ''
      const by = request.credentials
      const sha256 = isFaithful ? uploadedIn(answer) : undefined
      store.set(created, { by, sha256, live: true, listed: false, reads: new Map() })
      return []
    }
    if (action === 'list') return judgeList(answer, store, context.readings)
    const file = store.get(id)
    if (action !== 'delete') return file ? judgeRead(answer, file, context.readings) : []
    const violations = judgeDeletion(answer, file, context)
    if (file !== undefined && context.answers.isDeleted(answer)) file.live = false
    return violations
  })
}

function judgeDeletion(
  answer: Answered,
  file: StoredFile | undefined,
  { answers, contract }: Pick<JudgeContext, 'answers' | 'contract'>,
): readonly Violation[] {
  if (file === undefined) {
    return answers.expectStatus(answer, 'unknown', 'not-found', 'invalid')
  }
  if (file.by !== answer.request.credentials) {
    return answers.expectRefused(answer).map(causedBy('deletion by anybody'))
  }
  if (!file.live) return answers.expectGone(answer)
  const violations = answers.expectDeleted(answer).map(asLoss)
  const namesId = contract.describesAnswer(answer, { property: 'id' })
  if (violations.length > 0 || !namesId || !jsonBody(answer.response).ok) return violations
  return answers.beyondUsual(answer, 'deleted', expectProperty(answer, 'id', answer.id))
}

function judgeRead(
  answer: Answered,
  { live, reads, sha256 }: StoredFile,
  readings: ResourceReadings,
): readonly Violation[] {
  const { method, target, headers } = answer.request
  // Not every target offers every way to read.
  const isPlain = method === 'GET' && !headers.some(([name]) => /^(if-|range$)/.test(name))
  if (!live) return isPlain || isThere(answer) ? expectGone(answer) : []
  const key = JSON.stringify([method, target, headers])
  const first = reads.get(key)
  if (first === undefined) reads.set(key, answer)
  if (!isPlain && (first === undefined || !isThere(first))) return []
  if (first === undefined || !isSuccess(first)) {
    const there = expectThere(answer).map(asLoss)
    return there.length > 0 ? there : expectUploaded(answer, sha256)
  }
  return answer.action === 'content'
    ? expectContent(answer, first)
    : expectMetadata(answer, first, first, readings)
}

function uploadedIn({ request: { body } }: Answered): string | undefined {
  return body !== undefined && 'fileSha256' in body ? body.fileSha256 : undefined
}

function isWholeContent({ action, request, response }: Answered): boolean {
  return action === 'content' && request.method === 'GET' && response.status === 200
}

/** Tells whether some content was read as it was uploaded: some targets change it. */
function keepsContent(answers: readonly Answered[], readings: ResourceReadings): boolean {
  const uploaded = new Map(
    answers.flatMap((one) =>
      one.action === 'create' ? [[readings.created(one)?.id, uploadedIn(one)]] : [],
    ),
  )
  return answers.some((one) => isWholeContent(one) && digestOf(one) === uploaded.get(one.id))
}

function digestOf({ response }: Answered): string {
  return createHash('sha256').update(response.body).digest('hex')
}

function expectUploaded(exchange: Answered, sha256: string | undefined): readonly Violation[] {
  if (sha256 === undefined || !isWholeContent(exchange) || digestOf(exchange) === sha256) return []
  const expected = 'the content that was uploaded'
  const received = `${quote(bodyText(exchange))}; uploaded: SHA-256 ${sha256}`
  return [{ exchange, where: '/body', expected, received, causes: OTHER_CONTENT }]
}

function judgeList(
  page: Answered,
  store: ReadonlyMap<string, StoredFile>,
  readings: ResourceReadings,
): readonly Violation[] {
  const own = [...store].filter(([, { by }]) => by === page.request.credentials)
  const ids = readings.entries([page]).map(({ id }) => id)
  const dead = own.flatMap(([id, { live }]) => (live ? [] : [id]))
  const lost = own.filter(([id, { live, listed }]) => live && listed && !ids.includes(id))
  for (const [id, file] of own) file.listed ||= ids.includes(id)
  // A page is no whole list.
  const isWhole = readings.isComplete([page])
  return [
    ...expectNotListed(page, dead, readings),
    ...(isWhole ? lost : []).map(([id]) => ({
      exchange: page,
      where: '/body',
      expected: 'every file that was listed before and not deleted',
      received: `none with the id ${quote(id)}`,
    })),
  ]
}

/** Expects the content that was read before; content that could not be read then proves nothing. */
export function expectContent(exchange: Answered, before: Answered): readonly Violation[] {
  if (!isSuccess(before)) return []
  const there = expectThere(exchange).map(asLoss)
  if (there.length > 0 || !isSuccess(exchange)) return there
  if (bodyText(before) === bodyText(exchange)) return []
  const expected = AS_BEFORE
  const received = `${quote(bodyText(exchange))}; before: ${quote(bodyText(before))}`
  return [{ exchange, where: '/body', expected, received, causes: OTHER_CONTENT }]
}

/** Expects what was read twice before, but for what had changed between the two. */
export function expectMetadata(
  exchange: Answered,
  first: Answered,
  second: Answered,
  { lasting }: ResourceReadings,
): readonly Violation[] {
  const there = isSuccess(first) ? expectThere(exchange).map(asLoss) : []
  if (there.length > 0 || !isSuccess(exchange)) return there
  const body = jsonBody(first.response)
  const names = body.ok ? lasting.filter((name) => Object.hasOwn(Object(body.value), name)) : []
  const kept = names.filter((name) => alike(first, second, name))
  return kept
    .filter((name) => !alike(first, exchange, name))
    .map((name) => {
      const [before, after] = [first, exchange].map((one) => quote(bodyProperty(one, name)))
      const received = `${after}; before: ${before}`
      const causes = ['metadata of another file']
      return { exchange, where: `/body/${name}`, expected: AS_BEFORE, received, causes }
    })
}

function alike(one: Answered, other: Answered, name: string): boolean {
  return isDeepStrictEqual(bodyProperty(one, name), bodyProperty(other, name))
}
