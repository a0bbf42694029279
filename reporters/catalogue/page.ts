import type { Fault } from '../../fixtures/faults/fault.ts'
import { type Contract, citation, type Source } from '../../model/contract.ts'
import type { Family, Requirement } from '../../model/requirement.ts'
import { rfcUrl } from '../rfc-url.ts'
import { headingAnchor } from './anchor.ts'
import { needsOf, probingOf } from './probing.ts'

/** Every requirement with all that is known of it, as one page in Markdown: `docs/requirements.md`. */
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
      `## ${name}\n\n${capitalised(subject)}.`,
      ...requirements.map((one) => section(one, contract, faultsOf(one.id, order, faults))),
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

function section(requirement: Requirement, contract: Contract, found: Found): string {
  const { id, level, title, why, source } = requirement
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['source', [cited(source(contract))]],
    ['probed', [probingOf(requirement)]],
    ['needs', needsOf(requirement, contract)],
    ['finds, first or alone', found.first],
    ['finds, too', found.others],
  ]
  const lines = facts
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `- ${name}: ${values.join(', ')}`)
  return `### ${id}\n\n**${level}**: the server ${title}.\n\n${why}\n\n${lines.join('\n')}`
}

interface Found {
  /** Faulty servers that no requirement before this one finds out. */
  readonly first: readonly string[]
  readonly others: readonly string[]
}

function faultsOf(id: string, order: readonly string[], faults: readonly Fault[]): Found {
  const found = faults.filter(({ red }) => red.includes(id))
  const isFirst = ({ red }: Fault) => order.find((one) => red.includes(one)) === id
  const names = (some: readonly Fault[]) => some.map(({ name }) => `\`${name}\``)
  return {
    first: names(found.filter(isFirst)),
    others: names(found.filter((fault) => !isFirst(fault))),
  }
}

function cited(source: Source): string {
  const url = rfcUrl(source)
  return url === undefined ? `\`${citation(source)}\`` : `[${citation(source)}](${url})`
}

function link(heading: string): string {
  return `[${heading}](#${headingAnchor(heading)})`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
