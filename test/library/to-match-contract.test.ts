import '../../library/vitest.ts'
import { request } from 'undici'
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type Contract, loadContract, toMatchContract, UsageError } from '../../library/index.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { contractOf, documentWith, jsonResponse } from '../harness/made-up.ts'
import { filesApiWithFile, REPLIES, urlOf, urlOfCutBody, urlOfLargeBody } from './answers.ts'

const contract = await loadContract()
/** vitest has `expect.not`, but no type for it. */
const not = expect.not as typeof expect
const JSON_TYPE = { 'content-type': 'application/json' }

beforeEach(withoutProxy)

/** Returns the matcher's message for an answer that it refuses. */
async function complaint(received: unknown, ...expected: readonly [] | readonly [404]) {
  const { pass, message } = await toMatchContract(received, contract, ...expected)
  return pass ? 'passed' : message()
}

describe.each([
  ['fetch', (url: string) => fetch(url, { method: 'DELETE' })],
  ['undici', (url: string) => request(url, { method: 'DELETE' })],
])('an answer of %s', (_, send) => {
  test.each(['deleted', 'not-found', 'invalid'] as const)(
    'that is %s as documented passes',
    async (role) => {
      const url = await urlOf(role)
      await expect(await send(url)).toMatchContract(contract)
      await expect(await send(url)).toMatchContract(contract, role)
      await expect(await send(url)).toMatchContract(contract, REPLIES[role].status)
      await expect(send(url)).resolves.toMatchContract(contract)
    },
  )

  test('with another status than expected does not', async () => {
    const url = await urlOf('not-found')
    await expect(await send(url)).not.toMatchContract(contract, 200)
    await expect(await send(url)).not.toMatchContract(contract, 'invalid')
    await expect(expect(await send(url)).toMatchContract(contract, 200)).rejects.toThrow(
      '/status: expected 200, received 404',
    )
  })

  test('with a status that is not documented does not', async () => {
    expect(await complaint(await send(await urlOf('teapot')))).toContain(
      '/status: expected one of 200, 404, 422, received 418',
    )
  })

  test('with another media type does not, and of its body nothing is known', async () => {
    const said = await complaint(await send(await urlOf('text')), 404)
    expect(said.split('\n')).toEqual([
      'the answer is not as documented for DELETE /v1/files/{file_id}:',
      '  /headers/content-type: expected application/json, received "text/plain"',
      'received: 404, text/plain, "gone"',
    ])
  })

  test('with a body that the schema refuses does not, and every fault is named', async () => {
    const said = await complaint(await send(await urlOf('wrongBody')))
    expect(said).toContain(
      '/body: expected a property "deleted", received {"id":5,"object":"file"}',
    )
    expect(said).toContain('/body/id: expected a value of type string, received 5')
  })

  test('without a body, or with half of one, does not', async () => {
    expect(await complaint(await send(await urlOf('empty')))).toContain('received "an empty body"')
    expect(await complaint(await send(await urlOfCutBody()))).toMatch(
      /\/body: expected a JSON document, received "6 octets, then the body ended early: /,
    )
  })

  test('with a body of more than 1 MiB does not, and the rest of it is not waited for', async () => {
    expect(await complaint(await send(await urlOfLargeBody()))).toContain(
      'then more than 1048576 octets of body',
    )
  })

  test('whose body was read before is refused, with .not as well', async () => {
    const answer = await send(await urlOf('deleted'))
    await (answer instanceof Response ? answer : answer.body).text()
    for (const check of [expect(answer), expect(answer).not]) {
      const checking = async () => check.toMatchContract(contract)
      await expect(checking).rejects.toThrow(
        /the body was read already; accepted is an answer before/,
      )
    }
  })
})

test('what the reference server answers passes, and the body of a Response is still there', async () => {
  const { url, id } = await filesApiWithFile()
  const first = await fetch(`${url}/${id}`, { method: 'DELETE' })
  await expect(first).toMatchContract(contract, 'deleted')
  await expect(first).toMatchContract(contract, 200)
  expect(await first.json()).toEqual({ id, object: 'file', deleted: true })
  const second = await fetch(`${url}/${id}`, { method: 'DELETE' })
  await expect(second).toMatchContract(contract, 'not-found')
})

