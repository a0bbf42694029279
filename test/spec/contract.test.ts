import { beforeAll, describe, expect, it } from 'vitest'
import type { Contract, Role } from '../../model/contract.ts'
import { DocumentError } from '../../model/errors.ts'
import {
  answered,
  contractOf,
  DELETED,
  documentWith,
  INVALID,
  jsonResponse,
  type MadeUpResponse,
  NOT_FOUND,
  shippedContract,
} from '../harness/made-up.ts'

const said = (contract: Contract, made: MadeUpResponse, ...roles: readonly Role[]) =>
  contract
    .violations(answered(made), ...roles)
    .map(({ where, expected, received }) => ({ where, expected, received }))

describe('the contract of the shipped document', () => {
  let contract: Contract
  beforeAll(async () => {
    contract = await shippedContract()
  })

  it('says what is deleted, and how', () => {
    expect(contract).toMatchObject({
      method: 'DELETE',
      template: '/v1/files/{file_id}',
      collection: '/v1/files',
      parameter: 'file_id',
      operationId: 'delete_file_v1_files__file_id__delete',
      responses: ['200', '404', '422'],
    })
  })

  it.each([
    ['deleted', 200, DELETED],
    ['not-found', 404, NOT_FOUND],
    ['invalid', 422, INVALID],
  ] as const)(
    'finds nothing wrong with the documented answer of the role %s',
    (role, status, json) => {
      expect(contract.statusOf(role)).toBe(status)
      expect(said(contract, { status, json }, role)).toEqual([])
    },
  )

  it('takes an answer of any of the roles that are asked for', () => {
    expect(said(contract, { status: 422, json: INVALID }, 'not-found', 'invalid')).toEqual([])
  })

  it('says no more of an answer with another status', () => {
    expect(said(contract, { status: 500, body: 'oops' }, 'not-found', 'invalid')).toEqual([
      { where: '/status', expected: '404 or 422', received: '500' },
    ])
  })

  it('allows parameters of the media type, and any case', () => {
    const headers = [['content-type', 'Application/JSON; charset=utf-8']] as const
    expect(said(contract, { json: DELETED, headers }, 'deleted')).toEqual([])
  })

  it.each([
    ['another media type', [['content-type', 'text/html']], '"text/html"'],
    ['no media type', [], 'nothing'],
    [
      'two of them, even if they are the same',
      [
        ['content-type', 'application/json'],
        ['content-type', 'application/json'],
      ],
      '["application/json","application/json"]',
    ],
  ] as const)('finds fault with %s', (_, headers, received) => {
    expect(said(contract, { json: DELETED, headers }, 'deleted')).toEqual([
      { where: '/headers/content-type', expected: 'application/json', received },
    ])
  })

  it.each([
    ['an empty body', { body: '' }, '"an empty body"'],
    [
      'a byte order mark',
      { body: `\uFEFF${JSON.stringify(DELETED)}` },
      '"a byte order mark before the body"',
    ],
    ['octets that are no UTF-8', { body: Uint8Array.of(0xc3) }, '"octets that are no UTF-8"'],
    ['what is no JSON', { body: '<p>' }, '"<p>"'],
    [
      'a body that was cut',
      { body: '{"id', cut: { by: 'connection', message: 'the end' } },
      '"4 octets, then the end"',
    ],
  ] as const)('finds fault with %s', (_, made, received) => {
    expect(said(contract, made, 'deleted')).toEqual([
      { where: '/body', expected: 'a JSON document', received },
    ])
  })

  it('names every fault of a body, each where it is', () => {
    const json = { id: 7, object: 'FILE' }
    expect(said(contract, { json }, 'deleted')).toEqual(
      expect.arrayContaining([
        { where: '/body', expected: 'a property "deleted"', received: JSON.stringify(json) },
        { where: '/body/id', expected: 'a value of type string', received: '7' },
        { where: '/body/object', expected: '"file"', received: '"FILE"' },
      ]),
    )
  })

  it('allows properties that the document does not speak of', () => {
    const json = { detail: [{ ...INVALID.detail[0], input: 'x', ctx: {} }], request_id: 'r' }
    expect(said(contract, { status: 422, json }, 'invalid')).toEqual([])
  })

  it('judges a body against the schema of the status that was received', () => {
    const bodyOf = (status: number, json: object) =>
      contract.bodyViolations(answered({ status, json })).length
    expect(bodyOf(404, NOT_FOUND)).toBe(0)
    expect(bodyOf(404, DELETED)).toBe(1)
    expect(bodyOf(500, DELETED)).toBe(0)
  })

  it('cites the sentence in the document as shipped', () => {
    expect(contract.sourceOf('not-found')).toEqual({
      kind: 'document',
      pointer: '/paths/~1v1~1files~1{file_id}/delete/responses/404',
    })
    expect(contract.sourceOf('not-found', 'required')).toEqual({
      kind: 'document',
      pointer: '/components/schemas/ErrorResponseModel/required',
    })
  })

  it('knows which properties a body has, and takes none from JavaScript', () => {
    expect(contract.describes('deleted', 'id')).toBe(true)
    expect(contract.describes('deleted', 'error')).toBe(false)
    expect(contract.describes('deleted', 'constructor')).toBe(false)
  })
})

