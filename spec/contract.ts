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

/** One documented response. */
interface DocumentedResponse {
  readonly pointer: string
  readonly media: readonly DocumentedMedia[]
}

/** One of its media ranges: whether that is of JSON, and its body. */
interface DocumentedMedia {
  readonly range: string
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

type Statuses = Readonly<Record<Role, readonly number[]>>

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
  const responsesOf = (role: Role) =>
    statuses[role].flatMap((status) => responseFor(responses, status) ?? [])
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
    statusOf: (role) => statuses[role][0],
    statusesOf: (role) => statuses[role],
    documents: (status) => responseFor(responses, status) !== undefined,
    sourceOf(role, ...path) {
      const [response, ...others] = responsesOf(role)
      if (response === undefined) {
        return role === 'not-found'
          ? { kind: 'rfc', rfc: 9110, section: '15.5.5' }
          : operationSource
      }
      const media = [response, ...others].flatMap((one) => one.media)
      const body = media.find((one) => one.body !== undefined)?.body
      if (path.length === 0 || body === undefined) return fromDocument(response.pointer)
      return fromDocument(body.schemaPointer + pointerOf(...path))
    },
    describes(role, property) {
      return responsesOf(role).some(({ media }) => media.some((one) => hasProperty(one, property)))
    },
    describesPart(part, status) {
      if (status === undefined) return [...responses.values()].some((one) => describes(one, part))
      const response = responseFor(responses, status)
      return response !== undefined && describes(response, part)
    },
    describesAnswer(exchange, { part, property }) {
      const media = mediaFor(responses, exchange)
      return (
        (part === undefined || describes({ media }, part)) &&
        (property === undefined || media.some((one) => hasProperty(one, property)))
      )
    },
    violations(exchange, ...roles) {
      const status = statusViolations(statuses, roles, exchange)
      if (status.length > 0) return status
      return formViolations(responses, exchange)
    },
    statusViolations: (exchange, ...roles) => statusViolations(statuses, roles, exchange),
    mediaTypeViolations: (exchange) => mediaTypeViolations(responses, exchange),
    formViolations: (exchange) => formViolations(responses, exchange),
    jsonViolations: (exchange) => partViolations(responses, exchange, 'json', jsonViolations),
    bodyViolations: (exchange) => partViolations(responses, exchange, 'body', bodyViolations),
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
      const media = Object.entries(content).map(([range, { schema } = {}]): DocumentedMedia => {
        // A range of any types promises JSON only by its schema.
        const promisesJson = isJson(range) && !range.includes('*')
        if (!isJson(range) || !describesValues(schema)) {
          return { range, promisesJson, body: undefined }
        }
        const schemaPointer = pointer + pointerOf('content', range, 'schema')
        const check = bodyCheck(compile(schema, schemaPointer), schema, patterns)
        return { range, promisesJson: true, body: { schemaPointer, schema, check } }
      })
      return [status, { pointer, media }]
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

function describes({ media }: Pick<DocumentedResponse, 'media'>, part: Part): boolean {
  if (part === 'media-type') return media.length > 0
  return media.some(({ promisesJson, body }) =>
    part === 'json' ? promisesJson : body !== undefined,
  )
}

function hasProperty({ body }: DocumentedMedia, property: string): boolean {
  return Object.hasOwn((body?.schema.properties ?? {}) as object, property)
}

/** Finds the response for a status: its own, that of its class, or the default. */
function responseFor(responses: Responses, status: number | undefined) {
  if (status === undefined) return undefined
  const ofClass = `${Math.floor(status / 100)}XX`
  return responses.get(String(status)) ?? responses.get(ofClass) ?? responses.get('default')
}

/**
 * Finds the statuses of each role: of errors, those that the document names (RFC 9110 §15.5), or else those that
 * are in a class or the default which it describes.
 */
function statusesOf(
  source: string,
  { method, pointer }: Operation,
  responses: Responses,
): Statuses {
  const keys = [...responses.keys()]
  const deleted = keys.filter((status) => /^2\d\d$/.test(status)).map(Number)
  if (deleted.length === 0) {
    throw new DocumentError(
      `document ${source}: no 2xx response documented by its number for the ${method} operation; it has: ${keys.join(', ') || 'none'} (looked at ${pointer}/responses)`,
    )
  }
  const among = (...statuses: readonly number[]) => {
    const named = statuses.filter((status) => responses.has(String(status)))
    if (named.length > 0) return named
    return statuses.filter((status) => responseFor(responses, status) !== undefined)
  }
  return { deleted, 'not-found': among(404, 410), invalid: among(422, 400) }
}

function statusViolations(
  statuses: Statuses,
  roles: readonly Role[],
  exchange: Answered,
): readonly Violation[] {
  const { status } = exchange.response
  const isSilent = statuses['not-found'].length === 0
  const accepted = roles.flatMap((role) =>
    isSilent && statuses[role].length === 0 ? UNDOCUMENTED[role] : statuses[role],
  )
  if (accepted.includes(status)) return []
  const expected = accepted.join(' or ')
  return [{ exchange, where: '/status', expected, received: quote(status) }]
}

/** Finds the most specific documented media range of an answer; all of its status if it is in none. */
function mediaFor(responses: Responses, exchange: Answered): readonly DocumentedMedia[] {
  const media = responseFor(responses, exchange.response.status)?.media ?? []
  const [received, ...others] = headerValues(exchange.response, 'content-type')
  if (received === undefined || others.length > 0) return media
  const [best] = media
    .filter(({ range }) => matchesMediaRange(received, range))
    .sort((a, b) => specificity(b.range, received) - specificity(a.range, received))
  return best === undefined ? media : [best]
}

/** Ranks a media range that holds a type: itself with its parameters, itself, types like it, any. */
function specificity(range: string, received: string): number {
  const plain = (type: string) => type.replaceAll(/\s/g, '').toLowerCase()
  if (plain(range) === plain(received)) return 3
  const type = essence(range)
  if (!type.endsWith('/*')) return 2
  return type === '*/*' ? 0 : 1
}

function mediaTypeViolations(responses: Responses, exchange: Answered): readonly Violation[] {
  const media = responseFor(responses, exchange.response.status)?.media ?? []
  const ranges = media.map(({ range }) => range)
  const received = headerValues(exchange.response, 'content-type')
  const [only] = received
  const isMatch = (range: string) => only !== undefined && matchesMediaRange(only, range)
  if (ranges.length === 0 || (received.length === 1 && ranges.some(isMatch))) return []
  const quoted = quote(received.length > 1 ? received : only)
  const where = '/headers/content-type'
  return [{ exchange, where, expected: ranges.join(' or '), received: quoted }]
}

function formViolations(responses: Responses, exchange: Answered): readonly Violation[] {
  const mediaType = mediaTypeViolations(responses, exchange)
  return mediaType.length > 0
    ? mediaType
    : partViolations(responses, exchange, 'body', bodyViolations)
}

/** Judges a part of an answer by its media type. Under another one, that is what is wrong with the part. */
function partViolations(
  responses: Responses,
  exchange: Answered,
  part: Part,
  judge: (exchange: Answered, media: DocumentedMedia) => readonly Violation[],
): readonly Violation[] {
  const media = mediaFor(responses, exchange)
  if (!describes({ media }, part)) return []
  const mediaType = mediaTypeViolations(responses, exchange)
  return mediaType.length > 0 ? mediaType : media.flatMap((one) => judge(exchange, one))
}

function jsonViolations(exchange: Answered): readonly Violation[] {
  const body = jsonBody(exchange.response)
  if (body.ok) return []
  const expected = 'JSON in UTF-8, without a byte order mark'
  return [{ exchange, where: '/body', expected, received: quote(body.received) }]
}

function bodyViolations(
  exchange: Answered,
  { body: documented }: DocumentedMedia,
): readonly Violation[] {
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
