import { type Contract, citation, type Source } from '../model/contract.ts'
import type { Level } from '../model/requirement.ts'
import { catalogue } from '../suites/catalogue.ts'

/** A testable sentence about servers. */
export interface Requirement {
  /** `family/name`, stable, never reused; what `only` and `skip` choose by. */
  readonly id: string
  /** What it is about: `deleted`, `not-found`, … */
  readonly family: string
  /** How binding it is (RFC 2119). */
  readonly level: Level
  /** What a server does that meets it, in the present tense. */
  readonly title: string
  /** Why it exists: what breaks where a server does not meet it. */
  readonly why: string
}

/** A requirement, and where it comes from. */
export interface SourcedRequirement extends Requirement {
  readonly source: Source
  /** The same in words: a JSON Pointer into the document, or a section of an RFC. */
  readonly citation: string
}

/**
 * All requirements, in the order in which they are tested.
 *
 * @param contract - to have the places in its document as well
 */
export function requirements(): readonly Requirement[]
export function requirements(contract: Contract): readonly SourcedRequirement[]
export function requirements(contract?: Contract): readonly Requirement[] {
  return catalogue.flatMap(({ name, requirements: all }) =>
    all.map(({ id, level, title, why, source }) => {
      const row = { id, family: name, level, title, why }
      if (contract === undefined) return row
      return { ...row, source: source(contract), citation: citation(source(contract)) }
    }),
  )
}
