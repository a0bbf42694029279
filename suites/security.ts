import { jsonBody } from '../model/body.ts'
import { documented, rfc } from '../model/contract.ts'
import { type Answered, headerValues } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import {
  bodyText,
  expectThere,
  isGone,
  isSameAnswer,
  isSuccess,
  unexpectedStatus,
} from '../model/reads.ts'
import {
  type DeletionOptions,
  type Family,
  forEach,
  invariant,
  requirement,
} from '../model/requirement.ts'
import { judgeStore } from '../model/store.ts'
import { causedBy, quote, type Violation } from '../model/violation.ts'
import { slips } from './arbitraries/near-misses.ts'
import { hasDeleted, sendNearMisses } from './identity.ts'

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

const MADE_UP = 'delete-conformance-made-up'

/** Credentials that nearly fit, and made-up ones in places where the real ones are never sent. */
const NEARLY_RIGHT: readonly (DeletionOptions & { readonly what: string })[] = [
  { what: 'without its last character', credentials: 'cut' },
  { what: 'without its first character', credentials: 'beheaded' },
  { what: 'with a character more', credentials: 'extended' },
  { what: 'in the other case', credentials: 'other-case' },
  { what: 'under another scheme', credentials: 'other-scheme' },
  { what: 'a wrong one twice', credentials: 'wrong-twice' },
  {
    what: 'a made-up one in the query',
    credentials: 'none',
    query: `access_token=${MADE_UP}&api_key=${MADE_UP}&token=${MADE_UP}`,
  },
  {
    what: 'a made-up one in other fields',
    credentials: 'none',
    headers: ['x-api-key', 'api-key', 'x-auth-token'].map((name) => [name, MADE_UP] as const),
  },
]

/** Pages of lists that are compared. */
const MAX_PAGES = 3

