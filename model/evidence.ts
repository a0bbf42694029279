import { isUtf8 } from 'node:buffer'
import type { Exchange, Response } from './exchange.ts'
import type { RecordedBody, RecordedExchange, RecordedResponse } from './report.ts'

/** Answer to asking the user for a file: its id, or why there is none. */
export type Provided =
  | { readonly id: string }
  | {
      readonly refused: string
      /** Set if the budget of the run is used up, so that nobody was asked. */
      readonly notAsked?: true
    }

/** Provided file, at its place among the exchanges of a case. */
export interface RecordedProvided {
  readonly requirement: string
  readonly case: string
  readonly step: number
  readonly provided: Provided
}

/** Event of a run, in order of its end. Bodies are whole. */
export type EvidenceRecord = RecordedExchange | RecordedProvided

/** Line of `evidence.ndjson`: a record, and the SHA-256 (lower-case hexadecimal) of the line before. */
export type EvidenceLine = EvidenceRecord & { readonly previous: string }

/** Stands in the first line for the line before. */
export const NO_LINE_BEFORE = '0'.repeat(64)

export function isExchange(record: EvidenceRecord): record is RecordedExchange {
  return !('provided' in record)
}

/** Length up to which a report quotes a body. */
const QUOTED_BODY_BYTES = 4 * 1024

/** Gives an exchange as JSON for a report, its body shortened. */
export function quoted(exchange: Exchange): RecordedExchange {
  return asJson(exchange, QUOTED_BODY_BYTES)
}

/** Gives an exchange as JSON for the evidence, its body whole. */
export function recorded(exchange: Exchange): RecordedExchange {
  return asJson(exchange, Number.POSITIVE_INFINITY)
}

/** Restores a recorded response, octet by octet. */
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

function recordedBody(body: Uint8Array, most: number): RecordedBody {
  const bytes = body.byteLength
  const shown = Buffer.from(body.buffer, body.byteOffset, Math.min(bytes, most))
  const shortened = shown.byteLength < bytes
  // Quicker than a decoder.
  if (!shortened && isUtf8(shown)) {
    return { bytes, encoding: 'utf-8', value: shown.toString(), shortened }
  }
  try {
    // The shown part may end within a character.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const value = decoder.decode(shown, { stream: shortened })
    return { bytes, encoding: 'utf-8', value, shortened }
  } catch {
    return { bytes, encoding: 'base64', value: shown.toString('base64'), shortened }
  }
}
