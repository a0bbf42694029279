import { fileURLToPath } from 'node:url'
import { type Dispatcher, request } from 'undici'
import { transportFailure } from '../harness/http/transport-failure.ts'
import type { Contract } from '../model/contract.ts'
import { DocumentError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument, type OpenApiDocument, shippedDocument } from '../spec/document.ts'
import { pickOperation } from '../spec/operation.ts'

/** A contract, and the document that it comes from. */
export interface LoadedContract extends Contract {
  /** The document as it was read, for the folder of a run. */
  readonly documentOctets: Uint8Array
  /** The responses of the operation, other files that they refer to included. */
  readonly documentedResponses: object
}

/** Which operation of a document, and what the document may refer to. */
export interface LoadContractOptions {
  /** The `operationId` of the deletion; needed only where the document has several. */
  readonly operation?: string | undefined
  /**
   * Whether a document in a file may refer (`$ref`) to files outside its folder and to URLs, and one
   * from a URL to other origins. By default it may not: for a document that you did not write.
   */
  readonly allowRemoteRefs?: boolean | undefined
}

/**
 * Reads what an OpenAPI document says of the deletion of a file.
 *
 * @param source - a path, a `file:` URL or an `http(s)` URL of an OpenAPI 3.1 document in YAML or JSON;
 *   without it, the document that this package ships
 * @throws DocumentError if the document cannot be read, is no valid OpenAPI 3.1, or says nothing that
 *   answers could be held against. In its message, `--operation` is the option `operation`,
 *   `--allow-remote-refs` is `allowRemoteRefs`, and `--spec` the source: the command line has the same
 *   ones.
 */
export async function loadContract(
  source?: string | URL,
  { operation, allowRemoteRefs }: LoadContractOptions = {},
): Promise<LoadedContract> {
  const path = source === undefined ? undefined : pathOf(source)
  if (path !== undefined && holdsUserInfo(path)) {
    throw new DocumentError(
      'document: found user information in the URL, which every report would show; accepted is a URL without it',
    )
  }
  const document = await documentAt(path, allowRemoteRefs)
  const picked = pickOperation(document, operation)
  return {
    ...compileContract(document, picked),
    documentOctets: document.octets,
    documentedResponses: picked.responses,
  }
}

function pathOf(source: string | URL): string {
  const text = String(source)
  if (!/^file:/i.test(text)) return text
  try {
    return fileURLToPath(text)
  } catch (error) {
    throw new DocumentError(`document ${text}: ${(error as Error).message}`)
  }
}

/** For the document, and for all that it refers to as well. */
const FETCH_TIMEOUT_MS = 30_000

/**
 * The document of a file or an `http(s)` URL; without one, the shipped one.
 *
 * @param allowRemoteRefs - whether it may refer to files outside its folder, and to other origins
 * @throws DocumentError if it cannot be fetched or read, or is no OpenAPI 3.1
 */
function documentAt(source: string | undefined, allowRemoteRefs = false): Promise<OpenApiDocument> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
  return loadDocument(
    source ?? shippedDocument(),
    (url, maxBytes) => fetchDocument(url, maxBytes, signal),
    allowRemoteRefs ? 'anywhere' : 'nearby',
  )
}

/** Whether a source is a URL with a user name or password, which every report would show. */
function holdsUserInfo(source: string): boolean {
  return URL.canParse(source) && new URL(source).username + new URL(source).password !== ''
}

async function fetchDocument(
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const { statusCode, headers, body } = await request(url, { signal })
    if (statusCode === 200) return await readBody(url, body, maxBytes)
    body.on('error', () => undefined).destroy()
    // Not followed: it may lead to where the document may not refer to.
    const onward = headers.location === undefined ? '' : ` to ${quote(headers.location)}`
    throw new DocumentError(`document ${url}: answered ${statusCode}${onward}, expected 200`)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    const reason = signal.aborted
      ? `not read within ${FETCH_TIMEOUT_MS / 1_000} s`
      : (transportFailure(error)?.message ?? (error as Error).message)
    throw new DocumentError(`document ${url}: cannot be fetched: ${reason}`)
  }
}

/** Leaving the loop ends the connection, and with it what would still come. */
async function readBody(
  url: string,
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length > maxBytes) {
      throw new DocumentError(
        `document ${url}: more than ${maxBytes} octets found, at most ${maxBytes} are accepted`,
      )
    }
  }
  return Buffer.concat(chunks)
}
