import type { Header } from '../model/exchange.ts'
import { UsageError } from './exit-code.ts'

/** Header fields that this program sets itself, or that would break the framing of requests. */
const RESERVED = [
  'accept',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
  'x-conformance-challenge',
]

/**
 * A header field given as `Name: value` (RFC 9110 §5.5).
 *
 * @throws UsageError, without the value: it may be a secret
 */
export function headerField(text: string): Header {
  const { name, value } =
    /^(?<name>[!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*)$/.exec(text)
      ?.groups ?? {}
  if (name === undefined || value === undefined) {
    throw new UsageError('--header: found no header field, accepted is "Name: value"')
  }
  const lowerCase = name.toLowerCase()
  if (RESERVED.includes(lowerCase)) {
    throw new UsageError(`--header ${name}: this program sets it, accepted is any other field`)
  }
  return [lowerCase, value.trim()]
}