describe('the contract of another document', () => {
  it('goes by its path and parameter', async () => {
    const contract = await contractOf(documentWith({ 200: jsonResponse() }, '/v2/blobs/{blob}'))
    expect(contract).toMatchObject({
      template: '/v2/blobs/{blob}',
      collection: '/v2/blobs',
      parameter: 'blob',
    })
    expect(said(contract, { json: {} }, 'deleted')).toEqual([])
  })

  it.each([
    ['404 and 422', ['200', '404', '422'], { 'not-found': 404, invalid: 422 }],
    ['410 and 400', ['202', '410', '400'], { deleted: 202, 'not-found': 410, invalid: 400 }],
    ['404 before 410', ['200', '410', '404'], { 'not-found': 404, invalid: undefined }],
    ['any client error', ['200', '4XX'], { 'not-found': 404, invalid: 422 }],
    ['everything else', ['200', 'default'], { 'not-found': 404, invalid: 422 }],
    ['nothing else', ['200'], { 'not-found': undefined, invalid: undefined }],
  ])('finds its roles where it documents %s', async (_, statuses, roles) => {
    const responses = Object.fromEntries(statuses.map((status) => [status, jsonResponse()]))
    const contract = await contractOf(documentWith(responses))
    for (const [role, status] of Object.entries(roles)) {
      expect(contract.statusOf(role as Role)).toBe(status)
    }
  })

  it.each([
    [['200', '202', '204'], { deleted: [200, 202, 204], 'not-found': [], invalid: [] }],
    [['200', '404', '410', '4XX'], { 'not-found': [404, 410], invalid: [422, 400] }],
    [['200', '404', '400', 'default'], { 'not-found': [404], invalid: [400] }],
  ])('finds all statuses of its roles where it documents %s', async (statuses, roles) => {
    const responses = Object.fromEntries(statuses.map((status) => [status, jsonResponse()]))
    const contract = await contractOf(documentWith(responses))
    for (const [role, expected] of Object.entries(roles)) {
      expect(contract.statusesOf(role as Role)).toEqual(expected)
    }
  })

  it('judges a status by its own response, then by its class, then by the default', async () => {
    const titled = (title: string) =>
      jsonResponse({ type: 'object', properties: { by: { const: title } }, required: ['by'] })
    const contract = await contractOf(
      documentWith({
        200: titled('200'),
        404: titled('404'),
        '4XX': titled('4XX'),
        default: titled('default'),
      }),
    )
    const expected = (status: number) =>
      contract.bodyViolations(answered({ status, json: { by: '' } }))[0]?.expected
    expect([200, 404, 410, 500].map(expected)).toEqual(['"200"', '"404"', '"4XX"', '"default"'])
    expect(contract.documents(500)).toBe(true)
  })

  it('documents no status but its own', async () => {
    const contract = await contractOf(documentWith({ 200: jsonResponse(), '4XX': jsonResponse() }))
    expect([200, 400, 499, 500, 204].map((status) => contract.documents(status))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('takes every media type in a documented range', async () => {
    const contract = await contractOf(
      documentWith({ 200: jsonResponse({ type: 'object' }, 'application/*') }),
    )
    const headers = [['content-type', 'application/vnd.api+json']] as const
    expect(said(contract, { json: {}, headers }, 'deleted')).toEqual([])
  })

  it('cites the operation for a role without a response, and RFC 9110 for missing files', async () => {
    const contract = await contractOf(documentWith({ 200: jsonResponse() }))
    expect(contract.sourceOf('invalid', 'required')).toEqual(contract.operationSource)
    const rfc = { kind: 'rfc', rfc: 9110, section: '15.5.5' }
    expect(contract.sourceOf('not-found', 'required')).toEqual(rfc)
  })

  it.each([
    ['no content', {}, []],
    ['no media type', { content: {} }, []],
    ['text', { content: { 'text/plain': {} } }, ['media-type']],
    ['any type', { content: { '*/*': {} } }, ['media-type']],
    ['JSON', { content: { 'application/json': {} } }, ['media-type', 'json']],
    [
      'a schema that only annotates',
      jsonResponse({ title: 'x', description: 'y', 'x-internal': true }),
      ['media-type', 'json'],
    ],
    ['a schema', jsonResponse(), ['media-type', 'json', 'body']],
    [
      'a schema of any type',
      jsonResponse({ type: 'object' }, '*/*'),
      ['media-type', 'json', 'body'],
    ],
  ] as const)('describes of an answer with %s only that', async (_, response, parts) => {
    const described = { description: 'x', ...response }
    const contract = await contractOf(documentWith({ 200: described, 404: { description: '' } }))
    const all = ['media-type', 'json', 'body'] as const
    expect(all.filter((part) => contract.describesPart(part, 200))).toEqual(parts)
    expect(all.filter((part) => contract.describesPart(part))).toEqual(parts)
    expect(all.filter((part) => contract.describesPart(part, 404))).toEqual([])
    const made = { status: 404, body: '<p>', headers: [['content-type', 'text/html']] } as const
    expect(said(contract, made, 'not-found')).toEqual([])
  })

  it('takes the statuses of RFC 9110 for errors where it is silent on them', async () => {
    const contract = await contractOf(documentWith({ 200: jsonResponse() }))
    for (const status of [404, 410]) expect(said(contract, { status }, 'not-found')).toEqual([])
    expect(said(contract, { status: 500 }, 'not-found', 'invalid')).toEqual([
      { where: '/status', expected: '404 or 410 or 400 or 422', received: '500' },
    ])
    expect(contract.documents(404)).toBe(false)
  })

  it.each([
    ['documents no success', { 404: jsonResponse() }, 'no 2xx response documented'],
    [
      'has a schema that is none',
      { 200: jsonResponse({ type: 'object', requird: [] }) },
      'cannot be compiled',
    ],
  ])('is refused where it %s', async (_, responses, message) => {
    const compiling = contractOf(documentWith(responses))
    await expect(compiling).rejects.toThrow(DocumentError)
    await expect(compiling).rejects.toThrow(message)
  })

  it('takes no extension among the responses for a status', async () => {
    const contract = await contractOf(
      documentWith({ 200: jsonResponse(), 'x-internal': { note: 'made up' } }),
    )
    expect(contract.responses).toEqual(['200'])
  })
})
