import { randomUUID } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve, win32 } from 'node:path'
import { BUNDLE, checksums } from '../harness/evidence/bundle.ts'
import { whyNotOwn } from '../harness/safety/ledger-reader.ts'
import { UsageError } from '../model/errors.ts'

/** This program's folder among those of others. */
const OWN_FOLDER = 'delete-conformance'

/**
 * Where ledgers lie that have no folder of `--out`: among what programs of this user keep from one run to
 * the next (XDG Base Directory Specification), where no other user can put one.
 *
 * @returns undefined where this user has no such place
 */
export function stateFolder(
  platform = process.platform,
  { LOCALAPPDATA = '', XDG_STATE_HOME = '' }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (platform === 'win32') {
    return win32.isAbsolute(LOCALAPPDATA) ? win32.join(LOCALAPPDATA, OWN_FOLDER) : undefined
  }
  // The specification has a relative path ignored.
  if (isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, OWN_FOLDER)
  const home = homeFolder()
  return isAbsolute(home) ? join(home, '.local', 'state', OWN_FOLDER) : undefined
}

/** Empty for a user whom the system does not know, as in a container. */
function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return ''
  }
}

/** What the names of ledgers end in there. */
export const LEDGER_SUFFIX = '.ledger'
const EVIDENCE_SUFFIX = '.evidence.ndjson'

/** Where a run keeps what it writes while it goes on. */
export interface RunFolder {
  /** The folder that is kept, if there is one. */
  readonly out: string | undefined
  readonly ledgerPath: string
  readonly evidencePath: string
  /** Writes a file into the folder that is kept; nothing without one. */
  write(name: string, content: Content): void
  /** Lists the digests of all files in it, when no more is to come. */
  seal(): void
  /** Removes what is of no use without one. */
  discard(): void
}

/** For a plan, which writes nothing. */
export const NO_FOLDER: RunFolder = {
  out: undefined,
  ledgerPath: '',
  evidencePath: '',
  write: () => undefined,
  seal: () => undefined,
  discard: () => undefined,
}

/**
 * Prepares the folder that a run is kept in, or the state folder of the user for a run that is not.
 *
 * @param runName - names the files where there is no folder
 * @param option - where the folder was given, for messages
 * @throws UsageError if it cannot be written, holds anything (a report is never written over), or there is
 *   no state folder that is the user's own
 */
export function openRunFolder(out: string | undefined, runName: string, option: string): RunFolder {
  if (out === undefined) return passing(runName, option)
  refuseUnlessEmpty(out, option)
  return {
    out,
    ledgerPath: join(out, BUNDLE.ledger),
    evidencePath: join(out, BUNDLE.evidence),
    write: (name, content) => write(join(out, name), content, 'wx'),
    seal: () => write(join(out, BUNDLE.checksums), checksums(out), 'wx'),
    discard: () => undefined,
  }
}

function passing(runName: string, option: string): RunFolder {
  const folder = ownStateFolder(option)
  const evidencePath = join(folder, `${runName}${EVIDENCE_SUFFIX}`)
  return {
    ...NO_FOLDER,
    ledgerPath: join(folder, `${runName}${LEDGER_SUFFIX}`),
    evidencePath,
    discard: () => rmSync(evidencePath, { force: true }),
  }
}

/** One that another user has made, or can write to, is not mended: who knows what lies in it. */
function ownStateFolder(option: string): string {
  const folder = stateFolder()
  const instead = `${option} FOLDER puts the ledger there instead`
  if (folder === undefined) throw new UsageError(`ledger: found no home folder for it; ${instead}`)
  const why = whyNotUsable(folder)
  if (why === undefined) return folder
  throw new UsageError(`ledger folder ${folder}: ${why}; ${instead}`)
}

function whyNotUsable(folder: string): string | undefined {
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    return whyNotOwn(lstatSync(folder), 'folder')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return `cannot be made (${code})`
  }
}

/** Removes what a run without a folder has left beside its ledger, and had no time to. */
export function discardBeside(ledgerPath: string): void {
  if (!ledgerPath.endsWith(LEDGER_SUFFIX)) return
  rmSync(ledgerPath.slice(0, -LEDGER_SUFFIX.length) + EVIDENCE_SUFFIX, { force: true })
}

function refuseUnlessEmpty(out: string, option: string): void {
  const accepted = 'accepted is a new or empty folder'
  let found: readonly string[]
  try {
    // A link to a folder is followed: it is the user's own, as a `report` that leads to a larger disk, and
    // what could be written over lies within, where there is nothing.
    mkdirSync(out, { recursive: true, mode: 0o700 })
    found = readdirSync(out)
    accessSync(out, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`${option} ${out}: cannot be written (${code}); ${accepted}`)
  }
  if (found.length === 0) return
  throw new UsageError(
    `${option} ${out}: holds ${found.slice(0, 3).join(', ')} already; ${accepted}`,
  )
}

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
