import { constants as bufferConstants } from 'node:buffer'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { LedgerError, LedgerNotBegun } from '../../model/errors.ts'
import { apply, emptyState, type LedgerEntry } from './ledger-state.ts'

/** First line of a ledger. */
export interface LedgerHeader {
  readonly ledger: 2
  /** Base URL without credentials. */
  readonly target: string
  /** Path under which files are deleted, listed and uploaded, `/v1/files`. */
  readonly collection: string
  /** Part of the name of every uploaded file. */
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly started: string
  /** Process of the run: while it goes on, nobody else may clean up. */
  readonly process?: RunningProcess
  /** Names of the credentials that made its resources: variables, header fields. Older versions lack them. */
  readonly credentials?: readonly string[]
}

/** Bound of a line: an id has about a thousand characters, each of which JSON and a path may spell with many. */
const MAX_LINE_LENGTH = 1024 * 1024
/** Run ids, also of older versions. They must be unmistakable: files with such a name are removed. */
const RUN_IDS = /^(?:[g-z]{16}|m[0-9a-f]{16})$/
/** A path without dot segments. */
const COLLECTION = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~%-]+)+$/

const { MAX_STRING_LENGTH } = bufferConstants

/** Beginnings of first lines, format 1 included. */
const BEGINNINGS = ['{"ledger":2,', '{"ledger":1,']

/**
 * Reads the ledger of a run.
 *
 * A last line that was cut off is left out: what it announces was not begun. Every other line must be right,
 * since `cleanup` deletes what a ledger names.
 *
 * @returns its header, its state, and whether its run has noted that it is over
 * @throws LedgerNotBegun if it holds no whole line
 * @throws LedgerError if it cannot be read, is no ledger, or others could have written it
 */
export function readLedger(path: string) {
  const text = textOf(path)
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole === '' && BEGINNINGS.some((one) => one.startsWith(text.slice(0, one.length)))) {
    throw new LedgerNotBegun(`ledger ${path}: ends before its run has sent anything`)
  }
  const [first = 'null', ...others] = whole.split('\n').filter((line) => line !== '')
  const header = headerIn(parseLine(path, first, 1))
  if (header === undefined) {
    throw new LedgerError(`ledger ${path}: line 1 is not the beginning of a ledger`)
  }
  const state = emptyState()
  let ended = false
  for (const [index, line] of others.entries()) {
    const entry = parseLine(path, line, index + 2)
    if (!isEntry(entry)) throw new LedgerError(`ledger ${path}: line ${index + 2} is no entry`)
    apply(state, entry)
    ended ||= entry.event === 'ended'
  }
  return { header, state, ended }
}

/**
 * Opens an existing ledger. It must be this user's own: another user who could write it could make `cleanup`
 * delete files of their choice.
 *
 * @param flags - those of `open`; a link is never followed
 * @throws LedgerError if it cannot be opened, or another user could have written it
 */
export function openOwnLedger(path: string, flags: number): number {
  const { O_NOFOLLOW, O_NONBLOCK } = constants
  let file: number
  try {
    file = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    throw new LedgerError(`ledger ${path}: ${whyNotOpened(error as NodeJS.ErrnoException)}`)
  }
  const why = whyNotOwn(fstatSync(file), 'file')
  if (why === undefined) return file
  closeSync(file)
  throw new LedgerError(`ledger ${path}: ${why}, ${ACCEPTED}`)
}

const ACCEPTED = 'accepted is a file of your own that nobody else can write to'

function whyNotOpened({ code }: NodeJS.ErrnoException): string {
  // Nearly always all went well, and the run had nothing to leave.
  if (code === 'ENOENT') return 'there is none; a run that leaves no file behind removes its ledger'
  if (code === 'ELOOP') return `is a link, ${ACCEPTED}`
  return `cannot be read (${code})`
}

