import { randomUUID } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/** What a file is to hold; text can come in pieces. */
export type Content = string | Uint8Array | Iterable<string>

/**
 * Writes a file for nobody but its owner, beside its place and then renamed: whoever looks there finds
 * the old one or the new one, and where it cannot be written, the old one stays. What is no file but
 * takes what is written, as `/dev/stdout` and pipes do, is written to.
 *
 * @param flag - `wx` never writes over another
 * @throws UsageError if it cannot be written, or is a symbolic link, which may lead to any file
 */
export function write(path: string, content: Content, flag: 'w' | 'wx'): void {
  const pieces = typeof content === 'string' || ArrayBuffer.isView(content) ? [content] : content
  try {
    if (isStream(path)) pour(path, pieces)
    else replace(path, pieces, flag)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`${path}: cannot be written (${code})`)
  }
}

/**
 * Makes sure, as far as that can be told beforehand, that a file can be written; makes its folder.
 *
 * @param named - where it was given, for messages
 * @throws UsageError if it cannot
 */
export function expectWritable(named: string, path: string): void {
  try {
    const stream = isStream(path)
    if (!stream) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      accessSync(dirname(path), constants.W_OK)
    }
    if (stream || isThere(named, path)) accessSync(path, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`${named}: the file cannot be written (${code})`)
  }
}

function replace(path: string, pieces: Iterable<string | Uint8Array>, flag: 'w' | 'wx'): void {
  if (isThere(path, path) && flag === 'wx') {
    throw new UsageError(`${path}: cannot be written (EEXIST)`)
  }
  const beside = join(dirname(path), `.${randomUUID()}.tmp`)
  const file = openSync(beside, 'wx', 0o600)
  try {
    try {
      put(file, pieces)
    } finally {
      closeSync(file)
    }
    // A link that was put there meanwhile is replaced, and not followed.
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

function isThere(named: string, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.isFile()) return found !== undefined
  const kind = found.isSymbolicLink() ? 'a symbolic link' : 'no regular file'
  throw new UsageError(`${named}: found ${kind}, accepted is a regular file or a new one`)
}

/** Names of what this process has open. They are links, and what they lead to is meant. */
const OPEN_FILE = /^\/(?:dev\/(?<name>stdout|stderr)|(?:dev|proc\/self)\/fd\/(?<number>\d+))$/

function isStream(path: string): boolean {
  if (OPEN_FILE.test(resolve(path))) return true
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFIFO() === true || found?.isCharacterDevice() === true
}

function pour(path: string, pieces: Iterable<string | Uint8Array>): void {
  const named = OPEN_FILE.exec(resolve(path))?.groups
  const open = Number(named?.number ?? (named?.name === 'stdout' ? 1 : 2))
  // Opened anew, a file that output was redirected to would have two ends, one written over the other.
  const redirected = named !== undefined && fstatSync(open).isFile()
  const file = redirected ? open : openSync(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    put(file, pieces)
  } finally {
    if (!redirected) closeSync(file)
  }
}

function put(file: number, pieces: Iterable<string | Uint8Array>): void {
  for (const piece of pieces) writeFileSync(file, piece)
}
