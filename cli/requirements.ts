import { catalogueJson, selectMatching } from '../harness/run/selection.ts'
import { loadContract } from '../library/load-contract.ts'
import { catalogueMarkdown } from '../reporters/catalogue/markdown.ts'
import { catalogueText } from '../reporters/catalogue/text.ts'
import { catalogueFor } from '../suites/catalogue.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import type { RunFlags } from './run-options.ts'

interface RequirementsFlags extends Pick<RunFlags, 'spec' | 'operation' | 'allowRemoteRefs'> {
  readonly format: 'text' | 'markdown' | 'json'
}

/**
 * Runs `delete-conformance requirements`: lists the catalogue, with sources in the chosen document.
 *
 * @param words - beginning of the ids to list, or a pattern with `*`; none for all
 * @returns the exit code
 * @throws SelectionError if no id matches
 */
export async function requirements(
  flags: RequirementsFlags,
  { line, style }: Output,
  [prefix]: readonly string[],
): Promise<number> {
  const contract = await loadContract(flags.spec, flags)
  const catalogue = catalogueFor(contract)
  const families =
    prefix === undefined ? catalogue : selectMatching(catalogue, 'requirements', prefix)
  const render = { text: catalogueText, markdown: catalogueMarkdown, json: catalogueJson }
  line(render[flags.format](families, contract, style))
  return EXIT.conforms
}
