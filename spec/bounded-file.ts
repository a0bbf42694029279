import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'

/** A file cannot be read, or not whole; the message says why, without its name. */
export class FileError extends Error {
  override readonly name = 'FileError'
}

/**
 * Reads a file up to a number of octets. Devices are not read: some never end.
 *
 * @param pipeMs - how long a pipe is waited for, as the shell makes one for `<(command)`; none is read
 *   without it
 * @throws FileError if it is larger, cannot be read, or is no file
 */
export async function readBounded(
  path: string,
  maxBytes: number,
  pipeMs?: number,
): Promise<Uint8Array> {
  let file: number
  try {
    // Of a pipe that nobody writes to, the opening would wait.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw new FileError(reasonOf(error))
  }
  if (pipeMs !== undefined && fstatSync(file).isFIFO()) return readPipe(file, maxBytes, pipeMs)
  try {
    return readFile(file, maxBytes)
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(reasonOf(error))
  } finally {
    closeSync(file)
  }
}

function readFile(file: number, maxBytes: number): Uint8Array {
  const about = fstatSync(file)
  if (about.isDirectory()) throw new FileError('found a folder')
  if (!about.isFile()) throw new FileError('found no regular file')
  if (about.size > maxBytes) throw tooLarge(`${about.size} octets`, maxBytes)
  // The size is not the whole truth of a file that grows, or of one that the system makes up.
  const octets = new Uint8Array(maxBytes + 1)
  let length = 0
  for (let read = -1; read !== 0; length += read) {
    read = readSync(file, octets, length, octets.byteLength - length, null)
  }
  if (length > maxBytes) throw tooLarge(`more than ${maxBytes} octets`, maxBytes)
  return octets.slice(0, length)
}

/** Closes the pipe as well. */
function readPipe(file: number, maxBytes: number, pipeMs: number): Promise<Uint8Array> {
  const pipe = new Socket({ fd: file, readable: true, writable: false })
  const chunks: Uint8Array[] = []
  let length = 0
  return new Promise<Uint8Array>((resolve, reject) => {
    const late = new FileError(`the pipe did not end within ${pipeMs / 1_000} s`)
    const timer = setTimeout(() => reject(late), pipeMs)
    pipe.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk)
      length += chunk.byteLength
      if (length > maxBytes) reject(tooLarge(`more than ${maxBytes} octets`, maxBytes))
    })
    pipe.on('error', (error) => reject(new FileError(reasonOf(error))))
    pipe.on('end', () => resolve(Buffer.concat(chunks)))
    pipe.on('close', () => clearTimeout(timer))
  }).finally(() => pipe.destroy())
}

function tooLarge(found: string, maxBytes: number): FileError {
  return new FileError(`${found} found, at most ${maxBytes} are accepted`)
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message
  return code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`
}
