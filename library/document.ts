import { request } from 'undici'
import { transportFailure } from '../harness/transport-failure.ts'
import { loadDocument, type OpenApiDocument, shippedDocument } from '../spec/document.ts'
import { DocumentError } from '../spec/document-error.ts'

const FETCH_TIMEOUT_MS = 30_000

/**
 * The document of a file or an `http(s)` URL; without one, the shipped one.
 *
 * @throws DocumentError if it cannot be fetched or read, or is no OpenAPI 3.1
 */
export function documentAt(source: string | undefined): Promise<OpenApiDocument> {
  return loadDocument(source ?? shippedDocument(), fetchDocument)
}

/** Whether a source is a URL with a user name or password, which every report would show. */
export function holdsUserInfo(source: string): boolean {
  return URL.canParse(source) && new URL(source).username + new URL(source).password !== ''
}

async function fetchDocument(url: string): Promise<Uint8Array> {
  try {
    const { statusCode, body } = await request(url, {
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    const octets = new Uint8Array(await body.arrayBuffer())
    if (statusCode === 200) return octets
    throw new DocumentError(`document ${url}: answered ${statusCode}, expected 200`)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    const reason = transportFailure(error)?.message ?? (error as Error).message
    throw new DocumentError(`document ${url}: cannot be fetched: ${reason}`)
  }
}
