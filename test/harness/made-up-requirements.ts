import { rfc } from '../../model/contract.ts'
import type { Invariant, ProbingRequirement } from '../../model/requirement.ts'

const STATEMENT = {
  id: 'family/name',
  level: 'MUST' as const,
  title: 'is made up',
  why: 'Nothing breaks: it is made up.',
  source: rfc(9110, '9.3.5'),
}

/** A requirement with one case that sends nothing and is content with it. */
export function probing(rest: Partial<ProbingRequirement> = {}): ProbingRequirement {
  return {
    ...STATEMENT,
    cases: () => ({ kind: 'example', value: undefined }),
    probe: () => Promise.resolve([]),
    judge: () => [],
    ...rest,
  }
}

/** A requirement that watches its family and is content with it. */
export function invariants(rest: Partial<Invariant> = {}): Invariant {
  return { ...STATEMENT, scope: 'family', appliesTo: () => true, judge: () => [], ...rest }
}
