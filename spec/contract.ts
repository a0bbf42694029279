import { jsonBody } from '../model/body.ts'
import type { Contract, Role, Source } from '../model/contract.ts'
import { type Answered, headerValues } from '../model/exchange.ts'
import { quote, type Violation } from '../model/violation.ts'
import { patternEngine, schemaCompiler } from './compile.ts'
import {
  isShipped,
  type JsonObject,
  type OpenApiDocument,
  SHIPPED_NAME,
  shippedDocument,
} from './document.ts'
import { DocumentError } from './document-text.ts'
import type { Operation } from './operation.ts'
import { pointerOf, shippedPointer } from './pointer.ts'
import { bodyCheck, type CheckBody, Undecidable } from './schema.ts'

/** One documented response: its media ranges, and the schema and check of its JSON body. */
interface DocumentedResponse {
  readonly pointer: string
  readonly mediaRanges: readonly string[]
  readonly schemaPointer: string
  readonly schema: JsonObject
  readonly check: CheckBody
}

/** Statuses of the roles that are errors; the first documented one counts (RFC 9110 §15.5). */
const CLIENT_ERRORS = { 'not-found': [404, 410], invalid: [422, 400] } as const

/**
 * Compiles the contract of an operation.
 *
 * @throws DocumentError if it documents no success, a status without JSON schema, or a schema that ajv refuses
 */
export function compileContract(document: OpenApiDocument, operation: Operation): Contract {
  const responses = compileResponses(document, operation)
  const responseFor = (status: number | undefined) =>
    status === undefined
      ? undefined
      : (responses.get(String(status)) ??
        responses.get(`${Math.floor(status / 100)}XX`) ??
        responses.get('default'))
  const errorStatus = (role: keyof typeof CLIENT_ERRORS) =>
    CLIENT_ERRORS[role].find((status) => responseFor(status) !== undefined)
  const statuses: Readonly<Record<Role, number | undefined>> = {
    deleted: successStatus(document.source, [...responses.keys()]),
    'not-found': errorStatus('not-found'),
    invalid: errorStatus('invalid'),
  }
  const fromDocument = (pointer: string): Source => ({
    kind: 'document',
    pointer: shippedPointer(document.shipped, pointer),
  })

  const contract: Contract = {
    method: operation.method,
    template: operation.template,
    collection: operation.collection,
    parameter: operation.parameter,
    operationId: operation.id,
    document: {
      source: document.source === shippedDocument() ? SHIPPED_NAME : document.source,
      shipped: isShipped(document),
      sha256: document.sha256,
      title: document.title,
      version: document.version,
    },
    responses: [...responses.keys()],
    operationSource: fromDocument(operation.pointer),

    statusOf: (role) => statuses[role],
    documents: (status) => responseFor(status) !== undefined,
    sourceOf(role, ...path) {
      const response = responseFor(statuses[role])
      if (response === undefined) return contract.operationSource
      if (path.length === 0) return fromDocument(response.pointer)
      return fromDocument(response.schemaPointer + pointerOf(...path))
    },
    describes: (role, property) =>
      Object.hasOwn((responseFor(statuses[role])?.schema.properties ?? {}) as object, property),

    violations(exchange, ...roles) {
      const status = contract.statusViolations(exchange, ...roles)
      if (status.length > 0) return status
      return [...contract.mediaTypeViolations(exchange), ...contract.bodyViolations(exchange)]
    },
    statusViolations(exchange, ...roles) {
      const { status } = exchange.response
      const accepted = roles.flatMap((role) => statuses[role] ?? [])
      if (accepted.includes(status)) return []
      return [
        { exchange, where: '/status', expected: accepted.join(' or '), received: quote(status) },
      ]
    },
    mediaTypeViolations: (exchange) =>
      mediaTypeViolations(exchange, responseFor(exchange.response.status)?.mediaRanges ?? []),
    bodyViolations(exchange) {
      const response = responseFor(exchange.response.status)
      return response === undefined ? [] : bodyViolations(exchange, response)
    },
  }
  return contract
}

function compileResponses(
  { source }: OpenApiDocument,
  operation: Operation,
): ReadonlyMap<string, DocumentedResponse> {
  const patterns = patternEngine()
  const compile = schemaCompiler(source, patterns)
  const documented = Object.entries(operation.responses).filter(([key]) => !key.startsWith('x-'))
  return new Map(
    documented.map(([status, response]) => {
      const pointer = operation.pointer + pointerOf('responses', status)
      const content = ((response as JsonObject).content ?? {}) as Record<string, JsonObject>
      const mediaRanges = Object.keys(content)
      const json = mediaRanges.find(isJson)
      const schema = (json && content[json]?.schema) as JsonObject | undefined
      if (json === undefined || schema === undefined) {
        throw new DocumentError(
          `document ${source}: response ${status} of ${operation.method} ${operation.template} has no JSON schema (looked at ${pointer}/content); every documented status needs one`,
        )
      }
      const schemaPointer = pointer + pointerOf('content', json, 'schema')
      const check = bodyCheck(compile(schema, schemaPointer), schema, patterns)
      return [status, { pointer, mediaRanges, schemaPointer, schema, check }] as const
    }),
  )
}

function successStatus(source: string, documented: readonly string[]): number {
  const success = documented.find((status) => /^2\d\d$/.test(status))
  if (success !== undefined) return Number(success)
  throw new DocumentError(
    `document ${source}: no 2xx response documented for the DELETE operation; it has: ${documented.join(', ') || 'none'}`,
  )
}

function mediaTypeViolations(exchange: Answered, ranges: readonly string[]): readonly Violation[] {
  const received = headerValues(exchange.response, 'content-type')
  const [only] = received
  const isMatch = (range: string) => only !== undefined && matchesMediaRange(only, range)
  if (ranges.length === 0 || (received.length === 1 && ranges.some(isMatch))) return []
  const quoted = quote(received.length > 1 ? received : only)
  const where = '/headers/content-type'
  return [{ exchange, where, expected: ranges.join(' or '), received: quoted }]
}

function bodyViolations(exchange: Answered, { check }: DocumentedResponse): readonly Violation[] {
  const body = jsonBody(exchange.response)
  if (!body.ok) {
    const received = quote(body.received)
    return [{ exchange, where: '/body', expected: 'a JSON document', received }]
  }
  const checked = check(body.value, exchange.response.body)
  if ('undecided' in checked) throw new Undecidable(checked.undecided, exchange)
  return checked.map(({ where, ...rest }) => ({ exchange, where: `/body${where}`, ...rest }))
}

/**
 * Tells whether a received media type is in a documented media range (RFC 9110 §12.5.1, without
 * quality): `application/json`, `application/*`, any. Ignores parameters of the received type.
 */
export function matchesMediaRange(received: string, range: string): boolean {
  const type = essence(received)
  const expected = essence(range)
  if (expected === '*/*') return type.includes('/')
  return expected.endsWith('/*') ? type.startsWith(expected.slice(0, -1)) : type === expected
}

/** Tells whether bodies of this media type are JSON (RFC 6839 §3.1). */
export function isJson(mediaType: string): boolean {
  const type = essence(mediaType)
  return ['application/json', 'application/*', '*/*'].includes(type) || type.endsWith('+json')
}

function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}
