import { type Contract, citation, type Source } from '../model/contract.ts'
import type { Level } from '../model/requirement.ts'
import { catalogue, catalogueFor } from '../suites/catalogue.ts'

/** Testable sentence about servers. */
export interface Requirement {
  /** `family/name`, stable, never reused; `only` and `skip` choose by it. */
  readonly id: string
  /** Group by subject: `deleted`, `not-found`, … */
  readonly family: string
  /** Binding force (RFC 2119), for a document that has the usual responses or for the given one. */
  readonly level: Level
  /** Claim about a server that meets it, in the present tense. */
  readonly title: string
  /** Reason for it: what breaks if a server does not meet it. */
  readonly why: string
}

/** Requirement with its source. */
export interface SourcedRequirement extends Requirement {
  readonly source: Source
  /** Source as text: a JSON Pointer into the document, or a section of an RFC. */
  readonly citation: string
}

/**
 * Lists all requirements, in the order of the tests.
 *
 * @param contract - adds the source of each, in its document
 */
export function requirements(): readonly Requirement[]
export function requirements(contract: Contract): readonly SourcedRequirement[]
export function requirements(contract?: Contract): readonly Requirement[] {
  return (contract ? catalogueFor(contract) : catalogue).flatMap(({ name, requirements: all }) =>
    all.map(({ id, level, title, why, source }) => {
      const row = { id, family: name, level, title, why }
      if (contract === undefined) return row
      return { ...row, source: source(contract), citation: citation(source(contract)) }
    }),
  )
}
