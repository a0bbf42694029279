import { createHash } from 'node:crypto'
import { type IdScheme, type IssuedFile, scheme } from '../id-source.ts'

/** Ids that follow from the file: the same file, or name, has the same id. */
export const contentIds: readonly IdScheme[] = [
  derived('sha256', 'SHA-256 of the content, in hexadecimal', ({ content }) => {
    return createHash('sha256').update(content).digest('hex')
  }),
  derived('sha1', 'SHA-1 of the content, in hexadecimal', ({ content }) => {
    return createHash('sha1').update(content).digest('hex')
  }),
  derived('sha256-base64url', 'SHA-256 of the content, in base64url', ({ content }) => {
    return createHash('sha256').update(content).digest('base64url')
  }),
  derived('file-name', 'the name of the file', ({ filename }) => filename),
]

function derived(name: string, does: string, write: (file: IssuedFile) => string): IdScheme {
  return scheme(
    name,
    does,
    () =>
      ({ file }) =>
        write(file),
  )
}
