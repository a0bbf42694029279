import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import SwaggerParser from '@apidevtools/swagger-parser'
import { FileError, readRegularOrPipe } from './bounded-file.ts'
import { DocumentError, parsedText } from './document-text.ts'
import {
  expand,
  type FetchDocument,
  gatherParts,
  type Reach,
  type References,
} from './references.ts'

/** A JSON object of the document, not looked into yet. */
export type JsonObject = { readonly [key: string]: unknown }

/** The OpenAPI file as shipped, and the same with every `$ref` resolved. */
export interface OpenApiDocument {
  /** The file or URL that it was read from. */
  readonly source: string
  /** As read. */
  readonly octets: Uint8Array
  /** Lower-case hexadecimal SHA-256 of the octets as read. */
  readonly sha256: string
  readonly title: string
  readonly version: string
  readonly shipped: JsonObject
  readonly dereferenced: JsonObject
}

type ParserInput = Parameters<typeof SwaggerParser.validate>[0]

/** Characters of a message of the parser that are shown. */
const MAX_LINE = 300

/** Characters of title and version, which every report holds. */
const MAX_TITLE = 200

/** 8 MiB: the largest public OpenAPI descriptions (Stripe, GitHub, Microsoft Graph's parts) fit. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024

const HTTP_URL = /^https?:\/\//i

/** Where this package has the document that it ships. */
export const SHIPPED_NAME = 'spec/openai-api-swagger.yaml'

/** The path of the document that this package ships. */
export function shippedDocument(): string {
  return createRequire(import.meta.url).resolve(`delete-conformance/${SHIPPED_NAME}`)
}

/** Whether a document is the one that this package ships, octet by octet. */
export function isShipped({ sha256 }: OpenApiDocument): boolean {
  return sha256 === sha256Of(readFileSync(shippedDocument()))
}

/**
 * Loads an OpenAPI 3.1 document: reads, parses, dereferences, validates. Everything in it is bounded,
 * so that one from a stranger ends in a message and not in a process that hangs.
 *
 * @param source - a file path or an `http(s)` URL of YAML or JSON
 * @param fetchDocument - how a URL is read, with the proxy and TLS settings of the run
 * @param references - what it may refer to
 * @throws DocumentError if it cannot be read, is no YAML or JSON, is no valid OpenAPI 3.1, or refers to nowhere
 */
export async function loadDocument(
  source: string,
  fetchDocument: FetchDocument,
  references: References = 'nearby',
): Promise<OpenApiDocument> {
  const isUrl = HTTP_URL.test(source)
  const bytes = isUrl ? await fetchDocument(source, MAX_DOCUMENT_BYTES) : await readDocument(source)
  const shipped = parse(source, bytes)
  refuseOtherVersions(source, shipped)
  const root = isUrl ? new URL(source) : pathToFileURL(resolve(source))
  root.hash = ''
  const reach: Reach = { references, root, fetchDocument, maxBytes: MAX_DOCUMENT_BYTES }
  const parts = await gatherParts(source, shipped, reach)
  const dereferenced = expand(source, parts, root.href) as JsonObject
  await validate(source, dereferenced)
  const info = dereferenced.info as { title: string; version: string }
  return {
    source,
    octets: bytes,
    sha256: sha256Of(bytes),
    title: shortened(info.title, MAX_TITLE),
    version: shortened(info.version, MAX_TITLE),
    shipped,
    dereferenced,
  }
}

function sha256Of(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

async function readDocument(file: string): Promise<Uint8Array> {
  try {
    return await readRegularOrPipe(file, MAX_DOCUMENT_BYTES)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new DocumentError(
      `document ${file}: ${error.message}; --spec takes a file or URL of YAML or JSON of at most ${MAX_DOCUMENT_BYTES} octets`,
    )
  }
}

function parse(source: string, bytes: Uint8Array): JsonObject {
  const value = parsedText(source, bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DocumentError(
      `document ${source}: found ${describe(value)}, expected an OpenAPI object`,
    )
  }
  return value as JsonObject
}

function refuseOtherVersions(source: string, shipped: JsonObject): void {
  const { openapi, swagger } = shipped
  if (typeof openapi === 'string' && /^3\.1\.\d+/.test(openapi)) return
  const found =
    openapi !== undefined
      ? `OpenAPI ${String(openapi)}`
      : swagger !== undefined
        ? `Swagger ${String(swagger)}`
        : 'no key "openapi"'
  throw new DocumentError(`document ${source}: found ${found}, expected OpenAPI 3.1`)
}

/** Whether it is an OpenAPI document; of values, the schema of OpenAPI has each looked at once. */
async function validate(source: string, dereferenced: JsonObject): Promise<void> {
  try {
    await SwaggerParser.validate(dereferenced as unknown as ParserInput, {
      // References are resolved already, within bounds that the parser does not have.
      resolve: { external: false },
      dereference: { circular: false, excludedPathMatcher: () => true },
    })
  } catch (error) {
    throw new DocumentError(`document ${source}: not valid OpenAPI 3.1: ${firstLine(error)}`)
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 2)
    .map((line) => shortened(line, MAX_LINE))
    .join(' ')
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}
