import { catalogueJson } from '../harness/catalogue-text.ts'
import type { Contract } from '../model/contract.ts'
import { citation } from '../model/source.ts'
import { catalogue } from '../suites/catalogue.ts'
import { contractIn, type DocumentFlags, documentFrom } from './contract.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

export const CATALOGUE_FORMATS = ['text', 'markdown', 'json'] as const

export interface RequirementsFlags extends DocumentFlags {
  readonly format: (typeof CATALOGUE_FORMATS)[number]
}

/**
 * `delete-conformance requirements`: the catalogue, with sources in the chosen document.
 *
 * @returns the exit code
 */
export async function requirements(flags: RequirementsFlags, output: Output): Promise<number> {
  const contract = contractIn(await documentFrom(flags), flags)
  output.line(RENDERERS[flags.format](contract, output))
  return EXIT.conforms
}

const RENDERERS: Readonly<
  Record<RequirementsFlags['format'], (contract: Contract, output: Output) => string>
> = {
  text: (contract, { style }) =>
    catalogue
      .map(({ name, subject, requirements: all }) =>
        [
          style.bold(`${name}: ${subject}`),
          ...all.map(
            ({ id, level, title, source }) =>
              `  ${id.padEnd(28)} ${level.padEnd(6)}  ${title}\n${' '.repeat(39)}${style.dim(citation(source(contract)))}`,
          ),
        ].join('\n'),
      )
      .join('\n\n'),
  markdown: (contract) =>
    catalogue
      .map(({ name, subject, requirements: all }) =>
        [
          `## ${name}: ${subject}`,
          '',
          '| id | level | the server… | source |',
          '| --- | --- | --- | --- |',
          ...all.map(
            ({ id, level, title, source }) =>
              `| \`${id}\` | ${level} | ${title} | \`${citation(source(contract))}\` |`,
          ),
        ].join('\n'),
      )
      .join('\n\n'),
  json: (contract) => catalogueJson(catalogue, contract),
}
