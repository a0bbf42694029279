import { jsonBody } from '../model/body.ts'
import type { Contract, Role, Source } from '../model/contract.ts'
import { type Answered, headerValues } from '../model/exchange.ts'
import { quote, type Violation } from '../model/violation.ts'
import {
  isShipped,
  type JsonObject,
  type OpenApiDocument,
  SHIPPED_NAME,
  shippedDocument,
} from './document.ts'
import { DocumentError } from './document-text.ts'
import { type Operation, shippedPointer } from './operation.ts'
import { pointerOf } from './references.ts'
import { bodyCheck, type CheckBody, patternEngine, schemaCompiler, Undecidable } from './schema.ts'

/** One documented response: its media ranges, and the schema and check of its JSON body. */
interface DocumentedResponse {
  readonly pointer: string
  readonly mediaRanges: readonly string[]
  readonly schemaPointer: string
  readonly schema: JsonObject
  readonly check: CheckBody
}

/** Statuses by role, the first documented one counts (RFC 9110 §15.5). */
const CLIENT_ERRORS: Readonly<Record<Exclude<Role, 'deleted'>, readonly number[]>> = {
  'not-found': [404, 410],
  invalid: [422, 400],
}

/**
 * Compiles what the document says of an operation.
 *
 * @throws DocumentError if it documents no success, a status without JSON schema, or a schema that ajv refuses
 */
export function compileContract(document: OpenApiDocument, operation: Operation): Contract {
  const documented = compileResponses(document, operation)
  const responseFor = (status: number) =>
    documented.get(String(status)) ??
    documented.get(`${Math.floor(status / 100)}XX`) ??
    documented.get('default')
  const statuses = rolesOf(document, documented, responseFor)
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
    responses: [...documented.keys()],
    operationSource: fromDocument(operation.pointer),

    statusOf: (role) => statuses[role],
    documents: (status) => responseFor(status) !== undefined,
    sourceOf(role, ...path) {
      const status = statuses[role]
      const response = status === undefined ? undefined : responseFor(status)
      if (response === undefined) return contract.operationSource
      return fromDocument(
        path.length === 0 ? response.pointer : response.schemaPointer + pointerOf(...path),
      )
    },
    describes(role, property) {
      const status = statuses[role]
      const schema = status === undefined ? undefined : responseFor(status)?.schema
      return Object.hasOwn((schema?.properties ?? {}) as object, property)
    },

    violations: (exchange, ...roles) => {
      const status = contract.statusViolations(exchange, ...roles)
      if (status.length > 0) return status
      return [...contract.mediaTypeViolations(exchange), ...contract.bodyViolations(exchange)]
    },
    statusViolations(exchange, ...roles) {
      const accepted = roles.flatMap((role) => statuses[role] ?? [])
      if (accepted.includes(exchange.response.status)) return []
      return [violation(exchange, '/status', accepted.join(' or '), exchange.response.status)]
    },
    mediaTypeViolations(exchange) {
      const ranges = responseFor(exchange.response.status)?.mediaRanges ?? []
      if (ranges.length === 0) return []
      const received = headerValues(exchange.response, 'content-type')
      const [only] = received
      const matches =
        received.length === 1 &&
        only !== undefined &&
        ranges.some((range) => matchesMediaRange(only, range))
      if (matches) return []
      const quoted = received.length > 1 ? received : only
      return [violation(exchange, '/headers/content-type', ranges.join(' or '), quoted)]
    },
    bodyViolations(exchange) {
      const response = responseFor(exchange.response.status)
      return response === undefined ? [] : bodyViolations(exchange, response)
    },
  }
  return contract
}

function bodyViolations(exchange: Answered, { check }: DocumentedResponse): Violation[] {
  const body = jsonBody(exchange.response)
  if (!body.ok) {
    return [
      { exchange, where: '/body', expected: 'a JSON document', received: quote(body.received) },
    ]
  }
  const checked = check(body.value, exchange.response.body)
  if ('undecided' in checked) throw new Undecidable(checked.undecided, exchange)
  return checked.map(({ where, ...rest }) => ({ exchange, where: `/body${where}`, ...rest }))
}

function violation(
  exchange: Answered,
  where: string,
  expected: string,
  received: unknown,
): Violation {
  return { exchange, where, expected, received: quote(received) }
}

function compileResponses(
  document: OpenApiDocument,
  operation: Operation,
): ReadonlyMap<string, DocumentedResponse> {
  const patterns = patternEngine()
  const compile = schemaCompiler(document.source, patterns)
  const described = Object.entries(operation.responses).filter(([key]) => !key.startsWith('x-'))
  return new Map(
    described.map(([status, response]) => {
      const pointer = operation.pointer + pointerOf('responses', status)
      const content = ((response as JsonObject).content ?? {}) as Record<string, JsonObject>
      const json = Object.keys(content).find((mediaType) => isJson(mediaType))
      const schema =
        json === undefined ? undefined : (content[json]?.schema as JsonObject | undefined)
      if (json === undefined || schema === undefined) {
        throw new DocumentError(
          `document ${document.source}: response ${status} of DELETE ${operation.template} has no JSON schema (looked at ${pointer}/content); every documented status needs one`,
        )
      }
      const schemaPointer = pointer + pointerOf('content', json, 'schema')
      const check = bodyCheck(compile(schema, schemaPointer), schema, patterns)
      const mediaRanges = Object.keys(content)
      return [status, { pointer, mediaRanges, schemaPointer, schema, check }] as const
    }),
  )
}

function rolesOf(
  document: OpenApiDocument,
  documented: ReadonlyMap<string, DocumentedResponse>,
  responseFor: (status: number) => DocumentedResponse | undefined,
): Partial<Record<Role, number>> {
  const deleted = [...documented.keys()].find((status) => /^2\d\d$/.test(status))
  if (deleted === undefined) {
    throw new DocumentError(
      `document ${document.source}: no 2xx response documented for the DELETE operation; it has: ${[...documented.keys()].join(', ') || 'none'}`,
    )
  }
  const first = (role: Exclude<Role, 'deleted'>) => {
    const status = CLIENT_ERRORS[role].find((candidate) => responseFor(candidate) !== undefined)
    return status === undefined ? {} : { [role]: status }
  }
  return { deleted: Number(deleted), ...first('not-found'), ...first('invalid') }
}

/**
 * Whether a received media type is in a documented media range (RFC 9110 §12.5.1, without quality):
 * `application/json`, `application/*`, any. Parameters of the received type do not count.
 */
export function matchesMediaRange(received: string, range: string): boolean {
  const type = essence(received)
  const expected = essence(range)
  if (expected === '*/*') return type.includes('/')
  return expected.endsWith('/*') ? type.startsWith(expected.slice(0, -1)) : type === expected
}

/** Whether bodies of this media type are JSON (RFC 6839 §3.1). */
export function isJson(mediaType: string): boolean {
  const type = essence(mediaType)
  return ['application/json', 'application/*', '*/*'].includes(type) || type.endsWith('+json')
}

function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}
