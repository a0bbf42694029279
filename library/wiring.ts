import type { ConformanceOptions } from '../harness/run/run.ts'
import { neverIssuedId } from '../suites/arbitraries/never-issued-id.ts'
import { REVIEWED_NAMES } from '../suites/arbitraries/odd-names.ts'
import { catalogue } from '../suites/catalogue.ts'

/** What every run has, whoever starts it or holds it again: the requirements, and how ids are made up. */
export const WIRING: Pick<ConformanceOptions, 'catalogue' | 'reviewedNames' | 'makeUpId'> = {
  catalogue,
  reviewedNames: new Set(REVIEWED_NAMES.map(({ id }) => id)),
  makeUpId: neverIssuedId,
}
