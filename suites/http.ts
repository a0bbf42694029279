import { documented, rfc } from '../model/contract.ts'
import { type Answered, headerValues, METHOD_OVERRIDES } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { asLoss, expectThere, isGone, unexpectedStatus } from '../model/reads.ts'
import {
  type DeletionOptions,
  type Family,
  forEach,
  invariant,
  type JudgeContext,
  requirement,
  type Tools,
} from '../model/requirement.ts'
import { RUN_ID } from '../model/run-id.ts'
import { causedBy, expectProperty, quote, type Violation } from '../model/violation.ts'

/** A body that does not fit into the buffer of a socket. */
const LARGE = JSON.stringify({ a: 'x'.repeat(66_000) })

/** Additions to a deletion, none of which gives it another meaning. */
const ADORNED: readonly (DeletionOptions & { readonly what: string })[] = [
  { what: 'a query', query: 'force=false&dry_run=true' },
  { what: 'an empty query', query: '' },
  {
    what: 'a JSON body',
    body: '{"deleted":false}',
    headers: [['content-type', 'application/json']],
  },
  { what: 'a body that is no JSON', body: '{', headers: [['content-type', 'application/json']] },
  { what: 'a body of no known type', body: 'x', headers: [['content-type', 'x/y; z="']] },
  { what: 'a media type without a body', headers: [['content-type', 'application/xml']] },
  { what: 'a body in chunks', body: '{"a":1}', chunked: true },
  { what: 'a large body', body: LARGE },
  { what: 'an odd Accept', headers: [['accept', 'image/png;q=0.1, */*;q=0']] },
  { what: 'a broken Accept', headers: [['accept', ';;,/']] },
]

/** Preferences of clients, all of which take JSON, and a media type for no body. */
const PREFERENCES: readonly (DeletionOptions & { readonly what: string })[] = [
  { what: 'any Accept', headers: [['accept', '*/*']] },
  { what: 'no Accept', without: ['accept'] },
  {
    what: 'the Accept of browsers',
    headers: [['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8']],
  },
  {
    what: 'JSON last',
    headers: [['accept', 'text/html, application/xml;q=0.9, application/json;q=0.1']],
  },
  { what: 'a range of media types', headers: [['accept', 'application/*']] },
  { what: 'JSON in capitals', headers: [['accept', 'APPLICATION/JSON']] },
  { what: 'a parameter', headers: [['accept', 'application/json; charset=utf-8']] },
  { what: 'other JSON first', headers: [['accept', 'application/problem+json, application/json']] },
  { what: 'a language', headers: [['accept-language', 'de-CH, fr;q=0.5']] },
  { what: 'no known language', headers: [['accept-language', 'x-none']] },
  { what: 'content codings', headers: [['accept-encoding', 'gzip, deflate, br']] },
  { what: 'a media type without a body', headers: [['content-type', 'application/json']] },
  {
    what: 'a form without a body',
    headers: [['content-type', 'application/x-www-form-urlencoded']],
  },
]

/** Ways to say in a request that another method is meant. */
const OVERRIDES = [
  ...(['POST', 'PUT', 'PATCH', 'GET', 'HEAD', 'OPTIONS'] as const).map((method) => ({
    method,
    by: 'header fields' as const,
  })),
  { method: 'POST', by: 'query' },
  { method: 'GET', by: 'query' },
  { method: 'POST', by: 'form' },
  { method: 'POST', by: 'JSON' },
] as const

const OVERRIDDEN: Readonly<Record<string, MethodOptions>> = {
  'header fields': { headers: METHOD_OVERRIDES.map((name) => [name, 'DELETE'] as const) },
  query: { query: '_method=DELETE&method=delete&action=delete' },
  form: {
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    body: '_method=DELETE&method=delete&action=delete',
  },
  JSON: {
    headers: [['content-type', 'application/json']],
    body: '{"_method":"DELETE","method":"delete","action":"delete"}',
  },
}

type MethodOptions = NonNullable<Parameters<Tools['send']['method']>[2]>

