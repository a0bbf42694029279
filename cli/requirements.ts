import { catalogueJson, selectMatching } from '../harness/run/selection.ts'
import { catalogueMarkdown } from '../reporters/catalogue/markdown.ts'
import { catalogueText } from '../reporters/catalogue/text.ts'
import { catalogue } from '../suites/catalogue.ts'
import { contractIn, type DocumentFlags, documentFrom } from './contract.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

export interface RequirementsFlags extends DocumentFlags {
  readonly format: 'text' | 'markdown' | 'json'
}

/**
 * `delete-conformance requirements`: the catalogue, with sources in the chosen document.
 *
 * @param prefix - what the ids of the listed ones begin with, or a pattern with `*`; undefined for all
 * @returns the exit code
 * @throws SelectionError if no id matches
 */
export async function requirements(
  prefix: string | undefined,
  flags: RequirementsFlags,
  output: Output,
): Promise<number> {
  const families =
    prefix === undefined ? catalogue : selectMatching(catalogue, 'requirements', prefix)
  const contract = contractIn(await documentFrom(flags), flags)
  switch (flags.format) {
    case 'text':
      output.line(catalogueText(families, contract, output.style))
      break
    case 'markdown':
      output.line(catalogueMarkdown(families, contract))
      break
    case 'json':
      output.line(catalogueJson(families, contract))
  }
  return EXIT.conforms
}
