import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'
import { UsageError } from '../model/errors.ts'

/** A command that writes into a pipe, as `<(command)`, takes seconds. */
const PIPE_TIMEOUT_MS = 30_000

const PIECE_BYTES = 64 * 1024

/** A file cannot be read, or not whole; the message says what was found, without its name. */
export class FileError extends Error {
  override readonly name = 'FileError'
  /** The system's word for it, if it has one. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/**
 * Reads a regular file up to a number of octets.
 *
 * @throws FileError if it is larger, cannot be read, or is no regular file
 */
export function readRegular(path: string, maxBytes: number): Buffer {
  return gathered(openAtOnce(path), maxBytes)
}

/**
 * Reads a regular file, or a pipe, as the shell makes one for `<(command)`, up to a number of octets.
 *
 * @param pipeMs - how long a pipe may take to end
 * @throws FileError if it is larger, cannot be read, or is neither
 */
export async function readRegularOrPipe(
  path: string,
  maxBytes: number,
  pipeMs = PIPE_TIMEOUT_MS,
): Promise<Buffer> {
  const file = openAtOnce(path)
  if (fstatSync(file).isFIFO()) return readPipe(file, maxBytes, pipeMs)
  return gathered(file, maxBytes)
}

/**
 * Reads a regular file in pieces, so that none of it stays in memory.
 *
 * @throws FileError if it cannot be read, or is no regular file
 */
export function* piecesOf(path: string): Generator<Buffer, void, undefined> {
  yield* piecesIn(openAtOnce(path))
}

/** Of a pipe that nobody writes to, the opening would wait. */
function openAtOnce(path: string): number {
  return attempt(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)))
}

/** Closes the file as well. Devices are not read: some never end. */
function* piecesIn(file: number): Generator<Buffer, void, undefined> {
  try {
    const about = fstatSync(file)
    if (about.isDirectory()) throw new FileError('found a folder')
    if (!about.isFile()) throw new FileError('found no regular file')
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES)
      const bytes = attempt(() => readSync(file, piece))
      if (bytes === 0) return
      yield piece.subarray(0, bytes)
    }
  } finally {
    closeSync(file)
  }
}

/** Closes the file as well. */
function gathered(file: number, maxBytes: number): Buffer {
  const { size } = fstatSync(file)
  const pieces: Buffer[] = []
  // The size is not the whole truth of a file that grows, or of one that the system makes up.
  let length = 0
  for (const piece of piecesIn(file)) {
    if (size > maxBytes) throw new FileError(`found ${size} octets`)
    pieces.push(piece)
    length += piece.byteLength
    if (length > maxBytes) throw tooLarge(maxBytes)
  }
  return Buffer.concat(pieces)
}

/** Closes the pipe as well. */
function readPipe(file: number, maxBytes: number, pipeMs: number): Promise<Buffer> {
  const pipe = new Socket({ fd: file, readable: true, writable: false })
  const chunks: Uint8Array[] = []
  let length = 0
  return new Promise<Buffer>((resolve, reject) => {
    const late = new FileError(`the pipe did not end within ${pipeMs / 1_000} s`)
    const timer = setTimeout(() => reject(late), pipeMs)
    pipe.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk)
      length += chunk.byteLength
      if (length > maxBytes) reject(tooLarge(maxBytes))
    })
    pipe.on('error', (error) => reject(fileError(error)))
    pipe.on('end', () => resolve(Buffer.concat(chunks)))
    pipe.on('close', () => clearTimeout(timer))
  }).finally(() => pipe.destroy())
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
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return new FileError(message)
  return new FileError(code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, code)
}

/** A file that the user names: a regular one, or a pipe as `<(command)`. */
interface GivenFile {
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
