import { isUtf8 } from 'node:buffer'
import type { Exchange, Response } from './exchange.ts'
import type { RecordedBody, RecordedExchange, RecordedResponse } from './report.ts'

/** What came of asking for a file that the user provides: an id, or why there is none. */
export type Provided =
  | { readonly id: string }
  | {
      readonly refused: string
      /** The budget that the user gave the run is used up: nobody was asked. */
      readonly notAsked?: true
    }

/** A file provided for deletion, at its place among the exchanges of a case. */
export interface RecordedProvided {
  readonly requirement: string
  readonly case: string
  readonly step: number
  readonly provided: Provided
}

/** What is kept of a run, in the order in which it happened. Bodies are whole. */
export type EvidenceRecord = RecordedExchange | RecordedProvided

/** A line of `evidence.ndjson`: a record, and the line before by its SHA-256 (lower-case hexadecimal). */
export type EvidenceLine = EvidenceRecord & { readonly previous: string }

/** What the first line has in the place of the line before. */
export const NO_LINE_BEFORE = '0'.repeat(64)

export function isExchange(record: EvidenceRecord): record is RecordedExchange {
  return !('provided' in record)
}

/** Octets of a body that a report quotes. */
const QUOTED_BODY_BYTES = 4 * 1024

/** An exchange as JSON for a report, its body shortened. */
export function quoted(exchange: Exchange): RecordedExchange {
  return asJson(exchange, QUOTED_BODY_BYTES)
}

/** An exchange as JSON for the evidence, its body whole. */
export function recorded(exchange: Exchange): RecordedExchange {
  return asJson(exchange, Number.POSITIVE_INFINITY)
}

/** The response that was recorded, octet by octet. */
export function responseOf({ status, headers, body, cut }: RecordedResponse): Response {
  return {
    status,
    headers,
    body: Buffer.from(body.value, body.encoding === 'utf-8' ? 'utf8' : 'base64'),
    ...(cut === undefined ? {} : { cut }),
  }
}

function asJson(exchange: Exchange, bodyBytes: number): RecordedExchange {
  const { response, ...rest } = exchange
  if (response === undefined) return rest
  return { ...rest, response: { ...response, body: recordedBody(response.body, bodyBytes) } }
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}

function recordedBody(body: Uint8Array, most: number): RecordedBody {
  const shown = body.subarray(0, most)
  const shortened = shown.byteLength < body.byteLength
  if (!shortened && isUtf8(body)) {
    return { bytes: body.byteLength, encoding: 'utf-8', value: textOf(body), shortened }
  }
  try {
    // A character may have been cut at the end of what is shown.
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(shown, {
      stream: shortened,
    })
    return { bytes: body.byteLength, encoding: 'utf-8', value, shortened }
  } catch {
    const value = Buffer.from(shown).toString('base64')
    return { bytes: body.byteLength, encoding: 'base64', value, shortened }
  }
}
