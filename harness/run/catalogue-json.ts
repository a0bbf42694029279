import { createHash } from 'node:crypto'
import type { Contract } from '../../model/contract.ts'
import type { Family } from '../../model/requirement.ts'

/** The catalogue as JSON, with sources in a document: what `requirements --format json` prints. */
export function catalogueJson(catalogue: readonly Family[], contract: Contract): string {
  const rows = catalogue.flatMap(({ requirements }) =>
    requirements.map(({ id, level, title, why, source }) => ({
      id,
      level,
      title,
      why,
      source: source(contract),
    })),
  )
  return JSON.stringify(rows, null, 2)
}

/** SHA-256 of what is printed, the line end after it included. */
export function catalogueSha256(catalogue: readonly Family[], contract: Contract): string {
  return createHash('sha256')
    .update(`${catalogueJson(catalogue, contract)}\n`)
    .digest('hex')
}
