import type { Exchange } from '../model/exchange.ts'
import type { RecordedBody, RecordedExchange } from '../model/report.ts'

/** Octets of a body that a report quotes. */
const QUOTED_BODY_BYTES = 4 * 1024

/** An exchange as JSON, its body shortened. */
export function recorded(exchange: Exchange): RecordedExchange {
  const { response, ...rest } = exchange
  if (response === undefined) return rest
  return { ...rest, response: { ...response, body: recordedBody(response.body) } }
}

function recordedBody(body: Uint8Array): RecordedBody {
  const shown = body.subarray(0, QUOTED_BODY_BYTES)
  const shortened = shown.byteLength < body.byteLength
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
