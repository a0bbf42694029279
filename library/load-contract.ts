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
      'document: found user information in the URL, which every report would show; accepted is one without',
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
