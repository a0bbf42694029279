import { request } from 'undici'
import { transportFailure } from '../harness/transport-failure.ts'
import type { Contract } from '../model/contract.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument, type OpenApiDocument, shippedDocument } from '../spec/document.ts'
import { DocumentError } from '../spec/document-error.ts'
import { pickOperation } from '../spec/operation.ts'
import { UsageError } from './exit-code.ts'

const FETCH_TIMEOUT_MS = 30_000

/** Flags that choose document and operation. */
export interface DocumentFlags {
  readonly spec?: string
  readonly operation?: string
}

/** The document that `--spec` names; without it, the shipped one. */
export async function documentFrom({ spec }: DocumentFlags): Promise<OpenApiDocument> {
  if (spec !== undefined && URL.canParse(spec) && new URL(spec).username !== '') {
    throw new UsageError(
      '--spec: found user information in the URL, which every report would show; accepted is one without',
    )
  }
  return loadDocument(spec ?? shippedDocument(), fetchDocument)
}

/** What a document says of the operation that `--operation` names. */
export function contractIn(document: OpenApiDocument, { operation }: DocumentFlags): Contract {
  return compileContract(document, pickOperation(document, operation))
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
