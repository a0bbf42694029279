import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import SwaggerParser from '@apidevtools/swagger-parser'
import { parseDocument } from 'yaml'
import { DocumentError } from './document-error.ts'

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

/** Reads the octets behind an `http:` or `https:` URL; throws with one line where it cannot. */
export type FetchDocument = (url: string) => Promise<Uint8Array>

/** 8 MiB: the largest public OpenAPI descriptions (Stripe, GitHub, Microsoft Graph's parts) fit. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024

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

/** How far a document may refer to others: one of a stranger could have any file of this machine read. */
export type References = 'outside' | 'within'

/**
 * Loads an OpenAPI 3.1 document: reads, parses, validates, dereferences. One from a URL may refer to
 * other URLs, and to no file.
 *
 * @param source - a file path or an `http(s)` URL of YAML or JSON
 * @param fetchDocument - how a URL is read, with the proxy and TLS settings of the run
 * @param references - whether it may refer to anything but itself
 * @throws DocumentError if it cannot be read, is no YAML or JSON, is no valid OpenAPI 3.1, or refers to nowhere
 */
export async function loadDocument(
  source: string,
  fetchDocument: FetchDocument,
  references: References = 'outside',
): Promise<OpenApiDocument> {
  const isUrl = HTTP_URL.test(source)
  const bytes = isUrl ? await fetchDocument(source) : await readDocument(source)
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    throw new DocumentError(
      `document ${source}: ${bytes.byteLength} octets found, at most ${MAX_DOCUMENT_BYTES} are accepted`,
    )
  }
  const shipped = parse(source, bytes)
  refuseOtherVersions(source, shipped)
  const dereferenced = await dereference(source, shipped, isUrl, references)
  const info = dereferenced.info as { title: string; version: string }
  return {
    source,
    octets: bytes,
    sha256: sha256Of(bytes),
    title: info.title,
    version: info.version,
    shipped,
    dereferenced,
  }
}

function sha256Of(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

async function readDocument(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const found = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`
    throw new DocumentError(
      `document ${file}: ${found}; --spec takes a file or URL of YAML or JSON`,
    )
  }
}

function parse(source: string, bytes: Uint8Array): JsonObject {
  const yaml = parseDocument(new TextDecoder().decode(bytes), { logLevel: 'error' })
  const [error] = yaml.errors
  if (error !== undefined) {
    const found = error.message.split('\n')[0]
    throw new DocumentError(`document ${source}: neither YAML nor JSON: ${found}`)
  }
  const value: unknown = asJson(source, () => yaml.toJS({ maxAliasCount: 100 }))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DocumentError(
      `document ${source}: found ${describe(value)}, expected an OpenAPI object`,
    )
  }
  return value as JsonObject
}

function asJson(source: string, read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    throw new DocumentError(`document ${source}: ${firstLine(error)}`)
  }
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

async function dereference(
  source: string,
  shipped: JsonObject,
  isUrl: boolean,
  references: References,
): Promise<JsonObject> {
  try {
    // The parser changes what it is given, and the shipped form is still needed for pointers.
    const copy = structuredClone(shipped) as unknown as Parameters<typeof SwaggerParser.validate>[1]
    const base = isUrl ? source : resolve(source)
    const outside = references === 'outside'
    return (await SwaggerParser.validate(base, copy, {
      resolve: { http: outside && isUrl ? {} : false, file: outside && !isUrl ? {} : false },
      dereference: { circular: false },
    })) as unknown as JsonObject
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
    .join(' ')
}
