import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DocumentError } from '../model/errors.ts'
import { FileError, readRegularOrPipe } from './bounded-file.ts'
import { parsedText } from './document-text.ts'
import { expand } from './expansion.ts'
import { type FetchDocument, gatherParts, type References } from './references.ts'

/** A JSON object of the document, not looked into yet. */
export type JsonObject = { readonly [key: string]: unknown }

/** An OpenAPI document as shipped, and with every `$ref` resolved. */
export interface OpenApiDocument {
  /** File or URL that it was read from. */
  readonly source: string
  /** As read. */
  readonly octets: Uint8Array
  /** Lower-case hexadecimal SHA-256 of the octets. */
  readonly sha256: string
  readonly title: string
  readonly version: string
  readonly shipped: JsonObject
  readonly dereferenced: JsonObject
}

/** 8 MiB: the largest public OpenAPI descriptions (Stripe, GitHub, Microsoft Graph's parts) fit. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024

/** Characters of title and version, which every report holds. */
const MAX_TITLE = 200

/** Characters of each line of the parser's message that are shown. */
const MAX_LINE = 300

/** Place of the shipped document in this package. */
export const SHIPPED_NAME = 'spec/openai-api-swagger.yaml'

/** Finds the path of the document that this package ships. */
export function shippedDocument(): string {
  return createRequire(import.meta.url).resolve(`delete-conformance/${SHIPPED_NAME}`)
}

/** Tells whether a document is the one that this package ships, octet by octet. */
export function isShipped({ sha256 }: Pick<OpenApiDocument, 'sha256'>): boolean {
  return sha256 === sha256Of(readFileSync(shippedDocument()))
}

/** Latest document that refers to no other, and so is the same wherever it lies. */
let latest: OpenApiDocument | undefined

/**
 * Loads an OpenAPI 3.1 document: reads, parses, dereferences, validates. Each step is bounded, so that a
 * hostile document ends in a message and not in a process that hangs.
 *
 * @param source - a file path or an `http(s)` URL of YAML or JSON
 * @param fetchDocument - reads a URL, with the proxy and TLS settings of the run
 * @param references - limits of what it may refer to
 * @throws DocumentError if it cannot be read, is no YAML or JSON, is no valid OpenAPI 3.1, or refers to nowhere
 */
export async function loadDocument(
  source: string,
  fetchDocument: FetchDocument,
  references: References = 'nearby',
): Promise<OpenApiDocument> {
  const isUrl = /^https?:\/\//i.test(source)
  const maxBytes = MAX_DOCUMENT_BYTES
  const octets = isUrl ? await fetchDocument(source, maxBytes) : await readDocument(source)
  const sha256 = sha256Of(octets)
  if (latest?.sha256 === sha256) return { ...latest, source }
  const shipped = openApiObject(source, parsedText(source, octets))
  const root = isUrl ? new URL(source) : pathToFileURL(resolve(source))
  root.hash = ''
  const reach = { references, root, fetchDocument, maxBytes }
  const parts = await gatherParts(source, shipped, reach)
  const dereferenced = expand(source, parts, root.href) as JsonObject
  // The shipped one is valid, as a test of it as JSON shows: validating it takes a third of the start of a run.
  if (!isShipped({ sha256 })) await validate(source, dereferenced)
  const info = dereferenced.info as { readonly title: string; readonly version: string }
  const document = {
    source,
    octets,
    sha256,
    title: cut(info.title, MAX_TITLE),
    version: cut(info.version, MAX_TITLE),
    shipped,
    dereferenced,
  }
  if (parts.size === 1) latest = document
  return document
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

function openApiObject(source: string, value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = Array.isArray(value) ? 'a list' : value === null ? 'nothing' : `a ${typeof value}`
    throw new DocumentError(`document ${source}: found ${found}, expected an OpenAPI object`)
  }
  const { openapi, swagger } = value as JsonObject
  if (typeof openapi === 'string' && /^3\.1\.\d+/.test(openapi)) return value as JsonObject
  const found =
    openapi !== undefined
      ? `OpenAPI ${String(openapi)}`
      : swagger !== undefined
        ? `Swagger ${String(swagger)}`
        : 'no key "openapi"'
  throw new DocumentError(`document ${source}: found ${found}, expected OpenAPI 3.1`)
}

/** Validates against the schema of OpenAPI, which looks at each value once. */
async function validate(source: string, dereferenced: JsonObject): Promise<void> {
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser')
  type Input = Parameters<typeof SwaggerParser.validate>[0]
  try {
    await SwaggerParser.validate(dereferenced as unknown as Input, {
      // References are resolved already, within bounds that the parser does not have.
      resolve: { external: false },
      dereference: { circular: false, excludedPathMatcher: () => true },
    })
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split('\n')
    const first = lines.map((line) => line.trim()).filter((line) => line !== '')
    const shown = first.slice(0, 2).map((line) => cut(line, MAX_LINE))
    throw new DocumentError(`document ${source}: not valid OpenAPI 3.1: ${shown.join(' ')}`)
  }
}

function sha256Of(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}
