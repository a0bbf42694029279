import { headerField as checked } from '../library/target.ts'
import type { Header } from '../model/exchange.ts'

/**
 * A header field given as `Name: value`.
 *
 * @throws UsageError, without the value: it may be a secret
 */
export function headerField(text: string): Header {
  const [, name = '', value = ''] = /^([^:]*):(.*)$/s.exec(text) ?? []
  return checked('--header', [name, value], '"Name: value"')
}
