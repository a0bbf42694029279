import { type Contract, citation } from '../../model/contract.ts'
import type { Family, Requirement } from '../../model/requirement.ts'
import type { Style } from '../style.ts'

/** Columns of a terminal window that is not wide. */
const WIDTH = 100
/** Where titles begin: behind id and level. */
const INDENT = 39

/** The catalogue for a terminal: for each requirement id, level, title, why it exists, and its source. */
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

/** Text in lines of at most so many characters, broken at spaces. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
