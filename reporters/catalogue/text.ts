import { type Contract, citation } from '../../model/contract.ts'
import type { Family, Requirement } from '../../model/requirement.ts'
import type { Style } from '../terminal.ts'

/** Columns of a narrow terminal window. */
const WIDTH = 100
/** Column at which titles begin, behind id and level. */
const INDENT = 39

/** Writes the catalogue for a terminal: id, level, title, reason and source of each requirement. */
export function catalogueText(
  catalogue: readonly Family[],
  contract: Contract,
  style: Style,
): string {
  return catalogue
    .map(({ name, subject, requirements }) =>
      [
        style.bold(`${name}: ${subject}`),
        ...requirements.map((one) => entry(one, contract, style)),
      ].join('\n'),
    )
    .join('\n\n')
}

function entry({ id, level, title, why, source }: Requirement, contract: Contract, style: Style) {
  const below = [...wrapped(why, WIDTH - INDENT), style.dim(citation(source(contract)))]
  return [
    `  ${id.padEnd(28)} ${level.padEnd(6)}  ${title}`,
    ...below.map((line) => ' '.repeat(INDENT) + line),
  ].join('\n')
}

/** Breaks text at spaces into lines of at most so many characters; a longer word has a line of its own. */
function wrapped(text: string, width: number): readonly string[] {
  const lines = text.matchAll(new RegExp(`(.{1,${width}}|\\S+)(?: |$)`, 'g'))
  return [...lines].map(([, line = '']) => line)
}
