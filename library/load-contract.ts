import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { transportFailure } from '../harness/http/transport-failure.ts'
import type { Contract } from '../model/contract.ts'
import { DocumentError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument, shippedDocument } from '../spec/document.ts'
import { pickOperation } from '../spec/operation.ts'

/** Contract, and the document that it comes from. */
export interface LoadedContract extends Contract {
  /** Document as it was read, for the folder of a run. */
  readonly documentOctets: Uint8Array
  /** Responses of the operation, with what they refer to in other files. */
  readonly documentedResponses: object
}

/** Choice of an operation, and bounds of what a document may refer to. */
export interface LoadContractOptions {
  /** `operationId` of the deletion; needed only if the document has several. */
  readonly operation?: string | undefined
  /**
   * Allows a document in a file to refer (`$ref`) to files outside its folder and to URLs, and one from a
   * URL to other origins. Without it, a document that you did not write can read nothing else.
   */
  readonly allowRemoteRefs?: boolean | undefined
}

/** For the document, and for all that it refers to as well. */
const FETCH_TIMEOUT_MS = 30_000

/**
 * Reads a deletion from an OpenAPI document, and compiles its contract.
 *
 * @param source - a path, a `file:` URL or an `http(s)` URL of an OpenAPI 3.1 document in YAML or JSON;
 *   without it, the document that this package ships
 * @throws DocumentError if the document cannot be read, is no valid OpenAPI 3.1, or has nothing to compare
 *   answers with. The message uses the flags of the command line: `--operation` is the option `operation`,
 *   `--allow-remote-refs` is `allowRemoteRefs`, and `--spec` is the source.
 */
export async function loadContract(
  source?: string | URL,
  { operation, allowRemoteRefs = false }: LoadContractOptions = {},
): Promise<LoadedContract> {
  const place = source === undefined ? shippedDocument() : placeOf(source)
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
  const document = await loadDocument(
    place,
    (url, maxBytes) => fetchDocument(url, maxBytes, signal),
    allowRemoteRefs ? 'anywhere' : 'nearby',
  )
  const picked = pickOperation(document, operation)
  return {
    ...compileContract(document, picked),
    documentOctets: document.octets,
    documentedResponses: picked.responses,
  }
}

/** Turns a source into a path or an `http(s)` URL. */
function placeOf(source: string | URL): string {
  const text = String(source)
  if (/^file:/i.test(text)) {
    try {
      return fileURLToPath(text)
    } catch (error) {
      throw new DocumentError(`document ${text}: ${(error as Error).message}`)
    }
  }
  if (URL.canParse(text) && new URL(text).username + new URL(text).password !== '') {
    throw new DocumentError(
      'document: found user information in the URL, which every report would show; accepted is a URL without it',
    )
  }
  return text
}

async function fetchDocument(
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const { statusCode, headers, body } = await request(url, { signal })
    if (statusCode !== 200) {
      body.on('error', () => undefined).destroy()
      // Not followed: the document may not refer to every place that a redirect could name.
      const onward = headers.location === undefined ? '' : ` to ${quote(headers.location)}`
      throw new DocumentError(`document ${url}: answered ${statusCode}${onward}, expected 200`)
    }
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      // Leaving the loop ends the connection.
      if (bytes > maxBytes) {
        throw new DocumentError(
          `document ${url}: more than ${maxBytes} octets found, at most ${maxBytes} are accepted`,
        )
      }
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    const reason = signal.aborted
      ? `not read within ${FETCH_TIMEOUT_MS / 1_000} s`
      : (transportFailure(error)?.message ?? (error as Error).message)
    throw new DocumentError(`document ${url}: cannot be fetched: ${reason}`)
  }
}
