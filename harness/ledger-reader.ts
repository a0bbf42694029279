import { readFileSync } from 'node:fs'
import { apply, emptyState, type LedgerEntry, type LedgerState } from './ledger-state.ts'
import type { RunningProcess } from './running-process.ts'

/** First line of a ledger. */
export interface LedgerHeader {
  readonly ledger: 1
  /** Base URL without credentials. */
  readonly target: string
  /** Path under which files are deleted, listed and uploaded, `/v1/files`. */
  readonly collection: string
  /** Stands in the name of every uploaded file. */
  readonly mark: string
  /** ISO 8601, UTC. */
  readonly started: string
  /** Whose run it is: while it goes on, nobody else may clean up. */
  readonly process?: RunningProcess
}

/** A ledger cannot be read or written; the message names the file and the line. */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError'
}

/** A ledger was cut off within its first line: nothing was sent yet. */
export class LedgerNotBegun extends LedgerError {
  override readonly name = 'LedgerNotBegun'
}

/** What a ledger says. */
export interface ReadLedger {
  readonly header: LedgerHeader
  readonly state: LedgerState
  /** Whether its run says itself that it is over. */
  readonly ended: boolean
}

/** What every first line begins with. */
const BEGINNING = '{"ledger":1,'

/**
 * Reads the ledger of a run. A last line that was cut off is left out: what it would have announced
 * was not begun.
 *
 * @throws LedgerNotBegun if it holds no whole line
 * @throws LedgerError if it cannot be read or is no ledger
 */
export function readLedger(path: string): ReadLedger {
  const text = textOf(path)
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole === '' && BEGINNING.startsWith(text.slice(0, BEGINNING.length))) {
    throw new LedgerNotBegun(`ledger ${path}: ends before its run has sent anything`)
  }
  const [header, ...entries] = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseLine(path, line, index + 1))
  if ((header as LedgerHeader | undefined)?.ledger !== 1) {
    throw new LedgerError(`ledger ${path}: line 1 is not the beginning of a ledger`)
  }
  const state = emptyState()
  entries.forEach((entry, index) => {
    if (!isEntry(entry)) throw new LedgerError(`ledger ${path}: line ${index + 2} is no entry`)
    apply(state, entry)
  })
  const ended = entries.some((entry) => (entry as LedgerEntry).event === 'ended')
  return { header: header as LedgerHeader, state, ended }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Nearly always because all went well: the run had nothing to leave.
    const found =
      code === 'ENOENT'
        ? 'there is none; a run that leaves no file behind removes its ledger'
        : `cannot be read (${code})`
    throw new LedgerError(`ledger ${path}: ${found}`)
  }
}

function parseLine(path: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new LedgerError(`ledger ${path}: line ${number} is no JSON`)
  }
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
