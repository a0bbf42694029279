import type { Fault } from '../../fixtures/faults/fault.ts'
import { type Contract, citation, type Part, type Source } from '../../model/contract.ts'
import {
  type Family,
  familyOf,
  type GenerationFacts,
  isInvariant,
  type Need,
  type ProbingRequirement,
  type Requirement,
} from '../../model/requirement.ts'
import { rfcUrl } from '../links.ts'

/** Needs of a requirement, in words. */
const NEEDS: Readonly<Record<Need, string>> = {
  resource: 'a file to delete',
  'many-resources': 'files that are made as it asks for them',
  'content-choice': 'files that it uploads itself',
  parallel: 'requests under way at once (`--concurrency`)',
  linger: 'a look some seconds later (`--linger`)',
  disposable: 'a target without any file that matters (`--disposable`)',
  retrieve: 'retrieval of files',
  content: 'reading of the content of files',
  list: 'a list of files',
  auth: 'a token that is asked for',
  'second-account': 'a token of another account',
}

/** Facts of a run that is never made: only the number of cases is read from what they give. */
const FACTS: GenerationFacts = {
  runId: 'ghijklmnopqrstuv',
  disposable: false,
  neverIssuedId: (ordinal) => ({ id: `never-issued-${ordinal}`, shaped: false }),
  idsGuessable: false,
  smallIsOwn: true,
  takes: { names: 'any', contents: 'any' },
  runs: 100,
  concurrency: 2,
  places: 24,
  offers: new Set(['retrieve', 'content', 'list']),
  filters: [],
  kinds: [],
}

/** Writes `docs/requirements.md`: every requirement with all that is known of it, in Markdown. */
export function cataloguePage(
  catalogue: readonly Family[],
  contract: Contract,
  faults: readonly Fault[],
): string {
  const order = catalogue.flatMap(({ requirements }) => requirements.map(({ id }) => id))
  return `${[
    `# Requirements

Each requirement of \`delete-conformance\`, as it is probed against the document that the package ships:
\`${contract.method} ${contract.template}\`. A violated MUST fails a run; a violated SHOULD is reported, and fails it with
\`--strict\`. \`delete-conformance requirements\` lists them against a document of yours.

The faulty servers are those of the [kill matrix](kill-matrix.md); \`delete-conformance serve --fault NAME\`
starts one. \`npm run docs\` writes this file, and a self test fails where it is stale.`,
    contents(catalogue),
    ...catalogue.flatMap(({ name, subject, requirements }) => [
      `## ${name}\n\n${subject.charAt(0).toUpperCase()}${subject.slice(1)}.`,
      ...requirements.map((one) => section(one, contract, order, faults)),
    ]),
  ].join('\n\n')}\n`
}

function contents(catalogue: readonly Family[]): string {
  return catalogue
    .flatMap(({ name, subject, requirements }) => [
      `- ${link(name)}: ${subject}`,
      ...requirements.map(({ id, level }) => `  - ${link(id)}, ${level}`),
    ])
    .join('\n')
}

function link(heading: string): string {
  return `[${heading}](#${headingAnchor(heading)})`
}

/**
 * Gives the fragment of a heading in Markdown as code hosts make it: lower case, dashes for spaces, no
 * other punctuation. `not-found/body` is at `#not-foundbody`.
 */
export function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')
}

function section(
  requirement: Requirement,
  contract: Contract,
  order: readonly string[],
  faults: readonly Fault[],
): string {
  const { id, level, title, why, source } = requirement
  const found = faults.filter(({ red }) => red.includes(id))
  // No requirement before this one finds these faulty servers.
  const firsts = found.filter(({ red }) => order.find((one) => red.includes(one)) === id)
  const names = (some: readonly Fault[]) => some.map(({ name }) => `\`${name}\``)
  const facts: Readonly<Record<string, readonly string[]>> = {
    source: [cited(source(contract))],
    probed: [probing(requirement)],
    needs: needs(requirement, contract),
    'finds, first or alone': names(firsts),
    'finds, too': names(found.filter((fault) => !firsts.includes(fault))),
  }
  const lines = Object.entries(facts)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `- ${name}: ${values.join(', ')}`)
  return `### ${id}\n\n**${level}**: the server ${title}.\n\n${why}\n\n${lines.join('\n')}`
}

function cited(source: Source): string {
  const url = rfcUrl(source)
  return url === undefined ? `\`${citation(source)}\`` : `[${citation(source)}](${url})`
}

/** Says what is sent to judge a requirement, or which answers an invariant judges. */
function probing(requirement: Requirement): string {
  if (isInvariant(requirement)) {
    return requirement.scope === 'run'
      ? 'watches the answers to all deletions of the run'
      : `watches the answers to the deletions of \`${familyOf(requirement.id)}\``
  }
  const inTurn = requirement.oneByOne === true ? ', one after the other' : ''
  const { turn } = requirement
  const late = turn === 'later' ? ', `--linger` after the last deletion' : ''
  const atTheEnd = turn === undefined ? '' : `, when everything else was probed${late}`
  return casesOf(requirement) + inTurn + atTheEnd
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

const PARTS: Readonly<Record<Part, string>> = {
  'media-type': 'media type',
  json: 'media type of JSON',
  body: 'body',
}

/** Lists what a requirement needs of the document and of the target. */
function needs(requirement: Requirement, contract: Contract): readonly string[] {
  const { role, part, property, needs: named = [] } = requirement
  const others = named.map((need) => NEEDS[need])
  if (role === undefined)
    return part === undefined ? others : [`a documented ${PARTS[part]}`, ...others]
  const answer = `a documented ${contract.statusOf(role) ?? role}`
  if (property !== undefined) return [`${answer} with a property \`${property}\``, ...others]
  if (part !== undefined) return [`${answer} with a ${PARTS[part]}`, ...others]
  const otherwise = role === 'not-found' ? ', else it is a SHOULD of RFC 9110 §15.5.5' : ''
  return [answer + otherwise, ...others]
}
