import type { Header } from '../model/exchange.ts'
import { UsageError } from './usage-error.ts'

/** Header fields that this program sets itself, or that would break the framing of requests. */
const RESERVED = [
  'accept',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'x-conformance-challenge',
]

/** Fields by which servers take a request for one of another method: a read would become a deletion. */
const METHOD_OVERRIDES = ['x-http-method', 'x-http-method-override', 'x-method-override']

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * A header field for every request (RFC 9110 §5.5).
 *
 * @param option - where it was given, for messages
 * @param accepted - the form in which one is given
 * @throws UsageError, without the value: it may be a secret
 */
export function headerField(
  option: string,
  [name, value]: readonly [name: string, value: string],
  accepted: string,
): Header {
  if (!NAME.test(name) || !VALUE.test(value)) {
    throw new UsageError(`${option}: found no header field, accepted is ${accepted}`)
  }
  const lowerCase = name.toLowerCase()
  if (RESERVED.includes(lowerCase)) {
    throw new UsageError(`${option} ${name}: this program sets it, accepted is any other field`)
  }
  if (METHOD_OVERRIDES.includes(lowerCase)) {
    throw new UsageError(
      `${option} ${name}: it would turn reads into deletions, accepted is any other field`,
    )
  }
  return [lowerCase, value.trim()]
}
