import { type Contract, citation } from '../../model/contract.ts'
import type { Family } from '../../model/requirement.ts'
import { codeSpan } from '../markdown-text.ts'

/** Writes the catalogue as tables in Markdown, one for each family. */
export function catalogueMarkdown(catalogue: readonly Family[], contract: Contract): string {
  return catalogue
    .map(({ name, subject, requirements }) =>
      [
        `## ${name}: ${subject}`,
        '',
        '| id | level | the server… | why | source |',
        '| --- | --- | --- | --- | --- |',
        ...requirements.map(
          ({ id, level, title, why, source }) =>
            `| \`${id}\` | ${level} | ${title} | ${why} | ${cell(citation(source(contract)))} |`,
        ),
      ].join('\n'),
    )
    .join('\n\n')
}

/** Writes a source as a cell. A pipe would end the cell, even in code. */
function cell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|')
}
