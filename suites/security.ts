import { jsonBody } from '../model/body.ts'
import { rfc } from '../model/contract.ts'
import { type Answered, headerValues } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { bodyText, isSuccess, unexpectedStatus } from '../model/reads.ts'
import { type Family, forEach, invariant, requirement } from '../model/requirement.ts'
import { quote, type Violation } from '../model/violation.ts'

const REFUSED = [401, 403]

/**
 * Traces of what is behind a server: stack traces, source paths, statements, internal addresses. Each takes
 * time in proportion to the text: no part of a pattern can run over what another attempt ran over before.
 */
const INTERNALS: readonly (readonly [string, RegExp])[] = [
  [
    'a stack trace',
    /Traceback \(most recent call last\)|^[ \t]+at [^\n(]+\([^\n()]+:\d+:\d+\)|\bat [\w.$]+\([\w.]+\.java:\d+\)|goroutine \d+ \[|panicked at/m,
  ],
  [
    'a source path',
    /(?:\/(?:usr|home|app|srv|opt|var|root|workspace)\/[\w./-]{1,250}\.(?:py|js|ts|rb|go|java|php|rs))|\b[A-Z]:\\\w+\\[\w\\.-]+|node_modules\/|site-packages\//,
  ],
  [
    'a statement of SQL',
    /\b(?:SELECT .{1,250} FROM|DELETE FROM|INSERT INTO|UPDATE .{1,250} SET)\b|syntax error at or near|SQLSTATE|sqlite3?\.\w*Error|ORA-\d{5}|psycopg2?\./,
  ],
  [
    'an internal address',
    /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|(?<![\w-])[\w-]+\.(?:svc\.cluster\.local|internal)\b/,
  ],
]

export const security: Family = {
  name: 'security',
  subject: 'who may delete, and what answers give away',
  requirements: [
    forEach({
      id: 'security/token-needed',
      level: 'MUST',
      title: 'refuses a deletion without the right token, and keeps the file',
      why: 'Without this, an id is all that it takes to destroy a file. The usual slips are to check a token only where one was sent, and to check it after the deletion.',
      source: rfc(9110, '15.5.2'),
      role: 'deleted',
      needs: ['auth', 'resource'],
      values: () => ['none', 'empty', 'malformed', 'wrong'] as const,
      probe: async ({ files, send }, credentials) => {
        const { id } = await files.create()
        return [await send.delete(id, { credentials, purpose: 'negative' }), await send.delete(id)]
      },
      judge: ([refused, deletion], { answers }) =>
        [...expectStatus(refused, REFUSED), ...answers.expectDeleted(deletion)].map(
          becauseOf(refused),
        ),
    }),
    requirement({
      id: 'security/own-files-only',
      level: 'MUST',
      title: "refuses the deletion of another account's file, and keeps it",
      why: "A lookup by id alone finds the files of all accounts. Ids stand in logs, tickets and shared code: with one of them any customer destroys another customer's data.",
      source: rfc(9110, '15.5.4'),
      role: 'deleted',
      needs: ['second-account', 'resource'],
      probe: async ({ files, send }) => {
        const { id } = await files.create()
        return [
          await send.delete(id, { credentials: 'second', purpose: 'negative' }),
          await send.delete(id),
        ]
      },
      judge: ([refused, deletion], { contract, answers }) =>
        [
          ...expectStatus(refused, [403, 404, contract.statusOf('not-found') ?? 404]),
          ...answers.expectDeleted(deletion),
        ].map(becauseOf(refused)),
    }),
    requirement({
      id: 'security/existence-hidden',
      level: 'SHOULD',
      title: "answers for another account's file as for one that does not exist",
      why: '403 for files of others and 404 for none is an oracle: whoever tries ids learns which are in use, and where an attack pays.',
      source: rfc(9110, '15.5.4'),
      role: 'deleted',
      needs: ['second-account', 'resource'],
      probe: async ({ files, send }) => {
        // An id of the target's own form, which no check of forms tells from the other.
        const gone = await files.create()
        await send.delete(gone.id)
        const { id } = await files.create()
        const second = { credentials: 'second', purpose: 'negative' } as const
        return [await send.delete(id, second), await send.delete(gone.id, second)]
      },
      judge: ([foreign, unknown], { answers }) => {
        const violations = expectStatus(foreign, [unknown.response.status])
        if (!answers.isDeleted(foreign)) return violations
        const blockedBy = { id: 'security/own-files-only', why: 'known' } as const
        return violations.map((one) => ({ ...one, blockedBy }))
      },
    }),
    invariant({
      id: 'security/no-internals',
      level: 'SHOULD',
      title: 'gives away nothing of what is behind it in its errors',
      why: 'Stack traces, paths and statements tell an attacker which library, folder and table to aim at, and clients carry them on into tickets and logs that others read.',
      source: rfc(9110, '17.1'),
      appliesTo: ({ response }) => response.status >= 400,
      judge: internals,
    }),
    forEach({
      id: 'security/no-html',
      level: 'SHOULD',
      title: 'never reflects an id as HTML',
      why: "The page that shows errors of a deletion mostly serves other requests, too. If it repeats an id as markup, a prepared link runs a stranger's script under the API's own origin.",
      source: rfc(9110, '17.1'),
      values: () => ['<script src=x>', '<img src=x>', '"><svg>'],
      probe: async ({ send, runId }, markup) => [await send.negative(segmentOf(runId + markup))],
      judge: ([answer], { answers }) =>
        answers.beyondUsual(answer, 'unknown', reflectedHtml(answer)),
    }),
  ],
}

function expectStatus(exchange: Answered, accepted: readonly number[]): readonly Violation[] {
  if (accepted.includes(exchange.response.status)) return []
  return unexpectedStatus(exchange, [...new Set(accepted)].join(' or '))
}

/** Names the cause of violations: that anybody may delete, with no token as with another's, is one fault. */
function becauseOf(refused: Answered): (violation: Violation) => Violation {
  const isOpen = isSuccess(refused) && ['none', 'second'].includes(refused.request.credentials)
  return (one) => (isOpen ? { ...one, cause: 'deletion by anybody' } : one)
}

function internals(exchange: Answered): readonly Violation[] {
  const text = ownWords(exchange)
  return INTERNALS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return []
    return [{ exchange, where: '/body', expected: `nothing like ${what}`, received: quote(found) }]
  })
}

/** Reads the text of an answer without the id, which many messages repeat and which is no secret. */
function ownWords(answer: Answered): string {
  const { response, request, id } = answer
  const body = jsonBody(response)
  const text = body.ok ? stringsIn(body.value, []).join('\n') : bodyText(answer)
  const segment = request.target.slice(request.target.lastIndexOf('/') + 1)
  return [id, segment].reduce<string>(
    (left, known) => (known ? left.replaceAll(known, '') : left),
    text,
  )
}

/** @param found - collects them: to join those of each level would cost as much again for each level */
function stringsIn(value: unknown, found: string[]): readonly string[] {
  if (typeof value === 'string') found.push(value)
  else if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) stringsIn(child, found)
  }
  return found
}

function reflectedHtml(exchange: Answered): readonly Violation[] {
  const html = headerValues(exchange.response, 'content-type').some((type) => /html/i.test(type))
  const id = exchange.id ?? ''
  const body = bodyText(exchange)
  if (!html || !/[<>]/.test(id) || !body.includes(id)) return []
  const expected = 'another media type, or the id escaped'
  // JSON under a wrong label is the fault of the label.
  const where = jsonBody(exchange.response).ok ? '/headers/content-type' : '/body'
  return [{ exchange, where, expected, received: quote(body) }]
}
