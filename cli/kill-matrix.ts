import { createHash } from 'node:crypto'
import { faults } from '../fixtures/faults/faults.ts'
import { killMatrix } from '../fixtures/faults/kill-matrix.ts'
import { catalogue } from '../suites/catalogue.ts'

/** Gives the SHA-256 of `docs/kill-matrix.md` as this version makes it. */
export function killMatrixSha256(): string {
  return createHash('sha256').update(killMatrix(catalogue, faults)).digest('hex')
}
