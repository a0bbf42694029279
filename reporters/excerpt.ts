import { printable } from './printable.ts'

/** Characters of a value that are shown. */
const SHOWN_VALUE = 600

/** Characters of a command that are shown: cut, it would do something else. */
const SHOWN_COMMAND = 16_384

/** The beginning of a text of a target, a document or a user, made printable. */
export function excerpt(text: string, characters: number = SHOWN_VALUE): string {
  return printable(
    text.length > characters ? `${text.slice(0, characters)}… (${text.length} characters)` : text,
  )
}

/** A line for a shell, whole; a comment in its place where it is too long to be of use. */
export function shownCommand(line: string): string {
  return line.length > SHOWN_COMMAND
    ? `# a command of ${line.length} characters, too long to show`
    : printable(line)
}
