export { type LedgerHeader, readLedger } from './ledger-reader.ts'
export { type LedgerEntry, type LedgerState, leftovers } from './ledger-state.ts'

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { LedgerError, leftBehind } from '../../model/errors.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { type LedgerHeader, openOwnLedger, readLedger, systemCode } from './ledger-reader.ts'
import {
  apply,
  emptyState,
  entriesFor,
  isClean,
  type LedgerEntry,
  type LedgerState,
  leftovers,
} from './ledger-state.ts'

/**
 * Record of a run's files, noted on disk before anything else happens to them.
 *
 * An upload or a deletion is noted before it is sent: if the note cannot be written, nothing is sent. So
 * after a crash the ledger names everything that may be left on the target. It goes away with the last file.
 */
export interface Ledger {
  readonly path: string
  readonly header: LedgerHeader
  readonly state: LedgerState
  /**
   * Notes what is about to happen, or what has happened.
   *
   * @throws LedgerError if it cannot be written: what was about to happen must not
   */
  note(entry: LedgerEntry): void
  /** Declares that files are only removed from now on: a failing disk does not stop that. */
  onlyRemoving(): void
  /**
   * Closes the ledger; removes its file if nothing is left to clean up.
   *
   * @throws LedgerError if it has gone from the disk, is needed, and cannot be written again
   */
  close(): void
}

/**
 * Opens a new ledger.
 *
 * @throws LedgerError if the file exists or cannot be written
 */
export function openLedger(path: string, header: LedgerHeader): Ledger {
  const lines = writing(path, () => begun(path, header))
  return ledgerOn(path, lines, header, emptyState())
}

/**
 * Continues the ledger of an earlier run.
 *
 * @throws LedgerError if it cannot be read or written, is no ledger, or others could have written it
 */
export function reopenLedger(path: string): Ledger {
  const { header, state } = readLedger(path)
  const lines = writing(path, () => {
    const file = openOwnLedger(path, constants.O_RDWR | constants.O_APPEND)
    // A line that was cut off would run into the next.
    ftruncateSync(file, readFileSync(file).lastIndexOf('\n') + 1)
    return linesOf(file, path)
  })
  return ledgerOn(path, lines, header, state)
}

/** Makes a ledger of files that are on no target: of a run over evidence, or of a plan. */
export function ledgerInMemory(header: LedgerHeader): Ledger {
  const state = emptyState()
  return {
    path: '',
    header,
    state,
    note: (entry) => apply(state, entry),
    onlyRemoving: () => undefined,
    close: () => undefined,
  }
}

/** Creates a file, and where needed a folder, that nobody else can look into. */
function newLines(path: string): LineFile {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return linesOf(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), path)
}

function begun(path: string, header: LedgerHeader): LineFile {
  const lines = newLines(path)
  try {
    lines.append(header)
    // Once a run: after a power cut, which may take later lines, the run id still finds the files.
    lines.sync()
    return lines
  } catch (error) {
    lines.close()
    rmSync(path, { force: true })
    throw error
  }
}

function ledgerOn(path: string, lines: LineFile, header: LedgerHeader, state: LedgerState): Ledger {
  let onlyRemoving = false
  return {
    path,
    header,
    state,
    note(entry) {
      try {
        writing(path, () => lines.append(withPath(entry, header)))
      } catch (error) {
        // What has happened must be known to the cleanup of this run at least.
        if (onlyRemoving || !isAboutToHappen(entry)) apply(state, entry)
        if (onlyRemoving) return
        throw error
      }
      apply(state, entry)
    },
    onlyRemoving() {
      onlyRemoving = true
    },
    close() {
      const isNeeded = !isClean(state)
      const isInPlace = lines.isInPlace()
      // Without its last line, the end of the process shows the end of the run.
      if (isNeeded && isInPlace) ifPossible(() => lines.append({ event: 'ended' }))
      lines.close()
      // A clean ledger that cannot be removed says itself that nothing is left.
      if (!isNeeded) ifPossible(() => rmSync(path, { force: true }))
      else if (!isInPlace) writeAgain(path, header, state)
    },
  }
}

/** Adds its whole path to a resource that is noted for the first time. */
function withPath(entry: LedgerEntry, { target, collection }: LedgerHeader): object {
  if (entry.event !== 'owned' && entry.event !== 'answered') return entry
  const path = `${new URL(target).pathname.replace(/\/$/, '')}${collection}/${segmentOf(entry.id)}`
  return { ...entry, path }
}

/** Tells whether an entry is noted before its request is sent. */
function isAboutToHappen({ event }: LedgerEntry): boolean {
  return event === 'uploading' || event === 'deleting'
}

/** Writes a ledger again whose folder was removed under the run, while files are left on the target. */
function writeAgain(path: string, header: LedgerHeader, state: LedgerState): void {
  try {
    const lines = newLines(path)
    try {
      lines.append(header)
      for (const entry of entriesFor(state)) lines.append(withPath(entry, header))
      lines.append({ event: 'ended' })
    } finally {
      lines.close()
    }
  } catch (error) {
    const code = systemCode(error)
    const open = [...state.openUploads].map((upload) => `upload ${upload}, *${header.runId}*`)
    const left = leftBehind([...leftovers(state), ...open])
    throw new LedgerError(
      `ledger ${path}: was removed while the run went on, and cannot be written again (${code}); ${left}`,
    )
  }
}

/** Does what the system may refuse without harm. */
function ifPossible(act: () => void): void {
  try {
    act()
  } catch (error) {
    systemCode(error)
  }
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const code = systemCode(error)
    const found = code === 'EEXIST' ? 'belongs to another run' : `cannot be written (${code})`
    throw new LedgerError(`ledger ${path}: ${found}`)
  }
}

type LineFile = ReturnType<typeof linesOf>

/** Writes lines of JSON to the end of an open file. */
function linesOf(file: number, path: string) {
  return {
    /** Writes a line as a whole, or throws and leaves nothing of it. */
    append(line: object) {
      const octets = Buffer.from(`${JSON.stringify(line)}\n`)
      let written = 0
      try {
        // A disk that is nearly full takes a part, and fails only on the next one.
        while (written < octets.length) written += writeSync(file, octets, written)
      } catch (error) {
        // A part of this line would run into the next.
        if (written > 0) ftruncateSync(file, fstatSync(file).size - written)
        throw error
      }
    },
    /** Tells whether the file is still where it was opened: its folder can be removed under the run. */
    isInPlace() {
      const { dev, ino } = fstatSync(file)
      try {
        const found = lstatSync(path)
        // Windows gives a path and an open file different devices.
        return found.ino === ino && (found.dev === dev || process.platform === 'win32')
      } catch (error) {
        // A file that this user cannot look at is of no use to `cleanup` either.
        systemCode(error)
        return false
      }
    },
    /** Waits until the disk has it, which a power cut needs and the end of this process does not. */
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  }
}
