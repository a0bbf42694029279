import type { RecordedExchange } from './report.ts'

/** What came of asking for a file that the user hands over: an id, or why there is none. */
export type HandedOver =
  | { readonly id: string }
  | {
      readonly refused: string
      /** The budget that the user gave the run is used up: nobody was asked. */
      readonly notAsked?: true
    }

/** A file handed over for deletion, at its place among the exchanges of a case. */
export interface RecordedHandOver {
  readonly requirement: string
  readonly case: string
  readonly step: number
  readonly handedOver: HandedOver
}

/** What is kept of a run, in the order in which it happened. Bodies are whole. */
export type EvidenceRecord = RecordedExchange | RecordedHandOver

/** A line of `evidence.ndjson`: a record, and the line before by its SHA-256 (lower-case hexadecimal). */
export type EvidenceLine = EvidenceRecord & { readonly previous: string }

/** What the first line has in the place of the line before. */
export const NO_LINE_BEFORE = '0'.repeat(64)

export function isExchange(record: EvidenceRecord): record is RecordedExchange {
  return !('handedOver' in record)
}
