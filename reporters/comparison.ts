import {
  CHANGES,
  type ComparedRequirement,
  type ComparedRun,
  type Comparison,
} from '../model/gate.ts'
import { bullets, codeSpan } from './markdown-text.ts'
import { excerpt, jsonText } from './printable.ts'
import { present } from './wording.ts'

/** Form in which a comparison is printed. */
export type ComparisonFormat = 'text' | 'markdown' | 'json'

/** Writes a comparison in one of its forms. */
export function renderComparison(comparison: Comparison, format: ComparisonFormat): string {
  return RENDERERS[format](comparison)
}

const RENDERERS: Readonly<Record<ComparisonFormat, (comparison: Comparison) => string>> = {
  json: (comparison) => jsonText(comparison, 2),
  text: (comparison) =>
    [
      `before  ${runText(comparison.before)}`,
      `now     ${runText(comparison.after)}`,
      ...comparison.differences.map((one) => `        ${excerpt(one)}`),
      ...changed(comparison).flatMap(([change, all]) => [
        '',
        change,
        ...all.map((one) => `  ${one.id}: ${verdicts(one, excerpt)}`),
      ]),
      '',
      summary(comparison),
    ].join('\n'),
  markdown: (comparison) => {
    const { before, after, differences } = comparison
    const lines = [`before: ${runText(before)}`, `now: ${runText(after)}`, ...differences]
    return [
      `# ${summary(comparison)}`,
      bullets(lines.map((line) => codeSpan(line))),
      ...changed(comparison).flatMap(([change, all]) => [
        `## ${change}`,
        bullets(all.map((one) => `\`${one.id}\`: ${verdicts(one, codeSpan)}`)),
      ]),
    ].join('\n\n')
  },
}

function runText({ target, started, verdict }: ComparedRun): string {
  return excerpt(`${target}, ${started}: ${verdict}`)
}

/** Groups the requirements that are not as before by what changed. */
function changed({ requirements }: Comparison) {
  return CHANGES.filter((change) => change !== 'same')
    .map((change) => [change, requirements.filter((one) => one.change === change)] as const)
    .filter(([, all]) => all.length > 0)
}

function verdicts(
  { before, after, note }: ComparedRequirement,
  shown: (text: string) => string,
): string {
  const absent = 'not there'
  const change =
    before === after ? `${after} in another way` : `${before ?? absent}, now ${after ?? absent}`
  return note === undefined ? change : `${change}: ${shown(note)}`
}

function summary({ totals }: Comparison): string {
  const parts = CHANGES.map((change) => totals[change] > 0 && `${totals[change]} ${change}`)
  return present(parts).join(', ') || 'nothing to compare'
}
