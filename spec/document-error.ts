/**
 * The document cannot be used. The message names the file or URL, what was found and what is
 * accepted, in one line.
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
}
