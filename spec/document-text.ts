import { DocumentError } from './document-error.ts'
import { problemInJson } from './json-text.ts'
import type { TextProblem } from './text-problem.ts'
import { yamlValue } from './yaml-text.ts'

/** C0 but for tab and line ends: neither YAML nor JSON has them anywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/**
 * The value that a text of YAML or JSON stands for: nothing but objects, lists, text, numbers, `true`,
 * `false` and `null`. Values that an alias repeats are the same object.
 *
 * @param name - the file or URL, for messages
 * @throws DocumentError if it is no UTF-8, neither YAML nor JSON, nested deeper than
 *   200 levels, has a name twice in one object, a tag, or several documents
 */
export function parsedText(name: string, octets: Uint8Array): unknown {
  const text = decoded(name, octets)
  const control = CONTROL.exec(text)
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0')
    throw refused(name, {
      line: lineAt(text, control.index),
      found: `found a control character U+${code}`,
    })
  }
  const parsed = jsonValue(text) ?? yamlValue(text)
  if ('problem' in parsed) throw refused(name, parsed.problem)
  return parsed.value
}

/** JSON is YAML, but reading it as such takes twenty times as long. */
function jsonValue(text: string) {
  if (!/^\s*[{[]/.test(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const problem = problemInJson(text)
  return problem === undefined ? { value } : { problem }
}

function decoded(name: string, octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new DocumentError(`document ${name}: found no UTF-8, accepted is YAML or JSON in it`)
  }
}

function refused(name: string, { line, found }: TextProblem): DocumentError {
  return new DocumentError(`document ${name}: line ${line}: ${found}`)
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
