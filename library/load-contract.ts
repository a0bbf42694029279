import { fileURLToPath } from 'node:url'
import type { Contract } from '../model/contract.ts'
import { compileContract } from '../spec/contract.ts'
import { DocumentError } from '../spec/document-error.ts'
import { pickOperation } from '../spec/operation.ts'
import { documentAt, holdsUserInfo } from './document.ts'

/** A contract, and the document that it comes from. */
export interface LoadedContract extends Contract {
  /** The document as it was read, for the folder of a run. */
  readonly documentOctets: Uint8Array
}

/** Which operation of a document. */
export interface LoadContractOptions {
  /** The `operationId` of the deletion; needed only where the document has several. */
  readonly operation?: string | undefined
}

/**
 * Reads what an OpenAPI document says of the deletion of a file.
 *
 * @param source - a path, a `file:` URL or an `http(s)` URL of an OpenAPI 3.1 document in YAML or JSON;
 *   without it, the document that this package ships
 * @throws DocumentError if the document cannot be read, is no valid OpenAPI 3.1, or says nothing that
 *   answers could be held against. In its message, `--operation` is the option `operation` and `--spec`
 *   the source: the command line has the same ones.
 */
export async function loadContract(
  source?: string | URL,
  { operation }: LoadContractOptions = {},
): Promise<LoadedContract> {
  const path = source === undefined ? undefined : pathOf(source)
  if (path !== undefined && holdsUserInfo(path)) {
    throw new DocumentError(
      'document: found user information in the URL, which every report would show; accepted is one without',
    )
  }
  const document = await documentAt(path)
  const contract = compileContract(document, pickOperation(document, operation))
  return { ...contract, documentOctets: document.octets }
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
