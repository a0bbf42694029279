import { jsonBody } from '../model/body.ts'
import type { Contract, Part, Role, Source } from '../model/contract.ts'
import { DocumentError } from '../model/errors.ts'
import { type Answered, headerValues } from '../model/exchange.ts'
import { quote, type Violation } from '../model/violation.ts'
import { bodyCheck, type CheckBody, Undecidable } from './body-check.ts'
import { patternEngine, schemaCompiler } from './compile.ts'
import {
  isShipped,
  type JsonObject,
  type OpenApiDocument,
  SHIPPED_NAME,
  shippedDocument,
} from './document.ts'
import type { Operation } from './operation.ts'
import { pointerOf, shippedPointer } from './pointer.ts'

/** One documented response: its media ranges, whether one of them is JSON, and its body. */
interface DocumentedResponse {
  readonly pointer: string
  readonly mediaRanges: readonly string[]
  readonly promisesJson: boolean
  readonly body: DocumentedBody | undefined
}

/** Schema and check of a JSON body. */
interface DocumentedBody {
  readonly schemaPointer: string
  readonly schema: JsonObject
  readonly check: CheckBody
}

/** Documented responses by their key: `200`, `4XX`, `default`. */
type Responses = ReadonlyMap<string, DocumentedResponse>

type Statuses = Readonly<Record<Role, number | undefined>>

/** Statuses of errors where a document has no response for missing files (RFC 9110 §15.5). */
const UNDOCUMENTED: Readonly<Record<Role, readonly number[]>> = {
  deleted: [],
  'not-found': [404, 410],
  invalid: [400, 422],
}

/**
 * Compiles the contract of an operation.
 *
 * @throws DocumentError if it documents no success, or a schema that ajv refuses
 */
export function compileContract(document: OpenApiDocument, operation: Operation): Contract {
  const { source, shipped, sha256, title, version } = document
  const { method, template, collection, parameter } = operation
  const responses = compileResponses(document, operation)
  const statuses = statusesOf(source, operation, responses)
  const fromDocument = (pointer: string): Source => ({
    kind: 'document',
    pointer: shippedPointer(shipped, pointer),
  })
  const operationSource = fromDocument(operation.pointer)
  return {
    method,
    template,
    collection,
    parameter,
    operationId: operation.id,
    document: {
      source: source === shippedDocument() ? SHIPPED_NAME : source,
      shipped: isShipped(document),
      sha256,
      title,
      version,
    },
    responses: [...responses.keys()],
    methods: operation.methods,
    operationSource,
    statusOf: (role) => statuses[role],
    documents: (status) => responseFor(responses, status) !== undefined,
    sourceOf(role, ...path) {
      const response = responseFor(responses, statuses[role])
      if (response === undefined) {
        return role === 'not-found'
          ? { kind: 'rfc', rfc: 9110, section: '15.5.5' }
          : operationSource
      }
      const { pointer, body } = response
      if (path.length === 0 || body === undefined) return fromDocument(pointer)
      return fromDocument(body.schemaPointer + pointerOf(...path))
    },
    describes(role, property) {
      const response = responseFor(responses, statuses[role])
      return Object.hasOwn((response?.body?.schema.properties ?? {}) as object, property)
    },
    describesPart(part, status) {
      if (status === undefined) return [...responses.values()].some((one) => describes(one, part))
      const response = responseFor(responses, status)
      return response !== undefined && describes(response, part)
    },
    violations(exchange, ...roles) {
      const status = statusViolations(statuses, roles, exchange)
      if (status.length > 0) return status
      return [...mediaTypeViolations(responses, exchange), ...bodyViolations(responses, exchange)]
    },
    statusViolations: (exchange, ...roles) => statusViolations(statuses, roles, exchange),
    mediaTypeViolations: (exchange) => mediaTypeViolations(responses, exchange),
    bodyViolations: (exchange) => bodyViolations(responses, exchange),
  }
}

