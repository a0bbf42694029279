import { FileError, readRegularOrPipe } from '../spec/bounded-file.ts'
import { UsageError } from './exit-code.ts'

/** A file that the user names: a regular one, or a pipe as `<(command)`. */
export interface GivenFile {
  /** The flag or word that it comes from, and its path, for messages. */
  readonly named: string
  readonly path: string
  /** What it is to hold, for messages. */
  readonly accepted: string
  readonly maxBytes: number
}

/**
 * Reads a file that the user names.
 *
 * @throws UsageError if it cannot be read, is too large, or is neither a regular file nor a pipe
 */
export async function octetsOf(file: GivenFile): Promise<Buffer> {
  try {
    return await readRegularOrPipe(file.path, file.maxBytes)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw refusal(file, error.message)
  }
}

/**
 * Reads the text of a file that the user names.
 *
 * @throws UsageError as {@link octetsOf} does, or if it is no UTF-8
 */
export async function textOf(file: GivenFile): Promise<string> {
  const octets = await octetsOf(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw refusal(file, 'found no UTF-8')
  }
}

function refusal({ named, accepted, maxBytes }: GivenFile, found: string): UsageError {
  return new UsageError(`${named}: ${found}; accepted is ${accepted} of at most ${maxBytes} octets`)
}