/** Octets that a server which leaves a body unread takes for the next request. */
const NEXT_REQUEST = 'DELETE /nowhere HTTP/1.1\r\nHost: nowhere\r\n\r\n'

/** A header field that stood in an id, named with the run id. */
const INJECTED = new RegExp(`^x-${RUN_ID.source}$`)

export const http: Family = {
  name: 'http',
  subject: 'methods, header fields, connections',
  requirements: [
    forEach({
      id: 'http/method-not-allowed',
      level: 'SHOULD',
      title: 'answers a method that it does not allow with the methods that it does',
      why: 'Gateways and tools read from Allow what a resource can do. Frameworks with a route for each method often name only those of the first, as if files could not be deleted.',
      source: rfc(9110, '15.5.6'),
      needs: ['resource'],
      values: () => ['PATCH', 'PUT', 'POST'] as const,
      probe: async ({ files, send }, method) => {
        const { id } = await files.create()
        return [await send.method(method, id)]
      },
      judge: ([answer], { contract }, method) =>
        contract.methods.includes(method)
          ? { inapplicable: `the document describes ${method} on this path` }
          : notAllowed(answer),
    }),
    forEach({
      id: 'http/method-changes-nothing',
      level: 'MUST',
      title: 'keeps the file when another method is used',
      why: 'Method overrides and catch-all routes can turn a refused PATCH into a deletion. Whoever got the error believes that the file is safe.',
      source: rfc(9110, '15.5.6'),
      role: 'deleted',
      needs: ['resource'],
      values: () => ['PATCH', 'PUT', 'POST', 'HEAD', 'OPTIONS', 'GET'] as const,
      probe: async ({ files, send }, method) => {
        const { id } = await files.create()
        return [await send.method(method, id), await send.delete(id)]
      },
      judge: ([answer, deletion], { answers }, method) => [
        ...noServerError(answer),
        ...answers
          .expectDeleted(deletion)
          .map(asLoss)
          .map(causedBy(`${method} deletes`)),
      ],
    }),
    forEach({
      id: 'http/method-override',
      level: 'MUST',
      title: 'deletes by DELETE alone, whatever method a field, query or body names',
      why: 'Frameworks let forms say which method they mean, and firewalls, caches and logs go by the real one. A link that anybody can make somebody click then deletes a file.',
      source: rfc(9110, '9.1'),
      role: 'deleted',
      needs: ['resource'],
      values: () => OVERRIDES,
      probe: async ({ files, send, look }, { method, by }) => {
        const { id } = await files.create()
        const answer = await send.method(method, id, OVERRIDDEN[by])
        const read = look.offers.has('retrieve') ? [await look.retrieve(id)] : []
        return read.some(isGone) ? [answer, ...read] : [answer, ...read, await send.delete(id)]
      },
      judge: ([, ...after], { answers }, { method }) =>
        after
          .flatMap((one) =>
            one.action === 'delete' ? answers.expectDeleted(one) : expectThere(one),
          )
          .map(causedBy(`${method} deletes`)),
    }),
    forEach({
      id: 'http/adorned',
      level: 'MUST',
      title: 'deletes, or refuses and keeps, the file when query, body or header fields are odd',
      why: 'SDKs and proxies add queries, fields and bodies of their own. A server that stumbles over them answers 500 to a deletion that it made, or makes none because of a flag that nobody documented.',
      source: rfc(9110, '9.3.5'),
      role: 'deleted',
      needs: ['resource'],
      values: () => ADORNED,
      probe: async ({ files, send }, { what: _, ...options }) => {
        const { id } = await files.create()
        const odd = { ...options, purpose: 'negative' } as const
        return [await send.delete(id, odd), await send.delete(id)]
      },
      judge: deletedOrKept,
    }),
    forEach({
      id: 'http/preferences',
      level: 'MUST',
      form: true,
      title: 'answers alike whatever languages, codings and media types a client prefers',
      why: 'Frameworks answer errors as HTML unless JSON is named first, and 400 where a media type stands without a body. SDKs, curl and browsers each send other fields, and get other answers.',
      source: documented('deleted'),
      needs: ['resource'],
      values: () => PREFERENCES,
      probe: (tools, { what: _, ...options }) => deletedTwice(tools, options),
      judge: ([first, unknown, again], { answers }) =>
        [
          ...answers.expectDocumented(first, 'deleted', 'deleted'),
          ...answers.expectDocumented(unknown, 'unknown', 'not-found', 'invalid'),
          ...(again === undefined || !answers.isDeleted(first)
            ? []
            : answers.expectDocumented(again, 'gone', 'not-found')),
        ].map(asFailure),
    }),
    requirement({
      id: 'http/html-wanted',
      level: 'SHOULD',
      form: true,
      title: 'answers with JSON, or refuses, a client that takes HTML alone',
      why: 'The document knows no HTML. A page for people in its place is an undocumented answer, which no generated client reads, and the next one may well show more than the error.',
      source: rfc(9110, '12.5.1'),
      role: 'deleted',
      needs: ['resource'],
      probe: (tools) => deletedTwice(tools, { headers: [['accept', 'text/html']] }),
      judge: ([first, unknown, again], { answers }) => {
        const isRefused = ({ response }: Answered) => response.status === 406
        return [
          ...(isRefused(first) ? [] : answers.expectDocumented(first, 'deleted', 'deleted')),
          ...(isRefused(unknown)
            ? []
            : answers.expectDocumented(unknown, 'unknown', 'not-found', 'invalid')),
          ...(again === undefined || isRefused(again) || !answers.isDeleted(first)
            ? []
            : answers.expectDocumented(again, 'gone', 'not-found')),
        ]
      },
    }),
    requirement({
      id: 'http/trailing-slash',
      level: 'SHOULD',
      title: 'deletes, or refuses and keeps, the file when a slash follows its id',
      why: 'Code that joins URLs adds slashes. A gateway that follows the redirect to the plain path has been seen to delete the file and answer 500: the caller repeats it, and gets 404.',
      source: rfc(3986, '3.3'),
      role: 'deleted',
      needs: ['resource'],
      probe: async ({ files, send }) => {
        const { id } = await files.create()
        return [await send.negative(`${segmentOf(id)}/`), await send.delete(id)]
      },
      judge: deletedOrKept,
    }),
    forEach({
      id: 'http/header-splitting',
      level: 'MUST',
      title: 'lets no line end in an id into its header',
      why: 'A line end that gets from an id into the header lets whoever made up the id set cookies, or forge a second answer that a shared cache hands to other users.',
      source: rfc(9112, '11.1'),
      values: () => ['%0D%0A', '%0A', '%0D', '%E5%98%8A%E5%98%8D', '%250D%250A'],
      probe: async ({ send, runId }, lineEnd) => [
        await send.negative(`${runId}${lineEnd}x-${runId}:%20yes${lineEnd}`),
      ],
      judge: ([answer]) => notInjected(answer),
    }),
    forEach({
      id: 'http/own-answer',
      level: 'MUST',
      title: 'answers each request on a connection for itself, whatever the body of the one before',
      why: "Octets of a body that was left unread become the next request on the connection. Behind a proxy that shares connections, one user's body is then run with another user's request.",
      source: rfc(9112, '9.3'),
      role: 'deleted',
      property: 'id',
      needs: ['resource'],
      holds: () => 2,
      values: () => [
        { body: NEXT_REQUEST },
        { body: NEXT_REQUEST, chunked: true as const },
        { body: NEXT_REQUEST.repeat(LARGE.length / NEXT_REQUEST.length) },
      ],
      probe: async ({ files, send }, body) => {
        const [first, second] = [await files.create(), await files.create()]
        const odd = { ...body, purpose: 'negative' } as const
        return send.deleteOnOneConnection([{ id: first.id, options: odd }, { id: second.id }])
      },
      judge: ([, second], { answers, contract }) => {
        const violations = answers.expectDocumented(second, 'deleted', 'deleted')
        if (violations.length > 0) return violations
        if (!contract.describesAnswer(second, { property: 'id' })) return { inapplicable: NO_ID }
        return answers.beyondUsual(second, 'deleted', expectProperty(second, 'id', second.id))
      },
    }),
    invariant({
      id: 'http/charset',
      level: 'SHOULD',
      title: 'names no other character encoding than UTF-8 for JSON',
      why: 'JSON is UTF-8, whatever the label says. A client that believes another one garbles every message and name beyond ASCII, and compares ids that no longer match.',
      source: rfc(8259, '11'),
      appliesTo: ({ response }) => headerValues(response, 'content-type').some(isJson),
      judge: (exchange) =>
        headerValues(exchange.response, 'content-type').flatMap((value) =>
          charset(exchange, value),
        ),
    }),
  ],
}