describe('a plain answer', () => {
  const { status, body: octets } = REPLIES.deleted
  const text = Buffer.from(octets).toString()
  const value = JSON.parse(text) as unknown

  test.each<[string, object]>([
    ['octets', { status, headers: JSON_TYPE, body: octets }],
    ['an ArrayBuffer', { status, headers: JSON_TYPE, body: new Uint8Array(octets).buffer }],
    ['text', { status, headers: JSON_TYPE, body: text }],
    ['parsed JSON', { status, headers: JSON_TYPE, body: value }],
    ['Headers', { status, headers: new Headers(JSON_TYPE), body: value }],
    ['pairs', { status, headers: [['Content-Type', 'application/json']], body: value }],
    ['lists of values', { status, headers: { 'Content-Type': ['application/json'] }, body: value }],
    ['what inject of fastify gives', { statusCode: status, headers: JSON_TYPE, body: text }],
    ['what supertest gives', { status, headers: JSON_TYPE, body: {}, text }],
  ])('of %s is judged at once', (_, answer) => {
    expect(toMatchContract(answer, contract)).not.toBeInstanceOf(Promise)
    expect(answer).toMatchContract(contract, 'deleted')
    expect(answer).not.toMatchContract(contract, 404)
    expect(() => expect(answer).not.toMatchContract(contract)).toThrow(
      'the answer is as documented for DELETE /v1/files/{file_id}, expected another',
    )
  })

  test.each<[string, object, string]>([
    ['has no header fields', { status, body: value }, '/headers/content-type: expected app'],
    [
      'has two media types',
      {
        status,
        headers: [['a', 'b']].concat(
          ['text/plain', 'application/json'].map((type) => ['content-type', type]),
        ),
        body: value,
      },
      'received ["text/plain","application/json"]',
    ],
    [
      'is text that is no JSON',
      { status, headers: JSON_TYPE, body: 'yes' },
      '/body: expected a JSON',
    ],
    [
      'is JSON of text',
      { status, headers: JSON_TYPE, body: '"yes"' },
      '/body: expected a value of type',
    ],
    ['has no body', { status, headers: JSON_TYPE, body: undefined }, 'received "an empty body"'],
    [
      'is null',
      { status, headers: JSON_TYPE, body: null },
      '/body: expected a value of type object',
    ],
    [
      'was read otherwise',
      { status, headers: JSON_TYPE, body: value, text: 'no' },
      'received "no"',
    ],
  ])('that %s is refused', async (_, answer, message) => {
    expect(await complaint(answer)).toContain(message)
    expect(answer).not.toMatchContract(contract)
  })

  test('stands within another value', () => {
    const answer = { status, headers: JSON_TYPE, body: value }
    expect({ answer }).toEqual({ answer: expect.toMatchContract(contract, 200) })
    expect({ answer }).toEqual({ answer: not.toMatchContract(contract, 404) })
    expect({ answer }).not.toEqual({ answer: expect.toMatchContract(contract, 404) })
  })

  test('has no control characters in what is said of it', async () => {
    const body = { id: '\u001b[31m\u202e', object: '\u009b1m' }
    const said = await complaint({ status, headers: { 'content-type': '\u001b]0;x' }, body })
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})

test('a Response within another value is refused: it cannot be waited for there', () => {
  const answer = new Response('{}', { status: 404, headers: JSON_TYPE })
  for (const inner of [expect.toMatchContract(contract), not.toMatchContract(contract)]) {
    expect(() => expect({ answer }).toEqual({ answer: inner })).toThrow(/accepted is await expect/)
  }
})

describe('what is a mistake of the test is refused, with .not as well', () => {
  const answer = { status: 200, headers: JSON_TYPE, body: '{}' }
  const NO_ANSWER = 'found no answer; accepted are a Response of fetch'
  const promised = loadContract() as unknown as Contract
  const fetching = Promise.resolve(answer)

  test.each<[string, unknown, Contract, never, string]>([
    ['undefined', undefined, contract, undefined as never, NO_ANSWER],
    ['text', '{}', contract, undefined as never, NO_ANSWER],
    [
      'a promise',
      fetching,
      contract,
      undefined as never,
      'found a promise; accepted is its answer',
    ],
    ['an answer without body', { status: 200, data: {} }, contract, undefined as never, NO_ANSWER],
    ['a contract that was not awaited', answer, promised, undefined as never, 'found no contract'],
    ['a status that is not documented', answer, contract, 418 as never, 'found 418, which is not'],
    [
      'a role that is none',
      answer,
      contract,
      'gone' as never,
      'accepted are 200, 404, 422, deleted',
    ],
  ])('%s', (_, received, by, expected, message) => {
    for (const check of [expect(received), expect(received).not]) {
      expect(() => check.toMatchContract(by, expected)).toThrow(UsageError)
      expect(() => check.toMatchContract(by, expected)).toThrow(message)
    }
  })
})

test('a role has all statuses that the document gives it', async () => {
  const several = await contractOf(
    documentWith({ 200: jsonResponse(), 204: { description: 'x' }, 404: jsonResponse() }),
  )
  expect({ status: 204, headers: {}, body: '' }).toMatchContract(several, 'deleted')
  expect({ status: 200, headers: JSON_TYPE, body: {} }).toMatchContract(several, 'deleted')
  const other = { status: 404, headers: JSON_TYPE, body: {} }
  expect(() => expect(other).toMatchContract(several, 'deleted')).toThrow(
    '/status: expected 200 or 204, received 404',
  )
})

test('a body that cannot be judged matches neither with nor without .not', async () => {
  const schema = { properties: { note: { type: 'string', pattern: '^(a+)+$' } } }
  const backtracking = await contractOf(documentWith({ 200: jsonResponse(schema) }))
  const answer = { status: 200, headers: JSON_TYPE, body: { note: `${'a'.repeat(50)}!` } }
  for (const check of [expect(answer), expect(answer).not]) {
    expect(() => check.toMatchContract(backtracking, 200)).toThrow(
      'toMatchContract: the body cannot be judged: the pattern "^(a+)+$" of its schema backtracks',
    )
  }
})

test('the type says which answers have to be awaited', () => {
  const plain = { status: 200, headers: JSON_TYPE, body: '' }
  const fetched = () => expect(new Response()).toMatchContract(contract)
  const requested = (answer: Awaited<ReturnType<typeof request>>) =>
    expect(answer).toMatchContract(contract)
  expectTypeOf(fetched).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(requested).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(() => expect(plain).toMatchContract(contract)).returns.toBeVoid()
})
