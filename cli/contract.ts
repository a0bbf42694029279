import { documentAt, holdsUserInfo } from '../library/load-contract.ts'
import type { Contract } from '../model/contract.ts'
import { UsageError } from '../model/errors.ts'
import { compileContract } from '../spec/contract.ts'
import type { OpenApiDocument } from '../spec/document.ts'
import { pickOperation } from '../spec/operation.ts'

/** Flags that choose document and operation. */
export interface DocumentFlags {
  readonly spec?: string
  readonly operation?: string
  readonly allowRemoteRefs?: boolean
}

/** Loads the document that `--spec` names; without it, the shipped one. */
export async function documentFrom({
  spec,
  allowRemoteRefs,
}: DocumentFlags): Promise<OpenApiDocument> {
  if (spec === undefined || !holdsUserInfo(spec)) return documentAt(spec, allowRemoteRefs)
  throw new UsageError(
    '--spec: found user information in the URL, which every report would show; accepted is a URL without it',
  )
}

/** Compiles the operation that `--operation` names. */
export function contractIn(document: OpenApiDocument, { operation }: DocumentFlags): Contract {
  return compileContract(document, pickOperation(document, operation))
}