/** Deletions beside another account's file: which account has that, and what the files share. */
const ENCOUNTERS = (['first', 'second'] as const).flatMap((owner) =>
  (['refused', 'done'] as const).flatMap((deletion) =>
    (deletion === 'done' ? (['name', 'content'] as const) : (['nothing'] as const)).map(
      (alike) => ({
        owner,
        deletion,
        alike,
      }),
    ),
  ),
)

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
    forEach({
      id: 'security/whole-token',
      level: 'MUST',
      title: 'refuses a token that nearly fits, or stands where no token belongs',
      why: 'A check of the beginning alone, one without regard to case, or one that looks for a key in the query lets somebody in who knows a part of it. Logs and error pages show such parts.',
      source: rfc(9110, '11.4'),
      role: 'deleted',
      needs: ['auth', 'resource'],
      values: () => NEARLY_RIGHT,
      probe: async ({ files, send, look }, { what: _, ...options }) => {
        const { id } = await files.create()
        const refused = await send.delete(id, { ...options, purpose: 'negative' })
        const read = look.offers.has('retrieve') ? [await look.retrieve(id)] : []
        return read.some(isGone) ? [refused, ...read] : [refused, ...read, await send.delete(id)]
      },
      judge: ([refused, ...after], { answers }) =>
        [
          ...expectStatus(refused, [400, ...REFUSED]),
          ...after.flatMap((one) =>
            one.action === 'delete' ? answers.expectDeleted(one) : expectThere(one),
          ),
        ].map(becauseOf(refused)),
    }),
    forEach({
      id: 'security/each-request',
      level: 'MUST',
      title: 'asks each request for its token, whatever came before it on the connection',
      why: 'Connections to a server are shared by a proxy. Who checks the first request alone lets everybody in whose requests come later on the same connection.',
      source: rfc(9110, '11.6.2'),
      role: 'deleted',
      needs: ['auth', 'resource'],
      holds: () => 2,
      values: () => ['none', 'wrong', 'cut'] as const,
      probe: async ({ files, send }, credentials) => {
        const [first, second] = [await files.create(), await files.create()]
        const [, refused] = await send.deleteOnOneConnection([
          { id: first.id },
          { id: second.id, options: { credentials, purpose: 'negative' } },
        ])
        return [refused, await send.delete(second.id)]
      },
      judge: ([refused, deletion], { answers }) =>
        [...expectStatus(refused, REFUSED), ...answers.expectDeleted(deletion)].map(
          becauseOf(refused),
        ),
    }),
    forEach({
      id: 'security/nothing-for-strangers',
      level: 'SHOULD',
      title: 'answers those without the right token alike, whether there is a file or not',
      why: 'A server that looks for the file before it looks at the token tells everybody which ids are in use. Whoever collects ids then knows which of them to try a stolen key on.',
      source: rfc(9110, '15.5.2'),
      role: 'deleted',
      needs: ['auth', 'resource'],
      values: () => ['none', 'wrong'] as const,
      probe: async ({ files, send }, credentials) => {
        const gone = await files.create()
        await send.delete(gone.id)
        const { id } = await files.create()
        const refused = { credentials, purpose: 'negative' } as const
        const living = await send.delete(id, refused)
        const dead = await send.again(gone.id, refused)
        return dead === undefined ? [living] : [living, dead]
      },
      judge: ([living, dead], { answers }) => {
        if (dead === undefined) return { inapplicable: 'no deleted file is safe to ask for here' }
        const violations = expectAlike(living, dead)
        if (!answers.isDeleted(living)) return violations
        const blockedBy = { id: 'security/token-needed', why: 'known' } as const
        return violations.map((one) => ({ ...one, blockedBy }))
      },
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
          ...expectStatus(refused, [403, 404, ...contract.statusesOf('not-found')]),
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
        const violations = expectAlike(foreign, unknown)
        if (!answers.isDeleted(foreign)) return violations
        const blockedBy = { id: 'security/own-files-only', why: 'known' } as const
        return violations.map((one) => ({ ...one, blockedBy }))
      },
    }),
    forEach({
      id: 'security/accounts-apart',
      level: 'MUST',
      title: "changes nothing of another account's files, whether a deletion is done or refused",
      why: "Storage that keeps equal names or contents once for all accounts, and indices that forget the account, let one customer's cleanup take another's files, who never hears of it.",
      source: documented('deleted', 'properties', 'id'),
      needs: ['second-account', 'content-choice', 'retrieve'],
      holds: () => 3,
      values: ({ smallIsOwn }) =>
        ENCOUNTERS.filter(({ alike }) => alike !== 'content' || smallIsOwn),
      probe: async ({ files, send, look, runId }, { owner, deletion, alike }) => {
        const [as, other] =
          owner === 'second' ? (['second', undefined] as const) : ([undefined, 'second'] as const)
        const own = `${runId}-${owner}-${deletion}-${alike}`
        const file = (one: string) => ({
          filename: { word: alike === 'name' ? own : `${own}-${one}` },
          content: { word: alike === 'content' ? own : `${own}-${one}` },
        })
        const kept = await files.upload(file('kept'), as)
        const beside = await files.upload(file('beside'), as)
        const others = await files.upload(file('other'), other)
        const credentials = owner === 'second' ? 'second' : 'configured'
        const reads = async () => [
          await look.retrieve(kept.id),
          ...(look.offers.has('content') ? [await look.content(kept.id)] : []),
          ...(look.offers.has('list') ? await look.list({ most: MAX_PAGES, credentials }) : []),
        ]
        const sent = [kept.answer, beside.answer, others.answer, ...(await reads())]
        if (deletion === 'refused') {
          const stranger = owner === 'second' ? 'configured' : 'second'
          sent.push(await send.delete(kept.id, { credentials: stranger, purpose: 'negative' }))
        }
        if (deletion === 'done') sent.push(await send.delete(others.id))
        sent.push(...(await reads()))
        // A deletion of what is gone could take another.
        if (sent.some((one) => one.action === 'retrieve' && isGone(one))) return sent
        return [...sent, await send.delete(kept.id), await send.delete(beside.id)]
      },
      judge: judgeStore,
    }),
    invariant({
      id: 'security/no-internals',
      level: 'SHOULD',
      title: 'gives away nothing of what is behind it in its errors',
      why: 'Stack traces, paths and statements tell an attacker which library, folder and table to aim at, and clients carry them on into tickets and logs that others read.',
      source: rfc(9457, '5'),
      appliesTo: ({ response }) => response.status >= 400,
      judge: internals,
    }),
    forEach({
      id: 'security/no-other-file',
      level: 'SHOULD',
      title: 'names no other file in its errors',
      why: 'An error that suggests a similar id, or tells the last one, hands out what it takes to read and delete a file. Whoever sends wrong ids collects those of others, and scripts take the suggestion.',
      source: rfc(9110, '15.5.5'),
      needs: ['resource'],
      holds: () => 2,
      values: ({ neverIssuedId }) => [neverIssuedId(0)],
      probe: async (tools, unknown) => {
        const { files, send } = tools
        const { id: gone } = await files.create()
        const { id } = await files.create()
        const sent = [
          await send.delete(gone),
          await send.negative(segmentOf(unknown.id)),
          await send.delete(gone),
        ] as const
        const nearMisses = await sendNearMisses(tools, id, slips(id, files.placesOf(id)))
        if (hasDeleted(nearMisses, tools)) return [...sent, ...nearMisses]
        return [...sent, ...nearMisses, await send.delete(id)]
      },
      judge: (sent, { answers, bystanders }) => {
        const [, unknownId] = sent
        const errors = sent.filter((one) => one.action === 'delete' && !answers.isDeleted(one))
        if (errors.length === 0) return answers.expectRefused(unknownId)
        const ids = sent.filter(({ purpose }) => purpose !== 'negative').map(({ id = '' }) => id)
        const files = [...new Set([...ids, ...bystanders.map(({ id }) => id)])]
        const unmistakable = files.filter(isUnmistakable)
        if (unmistakable.length > 0) return errors.flatMap((one) => otherFiles(one, unmistakable))
        return { inapplicable: 'ids are short here: they could stand in any text' }
      },
    }),
    forEach({
      id: 'security/no-html',
      level: 'SHOULD',
      title: 'never reflects an id as HTML',
      why: "The page that shows errors of a deletion mostly serves other requests, too. If it repeats an id as markup, a prepared link runs a stranger's script under the API's own origin.",
      source: rfc(9110, '17.4'),
      values: () => ['<script src=x>', '<img src=x>', '"><svg>'],
      probe: async ({ send, runId }, markup) => [await send.negative(segmentOf(runId + markup))],
      judge: ([answer], { answers }) =>
        answers.beyondUsual(answer, 'unknown', reflectedHtml(answer)),
    }),
  ],
}

