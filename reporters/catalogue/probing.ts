import type { Contract } from '../../model/contract.ts'
import {
  familyOf,
  type GenerationFacts,
  isInvariant,
  type Need,
  type ProbingRequirement,
  type Requirement,
} from '../../model/requirement.ts'

/** What a requirement needs, in words. */
const NEEDS: Readonly<Record<Need, string>> = {
  resource: 'a file to delete',
  'content-choice': 'files that it uploads itself',
  parallel: 'requests under way at once (`--concurrency`)',
  disposable: 'a target without any file that matters (`--disposable`)',
  retrieve: 'retrieval of files',
  content: 'reading of the content of files',
  list: 'a list of files',
  auth: 'a token that is asked for',
  'second-account': 'a token of another account',
}

/** Facts of a run that is never made: of the cases, only how many there are is looked at. */
const FACTS: GenerationFacts = {
  runId: 'ghijklmnopqrstuv',
  disposable: false,
  neverIssuedId: (ordinal) => ({ id: `never-issued-${ordinal}`, shaped: false }),
  idsGuessable: false,
  smallIsOwn: true,
  runs: 100,
  concurrency: 2,
  places: 24,
  offers: new Set(),
}

/** How a requirement is judged: what is sent for it, or what it watches. Markdown. */
export function probingOf(requirement: Requirement): string {
  if (isInvariant(requirement)) {
    return requirement.scope === 'run'
      ? 'watches the answers to all deletions of the run'
      : `watches the answers to the deletions of \`${familyOf(requirement.id)}\``
  }
  const order = [
    requirement.oneByOne === true ? ', one after the other' : '',
    requirement.atTheEnd === true ? ', when everything else was probed' : '',
  ]
  return casesOf(requirement) + order.join('')
}

/** What must be there for it, in the document and on the target; empty if nothing. Markdown. */
export function needsOf(requirement: Requirement, contract: Contract): readonly string[] {
  const { role, property, needs = [] } = requirement
  const answer = role === undefined ? undefined : `a documented ${contract.statusOf(role) ?? role}`
  const documented = property === undefined ? answer : `${answer} with a property \`${property}\``
  return [...(documented === undefined ? [] : [documented]), ...needs.map((need) => NEEDS[need])]
}

function casesOf(requirement: ProbingRequirement): string {
  const cases = requirement.cases(FACTS)
  switch (cases.kind) {
    case 'example':
      return 'one case'
    case 'property':
      return 'a property, of as many generated cases as `--runs` says'
    case 'list': {
      const count = cases.values.length
      const more = requirement.cases({ ...FACTS, disposable: true })
      const all = more.kind === 'list' ? more.values.length : count
      return `a list of ${count} cases${all === count ? '' : `, ${all} with \`--disposable\``}`
    }
  }
}
