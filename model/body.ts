import type { Response } from './exchange.ts'

/** A body read as JSON, or why it is none. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly received: string }

/**
 * Reads a whole body as JSON in UTF-8 without a byte order mark (RFC 8259 §8.1).
 */
export function jsonBody(response: Response): JsonBody {
  if (response.cut !== undefined) {
    return {
      ok: false,
      received: `${response.body.byteLength} octets, then ${response.cut.message}`,
    }
  }
  if (response.body.byteLength === 0) return { ok: false, received: 'an empty body' }
  const text = utf8(response.body)
  if (text === undefined) return { ok: false, received: 'octets that are no UTF-8' }
  if (text.startsWith('\uFEFF')) return { ok: false, received: 'a byte order mark before the body' }
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false, received: text }
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
