import {
  CHANGES,
  type Change,
  type ComparedRequirement,
  type ComparedRun,
  type Comparison,
} from '../model/gate.ts'
import { excerpt } from './excerpt.ts'
import { jsonText } from './json-text.ts'
import { codeSpan } from './markdown-text.ts'

/** A form in which a comparison is given. */
export type ComparisonFormat = 'text' | 'markdown' | 'json'

/** The text of a comparison, in one of its forms. */
export function renderComparison(comparison: Comparison, format: ComparisonFormat): string {
  return RENDERERS[format](comparison)
}

const RENDERERS: Readonly<Record<ComparisonFormat, (comparison: Comparison) => string>> = {
  json: (comparison) => jsonText(comparison, 2),
  text: (comparison) => {
    const { before, after, differences } = comparison
    return [
      `before  ${runText(before)}`,
      `now     ${runText(after)}`,
      ...differences.map((one) => `        ${excerpt(one)}`),
      ...changed(comparison).flatMap(([change, all]) => [
        '',
        change,
        ...all.map((one) => `  ${one.id}: ${verdicts(one)}${note(one, excerpt)}`),
      ]),
      '',
      summary(comparison),
    ].join('\n')
  },
  markdown: (comparison) => {
    const { before, after, differences } = comparison
    return [
      `# ${summary(comparison)}`,
      [`before: ${runText(before)}`, `now: ${runText(after)}`, ...differences]
        .map((line) => `- ${codeSpan(line)}`)
        .join('\n'),
      ...changed(comparison).flatMap(([change, all]) => [
        `## ${change}`,
        all.map((one) => `- \`${one.id}\`: ${verdicts(one)}${note(one, codeSpan)}`).join('\n'),
      ]),
    ].join('\n\n')
  },
}

function runText({ target, started, verdict }: ComparedRun): string {
  return excerpt(`${target}, ${started}: ${verdict}`)
}

/** What is not the same, by what became of it. */
function changed({
  requirements,
}: Comparison): readonly (readonly [Change, readonly ComparedRequirement[]])[] {
  return CHANGES.filter((change) => change !== 'same')
    .map((change) => [change, requirements.filter((one) => one.change === change)] as const)
    .filter(([, all]) => all.length > 0)
}

function verdicts({ before, after }: ComparedRequirement): string {
  if (before === after) return `${after} in another way`
  return `${before ?? 'not there'}, now ${after ?? 'not there'}`
}

function note({ note: text }: ComparedRequirement, shown: (text: string) => string): string {
  return text === undefined ? '' : `: ${shown(text)}`
}

function summary({ totals }: Comparison): string {
  const parts = CHANGES.filter((change) => totals[change] > 0).map(
    (change) => `${totals[change]} ${change}`,
  )
  return parts.length === 0 ? 'nothing to compare' : parts.join(', ')
}
