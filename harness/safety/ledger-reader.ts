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
import { apply, emptyState, type LedgerEntry, type LedgerState } from './ledger-state.ts'

/** First line of a ledger. */
export interface LedgerHeader {
  readonly ledger: 2
  /** Base URL without credentials. */
  readonly target: string
  /** Path under which files are deleted, listed and uploaded, `/v1/files`. */
  readonly collection: string
  /** Stands in the name of every uploaded file. */
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly started: string
  /** Whose run it is: while it goes on, nobody else may clean up. */
  readonly process?: RunningProcess
  /**
   * Names of the credentials that its resources are made with: variables, header fields. Older versions
   * did not note them.
   */
  readonly credentials?: readonly string[]
}

/** What a ledger says. */
interface ReadLedger {
  readonly header: LedgerHeader
  readonly state: LedgerState
  /** Whether its run says itself that it is over. */
  readonly ended: boolean
}

/** An id has at most some thousand characters, each of which JSON and a path may spell with many. */
const MAX_LINE_LENGTH = 1024 * 1024
/** Run ids, also of older versions: what a list shows under such a name is removed. */
const RUN_IDS = /^(?:[g-z]{16}|m[0-9a-f]{16})$/
/** A path without dot segments. */
const COLLECTION = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~%-]+)+$/

const { MAX_STRING_LENGTH } = bufferConstants

/** How first lines begin, those of format 1 included. */
const BEGINNINGS = ['{"ledger":2,', '{"ledger":1,']

/**
 * Reads the ledger of a run. A last line that was cut off is left out: what it would have announced
 * was not begun.
 *
 * @throws LedgerNotBegun if it holds no whole line
 * @throws LedgerError if it cannot be read, is no ledger, or others could have written it
 */
export function readLedger(path: string): ReadLedger {
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
 * Opens a ledger that is there. Whoever could have written another one in its place would have `cleanup`
 * delete files of their choice, so it must be this user's own.
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
  // Nearly always because all went well: the run had nothing to leave.
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

/** Reads a first line; ledgers of format 1 called the run id `mark`. */
function headerIn(value: unknown): LedgerHeader | undefined {
  const { ledger, mark, ...rest } = (value ?? {}) as { ledger?: unknown; mark?: unknown }
  const header = { runId: mark, ...rest, ledger: 2 } as LedgerHeader
  const { target, collection, runId, credentials } = header
  const names: unknown = credentials ?? []
  const isHeader =
    (ledger === 1 || ledger === 2) &&
    Array.isArray(names) &&
    [target, collection, runId, ...names].every((text) => typeof text === 'string') &&
    RUN_IDS.test(runId) &&
    COLLECTION.test(collection)
  return isHeader ? header : undefined
}

/** What an entry of each kind names. */
const NAMES: Readonly<Record<LedgerEntry['event'], readonly [string, string] | undefined>> = {
  uploading: ['upload', 'number'],
  'upload-refused': ['upload', 'number'],
  answered: ['id', 'string'],
  foreign: ['id', 'string'],
  owned: ['id', 'string'],
  deleting: ['id', 'string'],
  kept: ['id', 'string'],
  deleted: ['id', 'string'],
  ended: undefined,
}

function isEntry(value: unknown): value is LedgerEntry {
  if (typeof value !== 'object' || value === null || !('event' in value)) return false
  const { event } = value
  if (typeof event !== 'string' || !Object.hasOwn(NAMES, event)) return false
  const [name, type] = NAMES[event as LedgerEntry['event']] ?? []
  return name === undefined || typeof (value as Record<string, unknown>)[name] === type
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
 * Whether a process has a file open. Where the system does not tell who has what open, whether there
 * is a process of this number: it may be another by now. Of another machine nothing can be said: no.
 */
export function hasOpen({ host, pid }: RunningProcess, path: string): boolean {
  if (host !== hostname()) return false
  return tellsOpenFiles() ? opened(pid, path) : isAlive(pid)
}

/** Linux shows the open files of each process, to its own user. */
function tellsOpenFiles(): boolean {
  return statSync('/proc/self/fd', { throwIfNoEntry: false })?.isDirectory() === true
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
    // It has ended, or is another user's, who could not have opened it.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Write permission of the group and of all others. */
const WRITABLE_BY_OTHERS = 0o022

/**
 * Says why another user could have made or could change what lies at a path; undefined if none could.
 * Windows has neither user ids nor modes: there the profile that holds the path keeps others out.
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
