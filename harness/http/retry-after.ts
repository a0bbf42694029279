import { headerValues, type Response } from '../../model/exchange.ts'

/**
 * How long a target asks to be left alone (RFC 9110 §10.2.3), in milliseconds; undefined where it
 * does not say, or says nothing that can be understood. A date is held against that of the answer, so that
 * no difference between the clocks counts.
 *
 * @param nowMs - milliseconds since the Unix epoch, for a date where the answer has none
 */
export function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const [value] = headerValues(response, 'retry-after')
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = httpDateMs(value)
  const [answered = ''] = headerValues(response, 'date')
  return date === undefined ? undefined : Math.max(0, date - (httpDateMs(answered) ?? nowMs))
}

/** Date.parse makes dates of numbers, too; those of HTTP end in GMT (RFC 9110 §5.6.7). */
function httpDateMs(value: string): number | undefined {
  const date = / GMT$/.test(value.trim()) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}
