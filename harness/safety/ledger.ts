export { type LedgerHeader, readLedger } from './ledger-reader.ts'
export { type FileState, type LedgerEntry, type LedgerState, leftovers } from './ledger-state.ts'

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
import { type LedgerHeader, openOwnLedger, readLedger } from './ledger-reader.ts'
import {
  apply,
  emptyState,
  entriesFor,
  isClean,
  type LedgerEntry,
  type LedgerState,
  leftovers,
} from './ledger-state.ts'

/** The files of a run, noted on disk before anything else happens to them. */
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
  /** From now on files are only removed: what cannot be written any more keeps nobody from that. */
  onlyRemoving(): void
  /**
   * Ends it; the file is removed where nothing is left to clean up.
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
 * Goes on with the ledger of an earlier run.
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

/** A ledger of files that are on no target: those of a run over evidence, or of a plan. */
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

/** A new file, and where need be a new folder, that nobody else can look into. */
function newLines(path: string): LineFile {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return linesOf(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), path)
}

function begun(path: string, header: LedgerHeader): LineFile {
  const lines = newLines(path)
  try {
    lines.append(JSON.stringify(header))
    // Once a run: by the run id its files are found, should a power cut take the lines that follow.
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
        writing(path, () => lines.append(lineOf(entry, header)))
      } catch (error) {
        // What has happened must be known to whoever cleans up, if only here.
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
      if (isClean(state)) {
        lines.close()
        removeClean(path)
        return
      }
      const inPlace = lines.isInPlace()
      if (inPlace) appendIfPossible(lines, { event: 'ended' })
      lines.close()
      if (!inPlace) writeAgain(path, header, state)
    },
  }
}

/** An entry as it is written: a resource that is heard of for the first time with its whole path. */
function lineOf(entry: LedgerEntry, { target, collection }: LedgerHeader): string {
  if (entry.event !== 'owned' && entry.event !== 'answered') return JSON.stringify(entry)
  const path = `${new URL(target).pathname.replace(/\/$/, '')}${collection}/${segmentOf(entry.id)}`
  return JSON.stringify({ ...entry, path })
}

/** Uploads and deletions: what is noted before it is done. */
function isAboutToHappen({ event }: LedgerEntry): boolean {
  return event === 'uploading' || event === 'deleting'
}

/** One that stays says itself that nothing is left; whoever writes beside it says why nothing can be. */
function removeClean(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

/** Without this line, the end of the process shows the end of the run. */
function appendIfPossible(lines: LineFile, entry: LedgerEntry): void {
  try {
    lines.append(JSON.stringify(entry))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

/** The folder was removed under the run, and the files that are left on the target are not. */
function writeAgain(path: string, header: LedgerHeader, state: LedgerState): void {
  try {
    const lines = newLines(path)
    try {
      lines.append(JSON.stringify(header))
      for (const entry of entriesFor(state)) lines.append(lineOf(entry, header))
      lines.append(JSON.stringify({ event: 'ended' }))
    } finally {
      lines.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const open = [...state.openUploads].map((upload) => `upload ${upload}, *${header.runId}*`)
    const left = leftBehind([...leftovers(state), ...open])
    throw new LedgerError(
      `ledger ${path}: was removed while the run went on, and cannot be written again (${code}); ${left}`,
    )
  }
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const found = code === 'EEXIST' ? 'belongs to another run' : `cannot be written (${code})`
    throw new LedgerError(`ledger ${path}: ${found}`)
  }
}

/** A file to whose end lines are written, each of them whole or not at all. */
interface LineFile {
  /** @throws NodeJS.ErrnoException if it cannot be written; nothing of the line is there then */
  append(line: string): void
  /** Whether it still is where it was opened: a folder can be removed under whoever writes to it. */
  isInPlace(): boolean
  /** Waits until the disk has it, which the end of this process does not take, but a power cut may. */
  sync(): void
  close(): void
}

/**
 * Writes lines to the end of an open file.
 *
 * @param file - its descriptor, opened to append
 * @param path - where it was opened
 */
export function linesOf(file: number, path: string): LineFile {
  return {
    append(line) {
      const octets = Buffer.from(`${line}\n`)
      let written = 0
      try {
        // A disk that is nearly full takes a part, and says so only of the next one.
        while (written < octets.length) written += writeSync(file, octets, written)
      } catch (error) {
        // What is there of the line would run into the next.
        if (written > 0) ftruncateSync(file, fstatSync(file).size - written)
        throw error
      }
    },
    isInPlace() {
      const { dev, ino } = fstatSync(file)
      try {
        const found = lstatSync(path)
        return found.dev === dev && found.ino === ino
      } catch (error) {
        // What cannot be looked at is not there for anybody else either.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error
        return false
      }
    },
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  }
}
