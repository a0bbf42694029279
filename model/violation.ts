import type { Answered } from './exchange.ts'

/** One difference between what a requirement expects and what was received. */
export interface Violation {
  readonly exchange: Answered
  /** JSON Pointer into the response, as if it were `{status, headers: {…}, body}`. */
  readonly where: string
  readonly expected: string
  readonly received: string
}

/** Longest piece of a received value that a violation quotes, in characters. */
const QUOTE_LENGTH = 160

/** A received value as one short line of JSON. */
export function quote(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > QUOTE_LENGTH
    ? `${text.slice(0, QUOTE_LENGTH)}… (${text.length} characters)`
    : text
}
