import { headerValues, type Response } from '../model/exchange.ts'

/**
 * How long a target asks to be left alone (RFC 9110 §10.2.3), in milliseconds; undefined where it
 * does not say, or says nothing that can be understood.
 *
 * @param nowMs - milliseconds since the Unix epoch, for the date form
 */
export function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const [value] = headerValues(response, 'retry-after')
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  // Date.parse makes dates of numbers, too; those of HTTP end in GMT (RFC 9110 §5.6.7).
  const date = / GMT$/.test(value.trim()) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