function compileResponses(document: OpenApiDocument, operation: Operation): Responses {
  const { source } = document
  const patterns = patternEngine()
  const compile = schemaCompiler(source, patterns, isShipped(document))
  const documented = Object.entries(operation.responses).filter(([key]) => !key.startsWith('x-'))
  return new Map(
    documented.map(([status, response]): readonly [string, DocumentedResponse] => {
      const pointer = operation.pointer + pointerOf('responses', status)
      const content = ((response as JsonObject).content ?? {}) as Record<string, JsonObject>
      const mediaRanges = Object.keys(content)
      const json = mediaRanges.find(isJson)
      const schema = json && content[json]?.schema
      if (json === undefined || !describesValues(schema)) {
        // A range of any types promises JSON only by its schema.
        const promisesJson = json !== undefined && !json.includes('*')
        return [status, { pointer, mediaRanges, promisesJson, body: undefined }]
      }
      const schemaPointer = pointer + pointerOf('content', json, 'schema')
      const check = bodyCheck(compile(schema, schemaPointer), schema, patterns)
      const body: DocumentedBody = { schemaPointer, schema, check }
      return [status, { pointer, mediaRanges, promisesJson: true, body }]
    }),
  )
}

/** Keywords of a schema that say nothing of values (JSON Schema 2020-12, Validation §9). */
const ANNOTATIONS = ['title', 'description', 'default', 'deprecated', 'example', 'examples']

/** Tells whether a schema refuses any value. Frameworks write an empty one where they know none. */
function describesValues(schema: unknown): schema is JsonObject {
  if (schema === undefined || typeof schema === 'boolean') return schema === false
  return Object.keys(schema as object).some(
    (key) => !key.startsWith('x-') && !ANNOTATIONS.includes(key),
  )
}

function describes({ mediaRanges, promisesJson, body }: DocumentedResponse, part: Part): boolean {
  if (part === 'media-type') return mediaRanges.length > 0
  return part === 'json' ? promisesJson : body !== undefined
}

/** Finds the response for a status: its own, that of its class, or the default. */
function responseFor(responses: Responses, status: number | undefined) {
  if (status === undefined) return undefined
  const ofClass = `${Math.floor(status / 100)}XX`
  return responses.get(String(status)) ?? responses.get(ofClass) ?? responses.get('default')
}

/** Finds the status of each role; of errors, the first documented one (RFC 9110 §15.5). */
function statusesOf(
  source: string,
  { method, pointer }: Operation,
  responses: Responses,
): Statuses {
  const keys = [...responses.keys()]
  const deleted = keys.find((status) => /^2\d\d$/.test(status))
  if (deleted === undefined) {
    throw new DocumentError(
      `document ${source}: no 2xx response documented by its number for the ${method} operation; it has: ${keys.join(', ') || 'none'} (looked at ${pointer}/responses)`,
    )
  }
  const first = (...statuses: readonly number[]) =>
    statuses.find((status) => responseFor(responses, status) !== undefined)
  return { deleted: Number(deleted), 'not-found': first(404, 410), invalid: first(422, 400) }
}

function statusViolations(
  statuses: Statuses,
  roles: readonly Role[],
  exchange: Answered,
): readonly Violation[] {
  const { status } = exchange.response
  const isSilent = statuses['not-found'] === undefined
  const accepted = roles.flatMap((role) => statuses[role] ?? (isSilent ? UNDOCUMENTED[role] : []))
  if (accepted.includes(status)) return []
  const expected = accepted.join(' or ')
  return [{ exchange, where: '/status', expected, received: quote(status) }]
}

function mediaTypeViolations(responses: Responses, exchange: Answered): readonly Violation[] {
  const ranges = responseFor(responses, exchange.response.status)?.mediaRanges ?? []
  const received = headerValues(exchange.response, 'content-type')
  const [only] = received
  const isMatch = (range: string) => only !== undefined && matchesMediaRange(only, range)
  if (ranges.length === 0 || (received.length === 1 && ranges.some(isMatch))) return []
  const quoted = quote(received.length > 1 ? received : only)
  const where = '/headers/content-type'
  return [{ exchange, where, expected: ranges.join(' or '), received: quoted }]
}

function bodyViolations(responses: Responses, exchange: Answered): readonly Violation[] {
  const documented = responseFor(responses, exchange.response.status)?.body
  if (documented === undefined) return []
  const body = jsonBody(exchange.response)
  if (!body.ok) {
    const received = quote(body.received)
    return [{ exchange, where: '/body', expected: 'a JSON document', received }]
  }
  const checked = documented.check(body.value, exchange.response.body)
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
