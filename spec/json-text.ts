import { quote } from '../model/violation.ts'
import { MAX_TEXT_LEVELS, type TextProblem } from './text-problem.ts'

/**
 * What `JSON.parse` lets pass in a text and a document must not have: a name that stands twice in one
 * object, of which readers choose differently, and nesting without end.
 *
 * @param text - valid JSON
 */
export function problemInJson(text: string): TextProblem | undefined {
  /** The names in each object or list that is open; a list has none. */
  const open: Set<string>[] = []
  let line = 1
  let string = ''
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '\n':
        line += 1
        break
      case '{':
      case '[':
        open.push(new Set())
        if (open.length > MAX_TEXT_LEVELS) {
          return { line, found: `found more than ${MAX_TEXT_LEVELS} levels, accepted are as many` }
        }
        break
      case '}':
      case ']':
        open.pop()
        break
      case '"': {
        const end = endOfString(text, at)
        string = text.slice(at, end + 1)
        at = end
        break
      }
      case ':': {
        const name = JSON.parse(string) as string
        const names = open.at(-1)
        if (names?.has(name)) {
          return { line, found: `found the name ${quote(name)} a second time, accepted is it once` }
        }
        names?.add(name)
      }
    }
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
