import type { Family } from '../model/requirement.ts'
import { deleted } from './deleted.ts'
import { documentedAnswers } from './documented.ts'
import { invalid } from './invalid.ts'
import { notFound } from './not-found.ts'

/** The specification, in the order in which it is run: what watches the whole run comes last. */
export const catalogue: readonly Family[] = [deleted, notFound, invalid, documentedAnswers]
