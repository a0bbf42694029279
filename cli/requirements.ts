import { catalogueJson, selectMatching } from '../harness/run/selection.ts'
import { loadContract } from '../library/load-contract.ts'
import { catalogueMarkdown } from '../reporters/catalogue/markdown.ts'
import { catalogueText } from '../reporters/catalogue/text.ts'
import { catalogue } from '../suites/catalogue.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import type { RunFlags } from './run-options.ts'

export interface RequirementsFlags
  extends Pick<RunFlags, 'spec' | 'operation' | 'allowRemoteRefs'> {
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
  const contract = await loadContract(flags.spec, flags)
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
