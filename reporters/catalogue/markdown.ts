import { type Contract, citation } from '../../model/contract.ts'
import type { Family } from '../../model/requirement.ts'
import { codeSpan } from '../markdown-text.ts'

/** The catalogue as tables in Markdown, one a family. */
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

/** A pointer into a document of any kind: a pipe would end its cell, even in code. */
function cell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|')
}
