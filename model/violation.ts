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
  return shortened(value === undefined ? 'nothing' : JSON.stringify(value), QUOTE_LENGTH)
}

/** The beginning of a text that is too long, and how long it is. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text
}
