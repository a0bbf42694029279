import { createHash } from 'node:crypto'
import {
  type EvidenceLine,
  type EvidenceRecord,
  isExchange,
  NO_LINE_BEFORE,
} from '../../model/evidence.ts'
import type { EvidenceIdentity, RecordedExchange } from '../../model/report.ts'
import { linesOf, sha256 } from './evidence-file.ts'

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
export type OnBrokenLine = (line: number, found: string) => void

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
        onBroken(lines, 'no exchange and no file that was handed over')
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