function textOf(path: string): string {
  const file = openOwnLedger(path, constants.O_RDONLY)
  try {
    const { size } = fstatSync(file)
    if (size > MAX_STRING_LENGTH) {
      throw new LedgerError(
        `ledger ${path}: holds ${size} octets, accepted are ${MAX_STRING_LENGTH}`,
      )
    }
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function parseLine(path: string, line: string, number: number): unknown {
  if (line.length > MAX_LINE_LENGTH) {
    throw new LedgerError(
      `ledger ${path}: line ${number} holds ${line.length} characters, accepted are ${MAX_LINE_LENGTH}`,
    )
  }
  try {
    return JSON.parse(line)
  } catch {
    throw new LedgerError(`ledger ${path}: line ${number} is no JSON`)
  }
}

/** Checks a first line; format 1 called the run id `mark`. */
function headerIn(value: unknown): LedgerHeader | undefined {
  const { ledger, mark, ...rest } = (value ?? {}) as { ledger?: unknown; mark?: unknown }
  const header = { runId: mark, ...rest, ledger: 2 } as LedgerHeader
  const { target, collection, runId, credentials, process } = header
  const names: unknown = credentials ?? []
  const isHeader =
    (ledger === 1 || ledger === 2) &&
    Array.isArray(names) &&
    [target, collection, runId, ...names].every((text) => typeof text === 'string') &&
    RUN_IDS.test(runId) &&
    COLLECTION.test(collection) &&
    (process === undefined || (typeof process?.host === 'string' && Number.isInteger(process.pid)))
  return isHeader ? header : undefined
}

/** Property that an entry of each kind must have. */
const REQUIRED: Readonly<Record<LedgerEntry['event'], 'upload' | 'id' | undefined>> = {
  uploading: 'upload',
  'upload-refused': 'upload',
  answered: 'id',
  foreign: 'id',
  owned: 'id',
  deleting: 'id',
  kept: 'id',
  deleted: 'id',
  ended: undefined,
}

function isEntry(value: unknown): value is LedgerEntry {
  const entry = (value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof entry.event !== 'string' || !Object.hasOwn(REQUIRED, entry.event)) return false
  const name = REQUIRED[entry.event as LedgerEntry['event']]
  return name === undefined || typeof entry[name] === (name === 'id' ? 'string' : 'number')
}

/** A process, and the machine that it runs on. */
interface RunningProcess {
  readonly host: string
  readonly pid: number
}

export function thisProcess(): RunningProcess {
  return { host: hostname(), pid: process.pid }
}

/**
 * Tells whether a process has a file open. Where the system does not show open files, it tells whether there
 * is a process of this number, which may be another by now. Of another machine nothing is known: no.
 */
export function hasOpen({ host, pid }: RunningProcess, path: string): boolean {
  if (host !== hostname()) return false
  // Linux shows the open files of each process to its own user.
  const showsOpenFiles =
    statSync('/proc/self/fd', { throwIfNoEntry: false })?.isDirectory() === true
  return showsOpenFiles ? opened(pid, path) : isAlive(pid)
}

function opened(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    const { dev, ino } = statSync(path)
    return readdirSync(folder).some((name) => {
      const found = statSync(`${folder}/${name}`, { throwIfNoEntry: false })
      return found?.ino === ino && found.dev === dev
    })
  } catch (error) {
    // The process has ended, or belongs to another user, who could not have opened the file.
    systemCode(error)
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** Returns the code of an error of the system; throws any other error on. */
export function systemCode(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return code
}

/** Write permission of the group and of all others. */
const WRITABLE_BY_OTHERS = 0o022

/**
 * Tells why another user could have made or could change a file or folder; undefined if none could. On
 * Windows, which has neither user ids nor modes, the profile that holds the path keeps others out.
 *
 * @param found - of the path itself, no link followed
 */
export function whyNotOwn(found: Stats, kind: 'file' | 'folder'): string | undefined {
  if (found.isSymbolicLink()) return 'is a link'
  if (kind === 'file' ? !found.isFile() : !found.isDirectory()) return `is no ${kind}`
  const user = process.getuid?.()
  if (user === undefined) return undefined
  if (found.uid !== user) return `belongs to user ${found.uid}, and this is user ${user}`
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return undefined
  return `can be written by others (mode ${(found.mode & 0o777).toString(8)})`
}
