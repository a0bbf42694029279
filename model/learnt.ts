import { jsonBody } from './body.ts'
import type { Contract, Role } from './contract.ts'
import { type Answered, headerValues, isAnswered } from './exchange.ts'
import { isSuccess, unexpectedStatus } from './reads.ts'
import { bodyProperty, causedBy, quote, type Violation } from './violation.ts'

/**
 * Deletions whose answers a run learns before the first requirement: of a file that is there, of the same
 * again, of an id that has the shape of issued ones and is none, of one that has another shape.
 */
type Lesson = 'deleted' | 'gone' | 'unknown' | 'malformed'

/** An answer to each; none where it could not be asked for. */
export type Learnt = { readonly [Which in Lesson]?: Answered | undefined }

/**
 * Reads answers as this target gives them. Whether its usual answers are as documented is judged once, by the
 * requirement that is about them; all others take them for what they are.
 */
export interface AnswerReader {
  /** Tells whether an answer says that the file was deleted. */
  isDeleted(answer: Answered): boolean
  /** Expects a deletion of a file that is there. */
  expectDeleted(answer: Answered): readonly Violation[]
  /** Expects the answer to a file that was deleted before. */
  expectGone(answer: Answered): readonly Violation[]
  /** Expects that an id is refused which is no file's. */
  expectRefused(answer: Answered): readonly Violation[]
  /**
   * Expects an answer as documented for one of the roles.
   *
   * @param lesson - as for `beyondUsual`
   */
  expectDocumented(
    answer: Answered,
    lesson: Lesson,
    ...roles: readonly Role[]
  ): readonly Violation[]
  /** Expects the status of one of the roles; other requirements are about the rest. */
  expectStatus(answer: Answered, lesson: Lesson, ...roles: readonly Role[]): readonly Violation[]
  /**
   * Marks the violations of an answer that are known.
   *
   * @param lesson - the usual answer that it should be: what is wrong with that is judged elsewhere
   */
  beyondUsual(
    answer: Answered,
    lesson: Lesson,
    violations: readonly Violation[],
  ): readonly Violation[]
  /** Names the requirement that judges a violation, if a usual answer has it, too. */
  judgedBy(violation: Violation): string | undefined
}

/** Requirement on the answer to the deletion of an id that nobody has. */
export const NEVER_ISSUED = 'not-found/never-issued'

/** Role of each lesson, and the requirements that judge its status and the other parts of its answer. */
const JUDGES: Readonly<Record<Lesson, { readonly roles: readonly Role[]; readonly by: Parts }>> = {
  deleted: {
    roles: ['deleted'],
    by: {
      status: 'deleted/status',
      mediaType: 'deleted/media-type',
      body: 'deleted/body',
      id: 'deleted/id',
      deleted: 'deleted/flag',
    },
  },
  unknown: {
    roles: ['not-found'],
    by: {
      status: NEVER_ISSUED,
      mediaType: 'not-found/media-type',
      body: 'not-found/body',
    },
  },
  gone: {
    roles: ['not-found'],
    by: {
      status: 'not-found/already-deleted',
      mediaType: 'not-found/media-type',
      body: 'not-found/body',
    },
  },
  malformed: {
    roles: ['not-found', 'invalid'],
    by: {
      status: 'not-found/any-string',
      mediaType: 'not-found/media-type',
      body: 'not-found/body',
    },
  },
}

interface Parts {
  readonly status: string
  readonly mediaType: string
  readonly body: string
  readonly id?: string
  readonly deleted?: string
}

const MEDIA_TYPE = '/headers/content-type'

/** Requirement that judges each server error, whatever it answers. */
export const SERVER_ERRORS = 'documented/no-server-error'

/** Requirement that judges each deletion without an answer, whatever it was sent for. */
export const ANSWERED = 'documented/answered'

/** In the order in which requirements judge them. */
const LESSONS: readonly Lesson[] = ['deleted', 'unknown', 'gone', 'malformed']

