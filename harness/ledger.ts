import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

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
}

/** What happened to a file of the run, one line each. */
export type LedgerEntry =
  | { readonly event: 'uploading' | 'upload-refused'; readonly upload: number }
  | { readonly event: 'owned'; readonly id: string; readonly upload?: number }
  | { readonly event: 'deleting' | 'kept' | 'deleted'; readonly id: string }

/** An owned file: there, asked to be deleted without an answer, or gone. */
export type FileState = 'there' | 'unknown' | 'gone'

/** What the entries of a ledger add up to. */
export interface LedgerState {
  readonly files: Map<string, FileState>
  /** Those of them that are not known to be gone. */
  readonly left: Set<string>
  /** Deletions that were begun and of which nothing is known yet, by id. */
  readonly asked: Map<string, number>
  /** Uploads without an answer: a file may be there under an id that nobody here knows. */
  readonly openUploads: Set<number>
}

/** The files of a run, noted on disk before anything else happens to them. */
export interface Ledger {
  readonly path: string
  readonly header: LedgerHeader
  readonly state: LedgerState
  note(entry: LedgerEntry): void
  /** Ends it; the file is removed where nothing is left to clean up. */
  close(): void
}

/**
 * Opens a new ledger.
 *
 * @throws LedgerError if the file exists or cannot be written
 */
export function openLedger(path: string, header: LedgerHeader): Ledger {
  let file: number
  try {
    mkdirSync(dirname(path), { recursive: true })
    file = openSync(path, 'ax', 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const found = code === 'EEXIST' ? 'belongs to another run' : `cannot be written (${code})`
    throw new LedgerError(`ledger ${path}: ${found}`)
  }
  writeLine(file, header)
  return ledgerOn(path, file, header, emptyState())
}

/**
 * Goes on with the ledger of an earlier run.
 *
 * @throws LedgerError if it cannot be read or is no ledger
 */
export function reopenLedger(path: string): Ledger {
  const { header, state } = readLedger(path)
  const text = readFileSync(path)
  // A line that was cut off would run into the next.
  truncateSync(path, text.lastIndexOf('\n') + 1)
  return ledgerOn(path, openSync(path, 'a'), header, state)
}

/** A ledger of files that are on no target: those of a run over evidence, or of a plan. */
export function ledgerInMemory(header: LedgerHeader): Ledger {
  const state = emptyState()
  return {
    path: '',
    header,
    state,
    note: (entry) => apply(state, entry),
    close: () => undefined,
  }
}

function ledgerOn(path: string, file: number, header: LedgerHeader, state: LedgerState): Ledger {
  return {
    path,
    header,
    state,
    note(entry) {
      writeLine(file, entry)
      apply(state, entry)
    },
    close() {
      closeSync(file)
      if (leftovers(state).length === 0 && state.openUploads.size === 0) rmSync(path)
    },
  }
}

function writeLine(file: number, line: LedgerHeader | LedgerEntry): void {
  writeSync(file, `${JSON.stringify(line)}\n`)
}

/** A ledger cannot be read; the message names the file and the line. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
}

/**
 * Reads the ledger of an earlier run. A last line that was cut off is left out: what it would have
 * announced was not begun.
 *
 * @throws LedgerError if it cannot be read or is no ledger
 */
export function readLedger(path: string): { header: LedgerHeader; state: LedgerState } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new LedgerError(
      `ledger ${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`,
    )
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const [header, ...entries] = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseLine(path, line, index + 1))
  if ((header as LedgerHeader | undefined)?.ledger !== 1) {
    throw new LedgerError(`ledger ${path}: line 1 is not the beginning of a ledger`)
  }
  const state: LedgerState = emptyState()
  entries.forEach((entry, index) => {
    if (!isEntry(entry)) throw new LedgerError(`ledger ${path}: line ${index + 2} is no entry`)
    apply(state, entry)
  })
  return { header: header as LedgerHeader, state }
}

function parseLine(path: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new LedgerError(`ledger ${path}: line ${number} is no JSON`)
  }
}

const EVENTS: readonly unknown[] = [
  'uploading',
  'upload-refused',
  'owned',
  'deleting',
  'kept',
  'deleted',
] satisfies readonly LedgerEntry['event'][]

function isEntry(value: unknown): value is LedgerEntry {
  if (typeof value !== 'object' || value === null || !('event' in value)) return false
  if (!EVENTS.includes(value.event)) return false
  const key = value.event === 'uploading' || value.event === 'upload-refused' ? 'upload' : 'id'
  const found = (value as Record<string, unknown>)[key]
  return typeof found === (key === 'id' ? 'string' : 'number')
}

function emptyState(): LedgerState {
  return { files: new Map(), left: new Set(), asked: new Map(), openUploads: new Set() }
}

/** Ids of files that are, or may be, still there. */
export function leftovers(state: LedgerState): readonly string[] {
  return [...state.left]
}

function apply(state: LedgerState, entry: LedgerEntry): void {
  switch (entry.event) {
    case 'uploading':
      state.openUploads.add(entry.upload)
      break
    case 'upload-refused':
      state.openUploads.delete(entry.upload)
      break
    case 'owned':
      if (entry.upload !== undefined) state.openUploads.delete(entry.upload)
      state.files.set(entry.id, 'there')
      state.left.add(entry.id)
      state.asked.delete(entry.id)
      break
    case 'deleting':
    case 'kept':
      applyAsked(state, entry.id, entry.event === 'deleting' ? 1 : -1)
      break
    case 'deleted':
      state.files.set(entry.id, 'gone')
      state.left.delete(entry.id)
      state.asked.delete(entry.id)
      break
  }
}

/** That one of many deletions was refused, or not sent, says nothing of another that was not answered. */
function applyAsked({ files, left, asked }: LedgerState, id: string, more: 1 | -1): void {
  // Of many deletions of one file, the one that succeeded counts.
  if (files.get(id) === 'gone') return
  const open = Math.max(0, (asked.get(id) ?? 0) + more)
  asked.set(id, open)
  files.set(id, open > 0 ? 'unknown' : 'there')
  left.add(id)
}
