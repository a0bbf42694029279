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

/** Writes the evidence of a run as it happens, and keeps none of it in memory. */
export interface EvidenceWriter {
  /**
   * Takes a record, and writes it with others as soon as the program waits.
   *
   * @throws EvidenceError if earlier records could not be written; once for a file
   */
  append(record: EvidenceRecord): void
  /**
   * Writes all that was taken, and identifies it.
   *
   * @throws EvidenceError as `append` does
   */
  identity(): EvidenceIdentity
  /** @throws EvidenceError as `append` does */
  close(): void
}

/** Most records that wait to be written: each may hold a body of 1 MiB. */
const MAX_WAITING = 32

/**
 * Begins an evidence file: one JSON object a line, each with the SHA-256 of the line before.
 *
 * @throws EvidenceError if the file exists or cannot be written
 */
export function writeEvidence(path: string): EvidenceWriter {
  const whole = createHash('sha256')
  let previous = NO_LINE_BEFORE
  let lines = 0
  let waiting: EvidenceRecord[] = []
  let writing: NodeJS.Immediate | undefined
  let broken: { readonly error: unknown; thrown: boolean } | undefined
  const file = attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Exclusive: an existing file or link is neither written to nor followed.
    return openSync(path, 'ax', 0o600)
  })
  const write = () => {
    clearImmediate(writing)
    writing = undefined
    if (waiting.length === 0) return
    const texts = waiting.map((record) => {
      const line = Buffer.from(`${lineOf(record, previous)}\n`)
      previous = hash('sha256', line.subarray(0, -1))
      return line
    })
    waiting = []
    const octets = Buffer.concat(texts)
    try {
      attempt(path, () => writeFileSync(file, octets))
      whole.update(octets)
      lines += texts.length
    } catch (error) {
      broken ??= { error, thrown: false }
    }
  }
  const throwOnce = () => {
    // The first failure ends the run; the cleanup after it must be able to send.
    if (broken === undefined || broken.thrown) return
    broken.thrown = true
    throw broken.error
  }
  return {
    append(record) {
      throwOnce()
      if (broken !== undefined) return
      waiting.push(record)
      // No request waits for the disk: this happens while answers are awaited.
      if (waiting.length === MAX_WAITING) write()
      else writing ??= setImmediate(write)
    },
    identity() {
      write()
      throwOnce()
      return { lines, sha256: whole.copy().digest('hex') }
    },
    close() {
      write()
      closeSync(file)
      throwOnce()
    },
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

/** Makes the text of a line, without its end. */
export function lineOf(record: EvidenceRecord, previous: string): string {
  return `${JSON.stringify(record).slice(0, -1)},"previous":"${previous}"}`
}

/** Hashes a line, for the next one to name it. */
export function sha256(line: string): string {
  return hash('sha256', line)
}

/** Room for a body of 1 MiB whose every octet needs an escape of six, and its surroundings. */
const MAX_LINE_BYTES = 8 * 1024 * 1024

/**
 * Reads the lines of an evidence file, one by one.
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

/** Decodes UTF-8 strictly: other octets would become text with another digest. */
function decoded(path: string, octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    throw new EvidenceError(`${path}: a line that is no UTF-8`)
  }
}

/** Line of evidence as it was found. */
export interface ReadLine {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly record: EvidenceRecord
  /** SHA-256 of the line before, as this line says. */
  readonly previous: string
}

/** Reads evidence once, from the first line to the last. */
export interface EvidenceReader {
  /** Reads the next line; undefined after the last, or if it is unusable. */
  next(): ReadLine | undefined
  /** Identifies what was read until now. */
  identity(): EvidenceIdentity
}

/** Tells by the report's JSON Schema whether a value is a line of evidence. */
export type IsLine = (value: unknown) => value is EvidenceLine

/**
 * Reads evidence line by line and follows its chain.
 *
 * @param onBroken - told of each line that is unusable or breaks the chain
 * @throws EvidenceError if the file cannot be read
 */
export function readEvidence(
  path: string,
  isLine: IsLine,
  onBroken: (line: number, found: string) => void,
): EvidenceReader {
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
      const line = parsed(text)
      if (!isLine(line)) {
        onBroken(lines, 'no exchange and no file that was provided')
        return undefined
      }
      const { previous: named, ...record } = line
      if (named !== previous) {
        onBroken(lines, `the line before has SHA-256 ${previous}, this one names ${named}`)
      }
      previous = sha256(text)
      return { number: lines, text, record: record as EvidenceRecord, previous: named }
    },
    identity: () => ({ lines, sha256: whole.copy().digest('hex') }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the exchanges of an evidence file that is known to be in order. */
export function* exchangesIn(path: string): Generator<RecordedExchange, void, undefined> {
  for (const record of recordsIn(path)) if (isExchange(record)) yield record
}

/** Reads the records of an evidence file that is known to be in order. */
export function* recordsIn(path: string): Generator<EvidenceRecord, void, undefined> {
  for (const text of linesOf(path)) {
    const { previous: _, ...record } = JSON.parse(text) as EvidenceLine
    yield record as EvidenceRecord
  }
}