const NO_ID = 'the answer has a status for which the document describes no property "id"'

/** Deletes a file twice in the same way, and what is no file between. */
async function deletedTwice({ files, send, runId }: Tools, options: DeletionOptions) {
  const { id } = await files.create()
  const odd = { ...options, purpose: 'negative' } as const
  const first = await send.delete(id, odd)
  const unknown = await send.delete(`${runId}-unknown`, odd)
  const again = await send.again(id, odd)
  return again === undefined ? ([first, unknown] as const) : ([first, unknown, again] as const)
}

/** Expects that the next deletion finds what an odd one was answered. */
function deletedOrKept(
  [answer, after]: readonly [Answered, Answered],
  { answers }: JudgeContext,
): readonly Violation[] {
  if (answers.isDeleted(answer)) return answers.expectGone(after)
  return [
    ...answers.expectDeleted(after),
    ...answers.beyondUsual(answer, 'unknown', noServerError(answer)).map(asFailure),
  ]
}

/** Names the cause of server errors that what stands beside the id brings about. */
function asFailure(violation: Violation): Violation {
  const { status = 0 } = violation.exchange.response ?? {}
  return status < 500 ? violation : causedBy('failure on what stands beside the id')(violation)
}

function notAllowed(exchange: Answered): readonly Violation[] {
  const { status } = exchange.response
  // A method that is taken, or would be with another body or other rights, is allowed.
  if (status < 400 || [400, 401, 403, 409, 415, 422].includes(status)) return []
  const unexpected = status === 405 ? [] : unexpectedStatus(exchange, '405')
  if (noServerError(exchange).length > 0) {
    const blockedBy = { id: 'http/method-changes-nothing', why: 'known' } as const
    return unexpected.map((one) => ({ ...one, blockedBy }))
  }
  if (unexpected.length > 0) return unexpected
  const allow = headerValues(exchange.response, 'allow')
  const methods = allow.flatMap((value) => value.split(',')).map((method) => method.trim())
  if (methods.includes('DELETE')) return []
  const expected = 'a list that names DELETE'
  return [{ exchange, where: '/headers/allow', expected, received: quote(allow) }]
}

function noServerError(exchange: Answered): readonly Violation[] {
  const { status } = exchange.response
  return status < 500 || status === 501 ? [] : unexpectedStatus(exchange, 'less than 500')
}

function notInjected(exchange: Answered): readonly Violation[] {
  const expected = 'no such header field: it stood in the id'
  return exchange.response.headers
    .filter(([name]) => INJECTED.test(name))
    .map(([name, value]) => {
      return { exchange, where: `/headers/${name}`, expected, received: quote(value) }
    })
}

function isJson(mediaType: string): boolean {
  return /^application\/([\w.+-]+\+)?json\b/i.test(mediaType)
}

function charset(exchange: Answered, mediaType: string): readonly Violation[] {
  const named = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(mediaType)?.[1]
  if (named === undefined || named.toLowerCase() === 'utf-8') return []
  const where = '/headers/content-type'
  return [{ exchange, where, expected: 'UTF-8 or none', received: quote(named) }]
}
