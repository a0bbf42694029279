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
import { systemCode } from '../harness/safety/ledger-reader.ts'
import { UsageError } from '../model/errors.ts'

/** Content of a file; text can come in pieces. */
export type Content = string | Uint8Array | Iterable<string>

/**
 * Writes a file for its owner alone. It writes beside the place and renames: a reader finds the old file or
 * the new one, and if the new one cannot be written, the old one stays. Pipes and devices such as
 * `/dev/stdout` are written to directly.
 *
 * @param flag - `wx` never replaces a file
 * @throws UsageError if the file cannot be written, or is a symbolic link, which may lead to any file
 */
export function write(path: string, content: Content, flag: 'w' | 'wx'): void {
  const pieces = typeof content === 'string' || ArrayBuffer.isView(content) ? [content] : content
  try {
    if (isStream(path)) pour(path, pieces)
    else replace(path, pieces, flag)
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${systemCode(error)})`)
  }
}

/**
 * Checks beforehand that a file can be written, as far as that can be known, and makes its folder.
 *
 * @param named - option that names the file, for messages
 * @throws UsageError if it cannot be written
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
    throw new UsageError(`${named}: the file cannot be written (${systemCode(error)})`)
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
    // Renaming replaces a link that was put there meanwhile, and does not follow it.
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

/** Names of files that this process has open. They are links, and must be followed. */
const OPEN_FILE = /^\/(?:dev\/(?<name>stdout|stderr)|(?:dev|proc\/self)\/fd\/(?<number>\d+))$/

function openFile(path: string) {
  // As it stands, too: Windows would resolve it to a file on the current drive, and make that.
  return (OPEN_FILE.exec(path) ?? OPEN_FILE.exec(resolve(path)))?.groups
}

function isStream(path: string): boolean {
  if (openFile(path) !== undefined) return true
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFIFO() === true || found?.isCharacterDevice() === true
}

function pour(path: string, pieces: Iterable<string | Uint8Array>): void {
  const named = openFile(path)
  const open = Number(named?.number ?? (named?.name === 'stdout' ? 1 : 2))
  // A file that output is redirected to must not be opened twice: each would write over the other's text.
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