/**
 * Makes a reader of answers.
 *
 * @param isChosen - tells whether a requirement is one of the run
 */
export function readerOf(
  contract: Contract,
  learnt: Learnt,
  isChosen: (requirementId: string) => boolean,
): AnswerReader {
  const signatures = new Map<Lesson, string>()
  const wrong = new Map<Lesson, ReadonlyMap<string, string>>()
  for (const lesson of LESSONS) {
    const answer = learnt[lesson]
    if (answer === undefined) continue
    signatures.set(lesson, signatureOf(answer))
    wrong.set(lesson, decidable(() => wrongIn(answer, lesson)) ?? new Map())
  }
  const usual = (answer: Answered): readonly Lesson[] => {
    const signature = signatureOf(answer)
    return LESSONS.filter((lesson) => signatures.get(lesson) === signature)
  }

  /** Finds what is wrong with a usual answer: the requirement that says so, by place. */
  function wrongIn(answer: Answered, lesson: Lesson): ReadonlyMap<string, string> {
    const { roles, by } = JUDGES[lesson]
    const asUnknown = lesson === 'gone' && signatures.get('unknown') === signatures.get('gone')
    const isInvalid = contract.statusesOf('invalid').includes(answer.response.status)
    const owners = {
      ...(asUnknown ? JUDGES.unknown.by : by),
      ...(isInvalid && { mediaType: 'invalid/body', body: 'invalid/body' }),
    }
    const violations = contract.violations(answer, ...roles)
    const properties = lesson === 'deleted' ? wrongProperties(answer, contract) : []
    const places = new Set([...violations, ...properties].map(({ where }) => where))
    // Of a body under another media type the document says nothing.
    const isOther = places.has(MEDIA_TYPE)
    const isWrong = violations.some(({ where }) => where.startsWith('/body'))
    const judges = {
      ...owners,
      ...(isWrong && { id: owners.body, deleted: owners.body }),
      ...(isOther && { body: owners.mediaType, id: owners.mediaType, deleted: owners.mediaType }),
    }
    return new Map(
      [...places].flatMap((where) => {
        const owner = ownerOf(where, judges)
        return isChosen(owner) ? [[where, owner] as const] : []
      }),
    )
  }

  const judgedBy = ({ exchange, where }: Violation): string | undefined => {
    if (!isAnswered(exchange)) return undefined
    for (const lesson of usual(exchange)) {
      const owner = wrong.get(lesson)?.get(where)
      if (owner !== undefined) return owner
    }
    return undefined
  }

  /** Gives a blocked violation if the answer is one for a deletion and for this lesson alike. */
  const alike = (answer: Answered, lesson: Lesson): readonly Violation[] => {
    const also = usual(answer)
    if (!also.includes('deleted') || !also.includes(lesson)) return []
    const id = JUDGES[also.includes('unknown') ? 'unknown' : lesson].by.status
    const expected = 'a deletion and a missing file answered in different ways'
    return unexpectedStatus(answer, expected).map((violation) => ({
      ...violation,
      blockedBy: { id, why: 'alike' },
    }))
  }

  const beyondUsual: AnswerReader['beyondUsual'] = (answer, lesson, violations) => {
    const also = usual(answer)
    // Most ids that are nobody's have another shape than issued ones.
    const isUsual = also.includes(lesson) || (lesson === 'unknown' && also.includes('malformed'))
    if (!isUsual) return violations
    return violations.map((violation) => {
      const id = judgedBy(violation)
      return id === undefined ? violation : { ...violation, blockedBy: { id, why: 'known' } }
    })
  }

  const isDeleted = (answer: Answered) => {
    const also = usual(answer)
    if (learnt.deleted === undefined) return isSuccess(answer)
    return also.includes('deleted') || (also.length === 0 && isSuccess(answer))
  }

  return {
    isDeleted,
    judgedBy,
    expectDeleted(answer) {
      const status = learnt.deleted?.response.status ?? contract.statusOf('deleted')
      if (!isDeleted(answer)) return unexpectedStatus(answer, `${status ?? 'success'}`)
      return alike(answer, 'gone')
    },
    expectGone(answer) {
      const blocked = alike(answer, 'gone')
      if (blocked.length > 0) return blocked
      const also = usual(answer)
      const isGone =
        also.includes('gone') ||
        also.includes('unknown') ||
        (also.every((one) => one === 'malformed') &&
          contract.statusViolations(answer, 'not-found').length === 0)
      const status = learnt.gone?.response.status ?? contract.statusOf('not-found')
      return isGone ? [] : unexpectedStatus(answer, `${status ?? 'no success'}`)
    },
    expectRefused(answer) {
      if (!isDeleted(answer)) return []
      const blocked = alike(answer, 'unknown')
      if (blocked.length > 0) return blocked
      const violations = unexpectedStatus(answer, 'no success: no such file is there')
      return violations.map(causedBy(spellingOf(answer)))
    },
    expectDocumented: (answer, lesson, ...roles) =>
      beyondUsual(answer, lesson, contract.violations(answer, ...roles)),
    expectStatus: (answer, lesson, ...roles) =>
      beyondUsual(answer, lesson, contract.statusViolations(answer, ...roles)),
    beyondUsual,
  }
}

