import { segmentOf } from '../model/path-segment.ts'
import type { RecordedExchange, Report } from '../model/report.ts'
import { uploadInShell } from '../resources/openai-files.ts'

/**
 * Shell lines that send what a violation is about once more, the token as a variable. Where the file
 * was uploaded for it, the first line uploads another.
 */
export function curlLines(report: Report, exchange: RecordedExchange): readonly string[] {
  const { upload, request } = exchange
  const origin = new URL(report.target.url).origin
  const curl = ['curl -sS', ...credentials(report)].join(' ')
  const deletion = `${curl} -i -g --path-as-is -X ${request.method}`
  const url = origin + request.target
  const collection = url.slice(0, url.lastIndexOf('/'))
  // An id that is spelled in a way of its own is sent as it was.
  const plain = url === `${collection}/${segmentOf(exchange.id ?? '')}`
  if (upload === undefined || !plain) return [`${deletion} ${shellQuoted(url)}`]
  return [
    `ID=$(${uploadInShell(curl, collection, upload, shellQuoted)})`,
    `${deletion} ${shellQuoted(`${collection}/`)}"$ID"`,
  ]
}

function credentials({ target }: Report): readonly string[] {
  const token =
    target.tokenEnv === undefined ? [] : [`-H "Authorization: Bearer $${target.tokenEnv}"`]
  const headers = target.headerNames.map(
    (name) => `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`,
  )
  return [...token, ...headers]
}

/** One word for a POSIX shell. */
export function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
