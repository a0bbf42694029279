import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'
import { UsageError } from '../model/errors.ts'

/** Time until a pipe must end: a command in `<(command)` takes seconds. */
const PIPE_TIMEOUT_MS = 30_000

const PIECE_BYTES = 64 * 1024

/** A file that cannot be read whole; the message says what was found, without the file's name. */
export class FileError extends Error {
  override readonly name = 'FileError'
}

/** A file that the user names: a regular one, or a pipe as `<(command)`. */
interface GivenFile {
  /** Flag or word that names it, and its path, for messages. */
  readonly named: string
  readonly path: string
  /** Content that it must have, for messages. */
  readonly accepted: string
  readonly maxBytes: number
}

/**
 * Reads the text of a file that the user names.
 *
 * @throws UsageError as {@link octetsOf} does, or if it is not UTF-8
 */
export async function textOf(file: GivenFile): Promise<string> {
  const octets = await octetsOf(file)
  if (!isUtf8(octets)) throw refusal(file, 'found no UTF-8')
  return new TextDecoder().decode(octets)
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
    throw error instanceof FileError ? refusal(file, error.message) : error
  }
}

function refusal({ named, accepted, maxBytes }: GivenFile, found: string): UsageError {
  return new UsageError(`${named}: ${found}; accepted is ${accepted} of at most ${maxBytes} octets`)
}

/**
 * Reads a regular file, or a pipe as the shell makes one for `<(command)`.
 *
 * @param pipeMs - time until a pipe must end
 * @throws FileError if it is larger, cannot be read, or is neither
 */
export async function readRegularOrPipe(
  path: string,
  maxBytes: number,
  pipeMs = PIPE_TIMEOUT_MS,
): Promise<Buffer> {
  const file = open(path)
  if (fstatSync(file).isFIFO()) return readPipe(file, maxBytes, pipeMs)
  return Buffer.concat([...piecesIn(file, maxBytes)])
}

/**
 * Reads a regular file.
 *
 * @throws FileError if it is larger, cannot be read, or is no regular file
 */
export function readRegular(path: string, maxBytes: number): Buffer {
  return Buffer.concat([...piecesIn(open(path), maxBytes)])
}

/**
 * Reads a regular file in pieces, so that none of it stays in memory.
 *
 * @throws FileError if it cannot be read, or is no regular file
 */
export function* piecesOf(path: string): Generator<Buffer, void, undefined> {
  yield* piecesIn(open(path), Number.POSITIVE_INFINITY)
}

/** Opens a file without waiting: a pipe without a writer would block. */
function open(path: string): number {
  return attempt(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)))
}

/** Reads an open file and closes it. Refuses devices: some never end. */
function* piecesIn(file: number, maxBytes: number): Generator<Buffer, void, undefined> {
  try {
    const about = fstatSync(file)
    if (about.isDirectory()) throw new FileError('found a folder')
    if (!about.isFile()) throw new FileError('found no regular file')
    if (about.size > maxBytes) throw new FileError(`found ${about.size} octets`)
    // The file may grow while it is read, and files that the system makes up have a size of 0.
    for (let length = 0; ; ) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES)
      const bytes = attempt(() => readSync(file, piece))
      if (bytes === 0) return
      length += bytes
      if (length > maxBytes) throw tooLarge(maxBytes)
      yield piece.subarray(0, bytes)
    }
  } finally {
    closeSync(file)
  }
}

/** Reads an open pipe and closes it. */
async function readPipe(file: number, maxBytes: number, pipeMs: number): Promise<Buffer> {
  const pipe = new Socket({ fd: file, readable: true, writable: false })
  const late = new FileError(`the pipe did not end within ${pipeMs / 1_000} s`)
  const timer = setTimeout(() => pipe.destroy(late), pipeMs)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of pipe as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      length += chunk.byteLength
      if (length > maxBytes) throw tooLarge(maxBytes)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw fileError(error)
  } finally {
    clearTimeout(timer)
    pipe.destroy()
  }
}

function tooLarge(maxBytes: number): FileError {
  return new FileError(`found more than ${maxBytes} octets`)
}

function attempt<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw fileError(error)
  }
}

function fileError(error: unknown): FileError {
  if (error instanceof FileError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return new FileError(message)
  return new FileError(code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`)
}
