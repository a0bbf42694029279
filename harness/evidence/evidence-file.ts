import { createHash, hash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { EvidenceError } from '../../model/errors.ts'
import {
  type EvidenceLine,
  type EvidenceRecord,
  isExchange,
  NO_LINE_BEFORE,
} from '../../model/evidence.ts'
import type { EvidenceIdentity, RecordedExchange } from '../../model/report.ts'
import { FileError, piecesOf } from '../../spec/bounded-file.ts'

/** The evidence of a run, written as it happens: nothing of it stays in memory. */
export interface EvidenceWriter {
  /**
   * Takes a record, to be written with others once whatever goes on now is done.
   *
   * @throws EvidenceError once, if what was to be written before could not be
   */
  append(record: EvidenceRecord): void
  /**
   * What was taken until now, all of it written.
   *
   * @throws EvidenceError if it cannot be, and that was not said yet
   */
  identity(): EvidenceIdentity
  /** @throws EvidenceError as {@link EvidenceWriter.identity} does */
  close(): void
}

/** Records that wait to be written: a few, since each may hold a body of 1 MiB. */
const MOST_TAKEN = 32

/**
 * Begins an evidence file: one JSON object a line, each with the SHA-256 of the line before.
 *
 * @throws EvidenceError if the file exists or cannot be written
 */
export function writeEvidence(path: string): EvidenceWriter {
  const whole = createHash('sha256')
  let previous = NO_LINE_BEFORE
  let lines = 0
  let taken: EvidenceRecord[] = []
  let writing: NodeJS.Immediate | undefined
  let broken: { readonly error: unknown; said: boolean } | undefined
  const file = attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Exclusively: what stands there, a symbolic link as well, is neither written to nor followed.
    return openSync(path, 'ax', 0o600)
  })
  const write = () => {
    clearImmediate(writing)
    writing = undefined
    if (taken.length === 0) return
    const text = taken.map((record) => {
      const line = Buffer.from(`${lineOf(record, previous)}\n`)
      previous = hash('sha256', line.subarray(0, -1))
      return line
    })
    taken = []
    const octets = Buffer.concat(text)
    try {
      attempt(path, () => writeFileSync(file, octets))
      whole.update(octets)
      lines += text.length
    } catch (error) {
      broken ??= { error, said: false }
    }
  }
  const sayWhatBroke = () => {
    // The run ends at the first failure; what is sent to clean up afterwards must not fail again.
    if (broken === undefined || broken.said) return
    broken.said = true
    throw broken.error
  }
  return {
    append(record) {
      sayWhatBroke()
      if (broken !== undefined) return
      taken.push(record)
      // While answers are waited for, so that no request waits for the disk.
      if (taken.length === MOST_TAKEN) write()
      else writing ??= setImmediate(write)
    },
    identity() {
      write()
      sayWhatBroke()
      return { lines, sha256: whole.copy().digest('hex') }
    },
    close() {
      write()
      closeSync(file)
      sayWhatBroke()
    },
  }
}

/** The text of a line, without its end. */
export function lineOf(record: EvidenceRecord, previous: string): string {
  return `${JSON.stringify(record).slice(0, -1)},"previous":"${previous}"}`
}

/** The hash of a line by which the next one names it. */
export function sha256(line: string): string {
  return hash('sha256', line)
}

/** A body of 1 MiB whose every octet needs an escape of six, and what stands round it. */
const MAX_LINE_BYTES = 8 * 1024 * 1024

/**
 * The lines of an evidence file, one by one.
 *
 * @throws EvidenceError if it cannot be read, holds a line that no exchange can have made, or ends within one
 */
export function* linesOf(path: string): Generator<string, void, undefined> {
  let rest = Buffer.alloc(0)
  try {
    for (const piece of piecesOf(path)) {
      rest = Buffer.concat([rest, piece])
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        yield decoded(path, rest.subarray(0, end))
        rest = rest.subarray(end + 1)
      }
      if (rest.length > MAX_LINE_BYTES) throw new EvidenceError(`${path}: a line without end`)
    }
  } catch (error) {
    throw error instanceof FileError ? new EvidenceError(`${path}: ${error.message}`) : error
  }
  if (rest.length > 0) throw new EvidenceError(`${path}: ends within a line`)
}

/** Octets that are no UTF-8 would be read as others, and have another digest than the text. */
function decoded(path: string, octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    throw new EvidenceError(`${path}: a line that is no UTF-8`)
  }
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new EvidenceError(`${path}: cannot be written (${code})`)
  }
}

/** A line of evidence as it was found. */
export interface ReadLine {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly record: EvidenceRecord
  /** As the line says. */
  readonly previous: string
}

/** Reads evidence once, from the first line to the last. */
export interface EvidenceReader {
  /** The next line; undefined after the last, or where a line cannot be read. */
  next(): ReadLine | undefined
  /** What was read until now. */
  identity(): EvidenceIdentity
}

/** Whether a value is a line of evidence, by the report's JSON Schema. */
export type IsLine = (value: unknown) => value is EvidenceLine

/** Told of a line that is not what it should be. */
type OnBrokenLine = (line: number, found: string) => void

/**
 * Reads evidence line by line and follows its chain.
 *
 * @throws EvidenceError if the file cannot be read
 */
export function readEvidence(path: string, isLine: IsLine, onBroken: OnBrokenLine): EvidenceReader {
  const texts = linesOf(path)
  const whole = createHash('sha256')
  let previous = NO_LINE_BEFORE
  let lines = 0
  return {
    next() {
      const { value: text, done } = texts.next()
      if (done === true) return undefined
      lines += 1
      whole.update(text).update('\n')
      const line = parsed(text, isLine)
      if (line === undefined) {
        onBroken(lines, 'no exchange and no file that was provided')
        return undefined
      }
      if (line.previous !== previous) {
        onBroken(lines, `the line before has SHA-256 ${previous}, this one names ${line.previous}`)
      }
      previous = sha256(text)
      const { previous: named, ...record } = line
      return { number: lines, text, record: record as EvidenceRecord, previous: named }
    },
    identity: () => ({ lines, sha256: whole.copy().digest('hex') }),
  }
}

/** The exchanges of an evidence file that this program has just written. */
export function* exchangesIn(path: string): Generator<RecordedExchange, void, undefined> {
  for (const record of recordsIn(path)) if (isExchange(record)) yield record
}

/** The records of an evidence file that is known to be in order. */
export function* recordsIn(path: string): Generator<EvidenceRecord, void, undefined> {
  for (const text of linesOf(path)) {
    const { previous: _, ...record } = JSON.parse(text) as EvidenceLine
    yield record as EvidenceRecord
  }
}

function parsed(text: string, isLine: IsLine): EvidenceLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}
