import { expect, test } from 'vitest'
import type { Contract } from '../../model/contract.ts'
import type { Answered } from '../../model/exchange.ts'
import { isInvariant } from '../../model/requirement.ts'
import { compileContract } from '../../spec/contract.ts'
import { type JsonObject, loadDocument, shippedDocument } from '../../spec/document.ts'
import { pickOperation } from '../../spec/operation.ts'
import { catalogue } from '../../suites/catalogue.ts'

const document = await loadDocument(shippedDocument(), () =>
  Promise.reject(new Error('no network')),
)
const operation = pickOperation(document)
const contract = compileContract(document, operation)

/** A body that the document allows, by status. */
const BODIES: Readonly<Record<string, JsonObject>> = {
  200: { id: 'file-1', object: 'file', deleted: true },
  404: { error: { message: 'No such file', type: 'invalid_request_error' } },
  422: { detail: [{ loc: ['path', 'file_id'], msg: 'invalid', type: 'value_error' }] },
}

const statuses = Object.keys(operation.responses)

test('the example bodies are what the document allows, and there is one for every status', () => {
  expect(Object.keys(BODIES)).toEqual(statuses)
  for (const status of statuses) expect(violatedBy(answer(status, BODIES[status]))).toEqual([])
})

test.each(
  statuses.flatMap((status) =>
    requiredPaths(BODIES[status], schemaOf(status)).map((path) => ({ status, path })),
  ),
)(
  'a $status without its required $path violates a requirement of its family',
  ({ status, path }) => {
    const body = structuredClone(BODIES[status]) as JsonObject
    remove(body, path)
    const families = violatedBy(answer(status, body)).map((id) => id.split('/')[0])
    expect(families).toContain({ 200: 'deleted', 404: 'not-found', 422: 'invalid' }[status])
  },
)

test('every documented status is the source of a requirement', () => {
  const sources = catalogue
    .flatMap(({ requirements }) => requirements)
    .map(({ source }) => source(contract))
    .flatMap((source) => (source.kind === 'document' ? [source.pointer] : []))
  for (const status of statuses) {
    expect(sources).toContain(`/paths/~1v1~1files~1{file_id}/delete/responses/${status}`)
  }
})

/** Ids of watching requirements that an answer violates. */
function violatedBy(exchange: Answered, against: Contract = contract): readonly string[] {
  return catalogue
    .flatMap(({ requirements }) => requirements)
    .filter(isInvariant)
    .filter((one) => one.appliesTo(exchange, against) && one.judge(exchange, against).length > 0)
    .map(({ id }) => id)
}

function answer(status: string, body: unknown): Answered {
  return {
    requirement: 'deleted/status',
    case: '0',
    step: 0,
    purpose: 'operation',
    action: 'delete',
    id: 'file-1',
    request: { method: 'DELETE', target: '/v1/files/file-1', headers: [], credentials: 'none' },
    response: {
      status: Number(status),
      headers: [['content-type', 'application/json']],
      body: Buffer.from(JSON.stringify(body)),
    },
    attempts: 1,
    startedAtMs: 0,
    waitMs: 0,
    durationMs: 0,
  }
}

function schemaOf(status: string): JsonObject {
  const response = operation.responses[status] as {
    content: Record<string, { schema: JsonObject }>
  }
  return response.content['application/json']?.schema as JsonObject
}

/** Paths of all properties that a schema requires, at any depth of a body. */
function requiredPaths(value: unknown, schema: JsonObject, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) =>
      requiredPaths(item, schema.items as JsonObject, [...path, String(at)]),
    )
  }
  if (typeof value !== 'object' || value === null) return []
  const properties = (schema.properties ?? {}) as Record<string, JsonObject>
  const own = ((schema.required ?? []) as string[]).map((name) => [...path, name].join('/'))
  const inner = Object.entries(value).flatMap(([name, child]) =>
    requiredPaths(child, properties[name] ?? {}, [...path, name]),
  )
  return [...own, ...inner]
}

function remove(body: JsonObject, path: string): void {
  const names = path.split('/')
  const last = names.pop() as string
  const holder = names.reduce<unknown>((value, name) => (value as JsonObject)[name], body)
  delete (holder as Record<string, unknown>)[last]
}