/** Gives nothing for an answer that takes too long to judge: then it is no known fault. */
function decidable<T>(judge: () => T): T | undefined {
  try {
    return judge()
  } catch (error) {
    if ((error as Error).name === 'Undecidable') return undefined
    throw error
  }
}

/** Finds faults of the id and the flag of a confirmation, which no schema tells right from wrong. */
function wrongProperties(answer: Answered, contract: Contract): readonly Violation[] {
  const expected = { id: answer.id, deleted: true }
  return Object.entries(expected)
    .filter(([property]) => contract.describesAnswer(answer, { property }))
    .filter(([name, value]) => bodyProperty(answer, name) !== value)
    .map(([name, value]) => ({
      exchange: answer,
      where: `/body/${name}`,
      expected: quote(value),
      received: quote(bodyProperty(answer, name)),
    }))
}

function ownerOf(where: string, parts: Parts): string {
  if (where === '/status') return parts.status
  if (where.startsWith('/headers/')) return parts.mediaType
  if (where === '/body/id') return parts.id ?? parts.body
  if (where === '/body/deleted') return parts.deleted ?? parts.body
  return parts.body
}

/**
 * Names how a near-miss is spelled, whatever the id. What reads an id out of one segment that holds more reads it
 * out of others: which of them is met first is chance.
 */
export function spellingOf({ request }: Answered): string {
  const [path = ''] = request.target.split('?')
  const segment = path.slice(path.lastIndexOf('/') + 1)
  const [whole = segment] = /[\w-]{8,}/.exec(segment) ?? []
  return whole === segment ? `spelling: ${segment}` : 'spelling: an id and more'
}

const NO_ANSWER = 'no answer'

/** Names a place in answers of one kind: what is wrong there in one is wrong in all. */
export function kindOf({ exchange, where }: Violation): string {
  return `${isAnswered(exchange) ? signatureOf(exchange) : NO_ANSWER} ${where}`
}

/** Writes down what answers of one meaning share, whatever the id: status, media type, names of the JSON, the flag. */
function signatureOf(answer: Answered): string {
  const { response } = answer
  const body = jsonBody(response)
  const isObject = body.ok && typeof body.value === 'object' && body.value !== null
  const names = isObject ? Object.keys(body.value as object).sort() : [body.ok ? 'JSON' : 'no JSON']
  const mediaType = headerValues(response, 'content-type').join().split(';')[0]?.trim()
  const flag = bodyProperty(answer, 'deleted')
  return JSON.stringify([response.status, mediaType?.toLowerCase(), names, flag])
}
