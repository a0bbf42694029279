import type { JsonObject, OpenApiDocument } from './document.ts'
import { DocumentError } from './document-text.ts'
import { pointerOf, tokensOf } from './references.ts'

/** One operation of the document: what is deleted, and under which name. */
export interface Operation {
  /** JSON Pointer of the operation in the document. */
  readonly pointer: string
  readonly id: string | undefined
  readonly method: 'DELETE'
  /** Path template as documented, `/v1/files/{file_id}`. */
  readonly template: string
  /** The template up to its parameter, without the slash: where files are uploaded and listed. */
  readonly collection: string
  /** The name of the path parameter, `file_id`. */
  readonly parameter: string
  readonly responses: JsonObject
}

/** Operations that a message names, and characters of each name. */
const MAX_NAMED = 20
const MAX_NAME = 100

/** Characters of path and operationId, which every request and report holds. */
const MAX_LENGTH = 1_000

/**
 * One path parameter, which is the whole last segment: the shape of a deletion by id. The rest goes
 * into requests as it stands there, so only what a path may hold is taken.
 */
const BY_ID = /^(?<collection>(?:\/[!"$-.0->@-z|~]+)+)\/\{(?<parameter>[^{}]+)\}$/

/**
 * Picks the DELETE operation under test.
 *
 * @param operationId - which one, where the document has several
 * @throws DocumentError if there is none, or several and no choice, or its path is not `…/{parameter}`
 */
export function pickOperation(document: OpenApiDocument, operationId?: string): Operation {
  const all = deleteOperations(document)
  const found = operationId === undefined ? all : all.filter(({ id }) => id === operationId)
  const named = listOf(all)
  const [first] = found
  if (first === undefined) {
    throw new DocumentError(
      operationId === undefined
        ? `document ${document.source}: no DELETE operation found`
        : `--operation ${operationId}: no such DELETE operation in ${document.source}; it has: ${named || 'none'}`,
    )
  }
  if (found.length > 1) {
    throw new DocumentError(
      `document ${document.source}: ${found.length} DELETE operations found, choose one with --operation: ${named}`,
    )
  }
  return describeOperation(document, first)
}

function listOf(all: readonly Found[]): string {
  const names = all
    .slice(0, MAX_NAMED)
    .map(({ id, template }) => shortened(id ?? `(no operationId) DELETE ${template}`))
  const more = all.length > MAX_NAMED ? [`and ${all.length - MAX_NAMED} more`] : []
  return [...names, ...more].join(', ')
}

function shortened(text: string): string {
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text
}

interface Found {
  readonly id: string | undefined
  readonly template: string
  readonly operation: JsonObject
}

function deleteOperations(document: OpenApiDocument): readonly Found[] {
  const paths = (document.dereferenced.paths ?? {}) as Record<string, JsonObject>
  return Object.entries(paths).flatMap(([template, item]) => {
    const operation = item.delete as JsonObject | undefined
    if (operation === undefined) return []
    return [{ id: operation.operationId as string | undefined, template, operation }]
  })
}

function describeOperation(
  document: OpenApiDocument,
  { id, template, operation }: Found,
): Operation {
  const parts = BY_ID.exec(template)?.groups
  if (parts === undefined) {
    throw new DocumentError(
      `document ${document.source}: DELETE ${shortened(template)} found, expected a path that ends in its only parameter, such as /v1/files/{file_id}`,
    )
  }
  const long = [template, id ?? ''].find(({ length }) => length > MAX_LENGTH)
  if (long !== undefined) {
    throw new DocumentError(
      `document ${document.source}: ${shortened(long)} has ${long.length} characters, accepted are ${MAX_LENGTH} for a path and an operationId`,
    )
  }
  return {
    pointer: pointerOf('paths', template, 'delete'),
    id,
    method: 'DELETE',
    template,
    collection: parts.collection as string,
    parameter: parts.parameter as string,
    responses: (operation.responses ?? {}) as JsonObject,
  }
}

/**
 * Where a value of the dereferenced document stands in the document as shipped: follows each local
 * `$ref` on the way, so that a reader finds the sentence itself.
 *
 * @param pointer - JSON Pointer into the dereferenced document
 * @returns JSON Pointer into the shipped one; a reference to another file ends it as `file#/pointer`
 */
export function shippedPointer(shipped: JsonObject, pointer: string): string {
  let node: unknown = shipped
  let at = ''
  const tokens = [...tokensOf(pointer)]
  // A chain of references longer than this goes round in a circle.
  for (let hops = 0; hops < 100; ) {
    const [following] = tokens
    const reference = referenceOf(node)
    // OpenAPI 3.1 lets keywords stand beside a reference.
    const beside = following !== undefined && Object.hasOwn((node as object) ?? {}, following)
    if (reference !== undefined && !beside) {
      if (!reference.startsWith('#')) return reference + pointerOf(...tokens)
      at = ''
      node = shipped
      tokens.unshift(...tokensOf(decodeURIComponent(reference.slice(1))))
      hops += 1
      continue
    }
    const token = tokens.shift()
    if (token === undefined) return at
    at += pointerOf(token)
    node = (node as JsonObject | undefined)?.[token]
  }
  return pointer
}

function referenceOf(node: unknown): string | undefined {
  const reference = (node as JsonObject | undefined)?.$ref
  return typeof reference === 'string' ? reference : undefined
}
