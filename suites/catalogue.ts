import type { Contract } from '../model/contract.ts'
import { type Family, levelFor } from '../model/requirement.ts'
import { concurrency } from './concurrency.ts'
import { deleted } from './deleted.ts'
import { documentedAnswers } from './documented.ts'
import { effect } from './effect.ts'
import { http } from './http.ts'
import { identity } from './identity.ts'
import { invalid } from './invalid.ts'
import { list } from './list.ts'
import { notFound } from './not-found.ts'
import { security } from './security.ts'
import { sequence } from './sequence.ts'
import { wording } from './wording.ts'

/** Requirements in the order in which they are run. */
export const catalogue: readonly Family[] = [
  deleted,
  notFound,
  invalid,
  effect,
  list,
  identity,
  concurrency,
  http,
  security,
  sequence,
  wording,
  documentedAnswers,
]

/** Gives the same requirements with their levels for a document. */
export function catalogueFor(contract: Contract): readonly Family[] {
  return catalogue.map((family) => ({
    ...family,
    requirements: family.requirements.map((one) => ({ ...one, level: levelFor(one, contract) })),
  }))
}
