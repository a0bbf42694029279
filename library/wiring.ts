import { neverIssuedId } from '../fixtures/never-issued-id.ts'
import { REVIEWED_NAMES } from '../fixtures/odd-names.ts'
import type { ConformanceOptions } from '../harness/conformance.ts'
import { catalogue } from '../suites/catalogue.ts'

/** What every run has, whoever starts it or holds it again: the requirements, and how ids are made up. */
export const WIRING: Pick<ConformanceOptions, 'catalogue' | 'reviewedNames' | 'makeUpId'> = {
  catalogue,
  reviewedNames: new Set(REVIEWED_NAMES.map(({ id }) => id)),
  makeUpId: neverIssuedId,
}
