import { request } from 'undici'
import { transportFailure } from '../harness/transport-failure.ts'
import type { Contract } from '../model/contract.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument, shippedDocument } from '../spec/document.ts'
import { DocumentError } from '../spec/document-error.ts'
import { pickOperation } from '../spec/operation.ts'

const FETCH_TIMEOUT_MS = 30_000

/** The contract that `--spec` and `--operation` name; without them, that of the shipped document. */
export async function contractFrom(flags: {
  readonly spec?: string
  readonly operation?: string
}): Promise<Contract> {
  const document = await loadDocument(flags.spec ?? shippedDocument(), fetchDocument)
  return compileContract(document, pickOperation(document, flags.operation))
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
