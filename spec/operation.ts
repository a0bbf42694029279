import { DocumentError } from '../model/errors.ts'
import { shortened } from '../model/violation.ts'
import type { JsonObject, OpenApiDocument } from './document.ts'
import { pointerOf } from './pointer.ts'

/** One operation of the document. */
export interface Operation {
  /** JSON Pointer of the operation in the document. */
  readonly pointer: string
  readonly id: string | undefined
  readonly method: 'DELETE'
  /** Path template as documented, `/v1/files/{file_id}`. */
  readonly template: string
  /** Template up to its parameter, without the slash: where files are uploaded and listed. */
  readonly collection: string
  /** Name of the path parameter, `file_id`. */
  readonly parameter: string
  readonly responses: JsonObject
  /** Methods that the document describes on its path, in capitals. */
  readonly methods: readonly string[]
}

/** Methods that a path item may have (OpenAPI 3.1 §4.8.9). */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Method of the operation under test. */
const METHOD = 'DELETE'

/** Operations that a message names, and characters of each name. */
const MAX_NAMED = 20
const MAX_NAME = 100

/** Characters of path and operationId, which every request and report holds. */
const MAX_LENGTH = 1_000

/**
 * A path whose last segment is its only parameter: an operation on one resource by its id. Requests
 * repeat the rest as it is, so it may hold only what a path may hold.
 */
const BY_ID = /^(?<collection>(?:\/[!"$-.0->@-z|~]+)+)\/\{(?<parameter>[^{}]+)\}$/

/**
 * Picks the operation under test.
 *
 * @param operationId - the one to pick if the document has several
 * @throws DocumentError if there is none, or several and no choice, or its path is not `…/{parameter}`
 */
export function pickOperation(document: OpenApiDocument, operationId?: string): Operation {
  const all = operationsIn(document)
  const found = operationId === undefined ? all : all.filter(({ id }) => id === operationId)
  const [picked] = found
  if (picked === undefined) {
    throw new DocumentError(
      operationId === undefined
        ? `document ${document.source}: no ${METHOD} operation found`
        : `--operation ${operationId}: no such ${METHOD} operation in ${document.source}; it has: ${listOf(all) || 'none'}`,
    )
  }
  if (found.length > 1) {
    throw new DocumentError(
      `document ${document.source}: ${found.length} ${METHOD} operations found, choose one with --operation: ${listOf(all)}`,
    )
  }
  return described(document.source, picked)
}

/** An operation as the document has it. */
interface Found {
  readonly id: string | undefined
  readonly template: string
  readonly operation: JsonObject
  readonly methods: readonly string[]
}

function operationsIn({ dereferenced }: OpenApiDocument): readonly Found[] {
  const paths = (dereferenced.paths ?? {}) as Record<string, JsonObject>
  return Object.entries(paths).flatMap(([template, item]) => {
    const operation = item[METHOD.toLowerCase()] as JsonObject | undefined
    if (operation === undefined) return []
    const id = operation.operationId as string | undefined
    const methods = METHODS.filter((name) => Object.hasOwn(item, name))
    return [{ id, template, operation, methods: methods.map((name) => name.toUpperCase()) }]
  })
}

function listOf(all: readonly Found[]): string {
  const names = all
    .slice(0, MAX_NAMED)
    .map(({ id, template }) => shortened(id ?? `(no operationId) ${METHOD} ${template}`, MAX_NAME))
  const more = all.length > MAX_NAMED ? [`and ${all.length - MAX_NAMED} more`] : []
  return [...names, ...more].join(', ')
}

function described(source: string, { id, template, operation, methods }: Found): Operation {
  const { collection, parameter } = BY_ID.exec(template)?.groups ?? {}
  if (collection === undefined || parameter === undefined) {
    throw new DocumentError(
      `document ${source}: ${METHOD} ${shortened(template, MAX_NAME)} found, expected a path that ends in its only parameter, such as /v1/files/{file_id}`,
    )
  }
  const long = [template, id ?? ''].find(({ length }) => length > MAX_LENGTH)
  if (long !== undefined) {
    throw new DocumentError(
      `document ${source}: ${long.slice(0, MAX_NAME)}… has ${long.length} characters, accepted are ${MAX_LENGTH} for a path and an operationId`,
    )
  }
  return {
    pointer: pointerOf('paths', template, METHOD.toLowerCase()),
    id,
    method: METHOD,
    template,
    collection,
    parameter,
    responses: (operation.responses ?? {}) as JsonObject,
    methods,
  }
}