/** Expects the same answer, but for the id. */
function expectAlike(exchange: Answered, other: Answered): readonly Violation[] {
  const { status } = other.response
  const violations = expectStatus(exchange, [status])
  if (violations.length > 0 || isSameAnswer(exchange, other)) return violations
  const [expected, received] = [other, exchange].map((one) => quote(bodyText(one)))
  return [
    { exchange, where: '/body', expected: `as for no file: ${expected}`, received: `${received}` },
  ]
}

function expectStatus(exchange: Answered, accepted: readonly number[]): readonly Violation[] {
  if (accepted.includes(exchange.response.status)) return []
  return unexpectedStatus(exchange, [...new Set(accepted)].join(' or '))
}

/**
 * Names the cause of violations: that anybody may delete, with no token as with another's, is one fault, and
 * that any token will do is another.
 */
function becauseOf(refused: Answered): (violation: Violation) => Violation {
  if (!isSuccess(refused)) {
    const status = `a refusal with ${refused.response.status}`
    return (one) =>
      causedBy(one.exchange === refused ? status : 'deletion in spite of a refusal')(one)
  }
  const isOpen = ['none', 'second'].includes(refused.request.credentials)
  return causedBy(isOpen ? 'deletion by anybody' : 'deletion with any token')
}

function internals(exchange: Answered): readonly Violation[] {
  const text = ownWords(exchange)
  return INTERNALS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return []
    return [{ exchange, where: '/body', expected: `nothing like ${what}`, received: quote(found) }]
  })
}

/** Tells whether an id is no word or number that could stand in a text about something else. */
function isUnmistakable(id: string): boolean {
  return id.length >= 16 || (id.length >= 8 && /\d/.test(id))
}

/** Finds the ids of files in an error that is not about them. */
function otherFiles(exchange: Answered, files: readonly string[]): readonly Violation[] {
  const [text, own] = [words(exchange), sentId(exchange)]
  const named = files.find((id) => !own.some((one) => one.includes(id)) && text.includes(id))
  if (named === undefined) return []
  const expected = 'no id but the one that was sent'
  return [{ exchange, where: '/body', expected, received: quote(named) }]
}

/** Reads the text of an answer without the id, which many messages repeat and which is no secret. */
function ownWords(answer: Answered): string {
  return sentId(answer).reduce((left, known) => left.replaceAll(known, ''), words(answer))
}

/** Gives the id that was asked for, as it is and as it was sent. */
function sentId({ request, id = '' }: Answered): readonly string[] {
  const segment = request.target.slice(request.target.lastIndexOf('/') + 1)
  return [id, segment].filter((known) => known !== '')
}

function words(answer: Answered): string {
  const body = jsonBody(answer.response)
  return body.ok ? stringsIn(body.value, []).join('\n') : bodyText(answer)
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
